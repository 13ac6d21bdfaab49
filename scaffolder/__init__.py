"""The scaffolder: makes Rust Workers from the catalogue's templates and proves them.

Read `cli/main.py` for the command line, and the module of each command in `commands/` for its steps.
"""
