"""The tests that an edit writes along with a binding, and takes out again."""
