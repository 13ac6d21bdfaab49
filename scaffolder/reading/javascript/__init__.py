"""Reads the JavaScript or TypeScript that a worker may have as `main` in front of its build."""
