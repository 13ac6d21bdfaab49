"""The program, for `python -m scaffolder`."""

from scaffolder.cli.main import main

raise SystemExit(main())
