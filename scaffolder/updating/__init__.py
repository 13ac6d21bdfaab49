"""Moves a project to another version of its template, and keeps what its owner made of it."""
