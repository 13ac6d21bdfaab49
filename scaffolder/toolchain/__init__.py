"""Finds, checks and installs the tools that build and run a worker.

`inventory.py` finds and checks them, `setup_plan.py` plans and runs an installation, and `build_env.py`
makes the environment for builds.

Not here: building or running a project (`validation/`).
"""
