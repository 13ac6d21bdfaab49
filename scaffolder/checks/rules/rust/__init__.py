"""Rules about Rust (RS)."""
