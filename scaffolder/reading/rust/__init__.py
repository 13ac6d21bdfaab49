"""Reads Rust: syntax, names, and facts about a crate."""
