"""Changes a worker's files and keeps every other byte: `plan.py` decides, `transaction.py` writes.

Texts are spliced into a file at places that a parser named, and what came of it is proven before anything is written.

Not here: reading (`reading/`), and opinions (`checks/`).
"""
