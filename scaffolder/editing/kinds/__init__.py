"""The kinds that `scaffold add` knows, by what they are.

Not here: what a kind is (`kind.py`), and the list of them (`kind_registry.py`).
"""
