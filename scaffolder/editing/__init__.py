"""Edits a worker's files and keeps every other byte.

`add.py`, `remove.py` and `rename.py` plan an edit, each as a list of steps; a kind (`kinds/`) knows what each step
needs. A step computes new text from places that a parser named (`config/`, `rust/`, `worker_tests/`), verifies it
(`verify.py`), and puts it into the plan (`plan.py`), which is written as a whole by `transaction.py`.

Not here: reading (`reading/`), and findings (`checks/`).
"""
