"""The files the program brings along: icons, styles, themes, fonts, templates.

One door to them, so that nobody else needs to know how the program was installed.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

_HERE = Path(str(files(__name__)))


def path(name: str) -> Path:
    """Where `name` ("icons/ticket.svg") lies on disk; it need not exist."""
    return _HERE / name


def read(name: str) -> bytes:
    """The bytes of `name`; FileNotFoundError when the program was packed without it."""
    return path(name).read_bytes()
