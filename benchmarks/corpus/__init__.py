"""Checks and edits real configurations and crates; `python3 -m benchmarks.corpus` runs it."""
