"""Looks after many projects at once: `scaffold fleet`."""
