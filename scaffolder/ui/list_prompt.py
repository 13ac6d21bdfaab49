"""A list on the screen that can be filtered by typing: of one entry to pick, or of several to check.

Not here: the entries, and the part of them that fits (`list_entries.py`).
"""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Sequence

import questionary
from prompt_toolkit.application import Application
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import FormattedTextControl, Layout, Window

from scaffolder.ui import terminal_traits
from scaffolder.ui.list_entries import Entry, cut, view
from scaffolder.ui.prompt_style import MARGIN, Judge, run, terminal

PAGE = 10
"""The entries that a page key skips."""

Line = list[tuple[str, str]]


class ListPrompt:
    """A list, and the state that the user has brought it into.

    Args:
        title: The question.
        hint: The keys that it takes.
        entries: The entries, those of one group side by side.
        highlighted: The value of the entry on which the pointer starts; the first one if there is none.
        checked: The values of the entries that are checked; None if one entry is to be picked.
        judge: Judges the values that are checked when the user has finished.
    """

    def __init__(
        self,
        title: str,
        hint: str,
        entries: Sequence[Entry],
        *,
        highlighted: str | None = None,
        checked: Collection[str] | None = None,
        judge: Judge = lambda _: "",
    ) -> None:
        self._title, self._hint, self._all, self._judge = title, hint, entries, judge
        self._checked = None if checked is None else set(checked)
        self._typed = ""
        self._trouble = ""
        self._at = next((at for at, entry in enumerate(entries) if entry.value == highlighted), 0)

    def ask(self) -> list[str]:
        """Show the list, and return the value that was picked, or the values that were checked.

        Raises:
            WentBack: The user pressed Escape.
        """
        control = FormattedTextControl(self._text, focusable=True, show_cursor=False)
        app: Application[list[str]] = Application(
            layout=Layout(Window(control, always_hide_cursor=True, dont_extend_height=True)),
            key_bindings=self._keys(),
            erase_when_done=True,
            **terminal(),
        )
        answer: list[str] = run(questionary.Question(app), lambda answer: isinstance(answer, list))
        return answer

    @property
    def _shown(self) -> list[Entry]:
        return [entry for entry in self._all if entry.matches(self._typed)]

    # --- keys ------------------------------------------------------------------------------

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()
        # A page stops at the ends of the list, while a single step goes round.
        moves = {"up": -1, "c-p": -1, "down": 1, "c-n": 1}
        jumps = {"pageup": -PAGE, "pagedown": PAGE, "home": -len(self._all), "end": len(self._all)}
        for key, step in moves.items():
            keys.add(key)(lambda _, step=step: self._go(self._at + step, turns=True))
        for key, step in jumps.items():
            keys.add(key)(lambda _, step=step: self._go(self._at + step, turns=False))
        keys.add("c-c", eager=True)(lambda event: event.app.exit(exception=KeyboardInterrupt))
        keys.add("backspace")(lambda _: self._filter(self._typed[:-1]))
        keys.add("c-u")(lambda _: self._filter(""))
        keys.add("enter")(self._accept)
        keys.add(Keys.Any)(self._type)
        # Pasted text is no choice, and its line feeds are no Enter.
        keys.add(Keys.BracketedPaste)(lambda _: None)
        return keys

    def _go(self, at: int, *, turns: bool) -> None:
        count = len(self._shown)
        self._at = at % count if turns and count else min(max(at, 0), max(count - 1, 0))

    def _filter(self, typed: str) -> None:
        highlighted = self._shown[self._at] if self._shown else None
        self._typed, self._trouble = typed, ""
        self._at = self._shown.index(highlighted) if highlighted in self._shown else 0

    def _type(self, event: KeyPressEvent) -> None:
        if event.data == " " and self._checked is not None:
            if self._shown:
                self._checked ^= {self._shown[self._at].value}
                self._trouble = ""
        elif event.data.isprintable():
            self._filter(self._typed + event.data)

    def _accept(self, event: KeyPressEvent) -> None:
        if not self._shown:
            return
        if self._checked is None:
            event.app.exit(result=[self._shown[self._at].value])
            return
        answer = [entry.value for entry in self._all if entry.value in self._checked]
        self._trouble = self._judge(answer)
        if not self._trouble:
            event.app.exit(result=answer)

    # --- drawing ---------------------------------------------------------------------------

    def _text(self) -> StyleAndTextTuples:
        columns = terminal_traits.columns()
        head = self._head(columns)
        tail = [[("class:trouble", f"  {line}")] for line in textwrap.wrap(self._trouble, max(columns - 3, 10))]
        # The last row stays free: a terminal scrolls when it is written to the end.
        rows = terminal_traits.rows() - 1 - len(head) - len(tail)
        lines = [*head, *self._list(rows, columns), *tail]
        text: StyleAndTextTuples = [part for line in lines for part in (*line, ("", "\n"))]
        return text[:-1]

    def _head(self, columns: int) -> list[Line]:
        title = [("class:qmark", "? "), ("class:question", cut(self._title, columns - 3))]
        if len(self._title) + len(self._hint) + 4 <= columns:
            lines = [[*title, ("class:instruction", f" {self._hint}")]]
        else:
            lines = [title, [("class:instruction", f"  {cut(self._hint, columns - 3)}")]]
        if self._typed:
            lines.append([("class:instruction", cut(f"  /{self._typed}...", columns - 1))])
        return lines

    def _list(self, rows: int, columns: int) -> list[Line]:
        shown = self._shown
        if not shown:
            return [[("class:text", "   nothing matches; Backspace removes letters")]]
        seen = view(shown, self._at, rows=rows, columns=columns - MARGIN)
        lines: list[Line] = [[("class:instruction", f"   {seen.above} more above")]] if seen.above else []
        width = max(len(entry.label) for entry in self._all)
        for line in seen.lines:
            if isinstance(line, str):
                lines.append([("class:heading", cut(f"  {line}", columns - 1))])
            else:
                lines.append(self._entry(shown[line], width, columns, is_highlighted=line == self._at))
        lines += [[("class:instruction", f"   {seen.below} more below")]] if seen.below else []
        if seen.details:
            lines += [[], *([("class:text", f"   {line}")] for line in seen.details)]
        return lines

    def _entry(self, entry: Entry, width: int, columns: int, *, is_highlighted: bool) -> Line:
        pointer = f" {terminal_traits.pointer()} " if is_highlighted else " " * MARGIN
        box = "" if self._checked is None else "[x] " if entry.value in self._checked else "[ ] "
        text = cut(f"{box}{entry.label:<{width}}  {entry.sentence}", columns - MARGIN - 1)
        style = "class:highlighted" if is_highlighted else "class:text"
        return [("class:pointer", pointer), (style, text)]
