"""One module for each tool: how it is found, and how it is installed."""
