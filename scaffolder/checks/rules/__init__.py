"""The rules, by theme. `book.py` finds every class here by itself."""
