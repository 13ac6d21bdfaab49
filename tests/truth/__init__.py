"""Measures, with the pinned tools, what happens to a worker that breaks a rule of `scaffold check`.

`python3 -m tests.truth` writes the evidence into scaffolder/checks/evidence.toml. The worker in `worker/` has one of
each thing that a rule is about; a case in `cases/FAMILY.toml` is an edit that breaks it, and the request to send then.
"""
