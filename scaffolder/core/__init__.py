"""The nouns that every other package passes on, and the refusals."""
