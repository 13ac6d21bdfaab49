"""The operating system: processes, signals, paths, git and transactional file writes."""
