"""Reads a Rust Worker's files: their data, the place of everything in them, and facts about the Rust.

The only package that imports tree-sitter. `project.read` is the way in; `facts.py` defines the facts about Rust, and
`document.py` the access to a wrangler or Cargo file.

Not here: rules (`checks/`), and edits (`editing/`); nothing is ever written.
"""
