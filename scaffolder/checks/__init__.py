"""The rules of `scaffold check`, one class each: wrangler's file (WR), Rust (RS), Cargo and the project (PJ).

`rule.py` says what a rule is, `rules/` holds them by theme, `engine.py` asks them.

Not here: reading (`reading/`), and showing (`report/`).
"""
