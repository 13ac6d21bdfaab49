"""Reads TOML and JSON with the place of every value, as Cargo and wrangler interpret them."""
