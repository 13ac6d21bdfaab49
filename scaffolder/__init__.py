"""The scaffolder: makes Rust Workers from the catalogue's templates and proves them.

Read `cli.py` for the commands and `workflow.py` for what each of them does, step by step.
"""
