"""Real configurations and crates, checked and edited; `python3 -m benchmarks.corpus` runs it."""
