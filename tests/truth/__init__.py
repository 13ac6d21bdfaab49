"""What happens to a worker that breaks a rule of `scaffold check`: measured with the pinned tools, and recorded.

`python -m tests.truth` measures, and writes scaffolder/checks/seen.toml. One worker (`worker/`) has one of each thing
that a rule is about; a case (in `cases/FAMILY.toml`) is an edit that breaks it, and what to ask it then.
"""
