"""The exception by which every prompt leads back to the question before.

Not here: the key that raises it (`prompt_keys.py`).
"""


class WentBack(Exception):
    """The user pressed Escape, to go back to the question before."""
