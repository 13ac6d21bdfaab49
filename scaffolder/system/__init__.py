"""The machine: processes, signals, paths, git, and files that are written whole or not at all."""
