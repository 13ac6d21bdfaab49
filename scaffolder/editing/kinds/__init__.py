"""The kinds that `scaffold add` knows: `KINDS` of every module in this package.

`bindings.py` and `stubbed_bindings.py` hold those that are data alone; each of the others has a module of its name.

Not here: the base class (`kind.py`), how things are stored (`storage.py`), and the table of kinds (`kind_registry.py`).
"""
