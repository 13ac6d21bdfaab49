"""The command `scaffold completion`: prints the script by which a shell completes this command.

Not here: the completions (`completers.py`).
"""

from __future__ import annotations

from argcomplete.shell_integration import shellcode

from scaffolder.core.invocation import program_elsewhere
from scaffolder.ui.report import Report

NAMES = ("scaffold", "rust-worker-scaffold")
"""The names of the command in an installation."""


def run(shell: str, report: Report) -> int:
    """Print the script for a shell, which is to be evaluated at its start.

    A clone has no command that a shell could complete, so the script also defines one.
    """
    front = program_elsewhere()
    names = NAMES if front == "scaffold" else NAMES[:1]
    script = shellcode(names, shell=shell)
    if front != "scaffold":
        arguments = "$argv" if shell == "fish" else '"$@"'
        body = (
            f"function scaffold; {front} {arguments}; end"
            if shell == "fish"
            else f"scaffold() {{ {front} {arguments}; }}"
        )
        script = f"{body}\n{script}"
    if shell == "zsh":
        # The system that `compdef` belongs to may not have been started yet.
        script = f"(( $+functions[compdef] )) || {{ autoload -Uz compinit && compinit; }}\n{script}"
    report.plain(script.rstrip("\n"))
    report.result(shell=shell, script=script)
    return 0
