"""Reads a Rust Worker's files: their data, the place of everything in them, and facts about the Rust.

The only package that imports tree-sitter. `project.read` is the door; `facts.py` lists what is known of
the Rust, `document.py` how to ask a wrangler or Cargo file.

Not here: opinions (`checks/`), and edits; nothing is ever written.
"""
