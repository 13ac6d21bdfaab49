"""Fake tools and projects for the fast tests."""
