"""Reads TOML and JSON with the place of every value, and what Cargo and wrangler make of them."""
