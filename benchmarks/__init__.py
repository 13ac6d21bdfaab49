"""What users wait for, measured; `python3 benchmarks` runs it."""
