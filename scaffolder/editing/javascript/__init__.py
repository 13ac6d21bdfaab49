"""Edits the JavaScript that a worker has as `main` in front of its build, and keeps every other byte."""
