"""Data types shared by all other packages, and the refusals."""
