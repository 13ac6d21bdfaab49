"""The tests that an edit writes along with a binding and removes with it."""
