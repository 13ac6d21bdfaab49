"""The rules of `scaffold check`, one class each: wrangler's file (WR), Rust (RS), Cargo and the project (PJ).

`rule.py` defines a rule, `rules/` holds them by family and theme, and `engine.py` runs them.

Not here: reading files (`reading/`), and showing findings (`ui/`).
"""
