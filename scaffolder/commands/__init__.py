"""What each command does: one module for each, as a list of steps."""
