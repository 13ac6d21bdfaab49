"""One module per tool, which finds and installs it."""
