"""Takes in projects that were not made from the catalogue: recognises them, and offers files.

Not here: the command (`commands/adopt.py`).
"""
