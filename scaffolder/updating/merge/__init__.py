"""Merges the old template, the new one and the project into one. Reads and writes no file."""
