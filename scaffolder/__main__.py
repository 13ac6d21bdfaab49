"""The program, for `python -m scaffolder`."""

from scaffolder.cli import main

raise SystemExit(main())
