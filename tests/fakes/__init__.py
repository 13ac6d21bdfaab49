"""Stand-ins for what the fast tests cannot have."""
