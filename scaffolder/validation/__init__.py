"""Proves a project: a working copy, the pipeline of steps, and the smoke test."""
