"""Draws the picture of the picker that the README shows: `python3 docs/picture.py`.

The picker is the real one, in a pseudo-terminal; what stands on its screen becomes picker.svg.
"""

from __future__ import annotations

# ruff: noqa: INP001 - a program, not a package
import io
import re
import sys
import tempfile
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scaffolder.system import bootstrap  # noqa: E402 - found only now

if TYPE_CHECKING:
    from pyte.screens import Char
    from rich.text import Text

PICTURE = ROOT / "docs" / "picker.svg"


def main() -> int:
    """Make sure of the dependencies, then draw; answer the exit code."""
    if (code := bootstrap.enter(ROOT / "requirements-dev.lock", [__file__])) is not None:
        return code
    PICTURE.write_text(drawing(), encoding="utf-8")
    return 0


def drawing() -> str:
    """Return the current picture of the picker."""
    from rich._export_format import CONSOLE_SVG_FORMAT  # noqa: PLC0415 - only there now
    from rich.console import Console  # noqa: PLC0415

    lines = picker()
    console = Console(record=True, width=80, file=io.StringIO())
    for line in lines:
        console.print(line, highlight=False)
    # The reader's own fixed-width font will do; fetching one would tell a stranger who reads.
    plain = re.sub(r"@font-face \{\{.*?\}\}|<!--.*?-->", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    svg = console.export_svg(title="python3 scaffold.py new", code_format=plain)
    return "\n".join(line.rstrip() for line in svg.splitlines() if line.strip()) + "\n"


def picker() -> list[Text]:
    """Return the lines of the screen with the third template selected."""
    from scaffolder.commands.new.picker import ordered_templates  # noqa: PLC0415
    from tests.terminal import CTRL_C, DOWN, SCAFFOLD, Terminal  # noqa: PLC0415

    third = ordered_templates()[2].id
    with tempfile.TemporaryDirectory() as folder:
        terminal = Terminal([*SCAFFOLD, "new"], cwd=Path(folder))
        terminal.wait_for("Which template?", third)
        terminal.type(DOWN, DOWN)
        terminal.wait_for(f"» {third}", "Proof:")
        rows = [terminal.screen.buffer[number] for number in range(len(terminal.text.splitlines()))]
        drawn = [_text([row[column] for column in range(80)]) for row in rows]
        terminal.type(CTRL_C)
        terminal.end()
    return drawn


def _text(cells: list[Char]) -> Text:
    from rich.style import Style  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    line = Text()
    for (colour, bold), run in groupby(cells, lambda cell: (cell.fg, cell.bold)):
        line.append("".join(cell.data for cell in run), Style(color=_colour(colour), bold=bold))
    line.rstrip()
    return line


def _colour(name: str) -> str:
    """Return rich's name for a colour of pyte's."""
    if re.fullmatch(r"[0-9a-f]{6}", name):
        return f"#{name}"
    return name.replace("brown", "yellow").replace("bright", "bright_")


if __name__ == "__main__":
    raise SystemExit(main())
