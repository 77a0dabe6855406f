"""One section of the settings: what the list of `sections.py` is made of, so that a new one is one line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget  # noqa: TID251 (a section is a widget; nothing is drawn here)

from ui.commands import Command
from ui.screen import Context


@dataclass(frozen=True)
class Section:
    """`title` and `line` are English source text; `open` makes the widget when it is first shown, which
    stands in a scroll area below the header. `commands` are acts of that widget; `words` are others that
    the section itself is looked for by in the palette."""

    id: str
    title: str
    line: str
    icon: str
    open: Callable[[Context], QWidget]
    commands: tuple[Command, ...] = ()
    words: str = ""
