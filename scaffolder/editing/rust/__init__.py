"""Edits Rust, and keeps every other byte."""
