"""The tools that building and running a worker takes: found, proven, and got where missing.

`doctor.py` finds and proves, `setup.py` gets, `environment.py` hands the result to programs.

Not here: building or running a project.
"""
