"""Reads Rust: syntax, names, and the facts about a crate."""
