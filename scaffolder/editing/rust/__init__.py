"""Edits of Rust that keep every other byte."""
