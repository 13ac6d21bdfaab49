"""The program, for `python3 -m scaffolder`."""

from scaffolder.cli.main import main

raise SystemExit(main())
