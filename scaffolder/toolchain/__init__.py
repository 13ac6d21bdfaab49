"""The tools that building and running a worker takes: found, proven, and got where missing.

`inventory.py` finds and proves, `setup_plan.py` gets, `build_env.py` hands the result to programs.

Not here: building or running a project.
"""
