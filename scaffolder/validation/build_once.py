"""Lets a validation build each worker once, though wrangler and the tests run its build command again.

The validation's copy of a project belongs to it alone, so a build with the same arguments in the same folder gives the
same files until an input changes. The project's own command is still run each time; only `worker-build` inside it is
skipped, which spends most of its time on optimising.

Not here: the builds (`pipeline.py`).
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from scaffolder.system import process

NAME = "worker-build"

SCRIPT = """\
#!/bin/sh
# {name}, unless it was run here with the same arguments and no input is newer than that.
own={own}
PATH=${{PATH%%"$own:"*}}${{PATH#*"$own:"}}
case " $* " in *" --version "* | *" --help "*) exec {name} "$@" ;; esac
ran="$0-$(printf '%s' "$PWD $*" | cksum | tr ' ' -)"
newer=$(find {root} '(' -name build -o -name node_modules -o -name target -o -name .wrangler ')' -prune \\
  -o -type f -newer "$ran" ! -name .dev.vars ! -name .env -print 2>&1)
if [ -d build ] && [ -z "$newer" ]; then exit 0; fi
touch "$ran.begun"
{name} "$@" && mv "$ran.begun" "$ran"
"""
"""A stamp that is missing makes `find` complain, which counts as a newer input.

The real one is looked for each time, since the build command may install it.
"""


def environment(project: Path, root: Path, variables: dict[str, str]) -> dict[str, str]:
    """Return the environment in which a copy of a project is built once; the same if there is no worker-build.

    Args:
        project: The project's folder in the copy.
        root: The whole copy, which has all inputs.
        variables: The environment so far.
    """
    if process.which(NAME, variables["PATH"]) is None:
        return variables
    # wrangler's own folder is left out of copies and commits, and goes away with the copy.
    script = project / ".wrangler" / "once" / NAME
    script.parent.mkdir(parents=True, exist_ok=True)
    text = SCRIPT.format(name=NAME, own=shlex.quote(str(script.parent)), root=shlex.quote(str(root)))
    script.write_text(text, encoding="utf-8")
    script.chmod(0o755)
    return variables | {"PATH": f"{script.parent}{os.pathsep}{variables['PATH']}"}
