"""Rules about the wrangler file (WR)."""
