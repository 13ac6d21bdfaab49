"""Other people's catalogues: where they are, how they get here, and which of them the user has named."""
