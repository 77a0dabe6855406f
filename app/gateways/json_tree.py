"""Reading JSON that strangers wrote: every wrong turn ends in a place and a problem, never a trace.

The readers here know only their own value; `Wrong.under` adds the steps on the way out, so a file
that is right pays nothing for paths nobody will see.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import cast

# Far beyond any house in pixels or millimetres, and far from where floats lose a thousandth.
FARTHEST = 1_000_000.0

Tree = Mapping[str, object]


class Wrong(Exception):
    """Something in the file is not what it has to be: the key of the problem and what was found."""

    def __init__(self, problem: str, found: object = "", *, place: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.found = shown(found)
        self.place = place
        self.context: list[str] = []

    def under(self, step: str, *, context: str = "") -> None:
        """Seen from one level further out: `step` goes before the place, `context` behind it."""
        joint = "." if self.place and not self.place.startswith("[") else ""
        self.place = f"{step}{joint}{self.place}"
        if context:
            self.context.insert(0, context)

    def where(self) -> str:
        """The place as a person reads it: path, then the names met on the way."""
        return f"{self.place} ({', '.join(self.context)})" if self.context else self.place


def decode(data: bytes) -> object:
    """The JSON value in `data` (UTF-8, with or without a byte-order mark); else raises Wrong.

    Problems: bad_encoding, not_json (found: line and column), not_a_number, too_deep.
    """
    if b"\0" in data[:4]:
        raise Wrong("bad_encoding", "UTF-16 or UTF-32")
    try:
        return cast("object", json.loads(data.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise Wrong("bad_encoding", f"byte {error.start + 1}: 0x{data[error.start]:02x}") from error
    except json.JSONDecodeError as error:
        raise Wrong("not_json", f"line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise Wrong("too_deep") from error
    except ValueError as error:  # a whole number of more digits than Python turns into an int
        raise Wrong("not_a_number", "9" * 15 + "…") from error


def shown(value: object) -> str:
    """A found value in a few characters; containers by their brackets, for they may be huge."""
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, list):
        return "[…]"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int) and abs(value) >= 10**15:
        return f"{'-' if value < 0 else ''}{'9' * 15}…"
    text = clean(str(value))
    return text if len(text) <= 60 else f"{text[:59]}…"


def clean(text: str) -> str:
    """One line of printable characters: no control codes, half characters or odd spaces."""
    if text.isprintable() and text.isascii() and "  " not in text:
        return text.strip()
    return " ".join("".join(ch if ch.isprintable() else " " for ch in text).split())


def tree(value: object) -> Tree:
    """`value` as a JSON object."""
    if not isinstance(value, dict):
        raise Wrong("not_an_object", value)
    return cast("Tree", value)


def subtree(parent: Tree, key: str) -> Tree:
    """The JSON object at `key`, which must be there."""
    try:
        return tree(_there(parent, key))
    except Wrong as wrong:
        if not wrong.place:
            wrong.under(key)
        raise


def items(parent: Tree, key: str) -> list[object]:
    """The list at `key`, which must be there."""
    value = _there(parent, key)
    if not isinstance(value, list):
        raise Wrong("wrong_type", value, place=key)
    return cast("list[object]", value)


def text(parent: Tree, key: str, *, default: str | None = None, longest: int = 200) -> str:
    """The text at `key`, cleaned; a whole number counts as its digits, null as absent."""
    value = parent.get(key)
    if value is None:
        if default is None:
            raise Wrong("missing", place=key)
        return default
    if isinstance(value, int) and not isinstance(value, bool):
        value = shown(value)
    if not isinstance(value, str):
        raise Wrong("wrong_type", value, place=key)
    if len(value) > longest:
        raise Wrong("too_long", value, place=key)
    return clean(value)


def number(parent: Tree, key: str, *, default: float | None = None) -> float:
    """The number at `key`, rounded to a thousandth; at most FARTHEST from nothing."""
    value = parent.get(key)
    if value is None:
        if default is None:
            raise Wrong("missing", place=key)
        return default
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Wrong("wrong_type", value, place=key)
    if isinstance(value, float) and not math.isfinite(value):
        raise Wrong("not_a_number", value, place=key)
    if abs(value) > FARTHEST:
        raise Wrong("out_of_range", value, place=key)
    return rounded(value)


def point(parent: Tree, key: str) -> tuple[float, float]:
    """The position {x, y} at `key`, which must be there."""
    place = subtree(parent, key)
    try:
        return number(place, "x"), number(place, "y")
    except Wrong as wrong:
        wrong.under(key)
        raise


def rounded(value: float) -> float:
    """`value` to a thousandth of a unit (never minus nothing): sums and differences stay exact."""
    return round(float(value), 3) + 0.0


def _there(parent: Tree, key: str) -> object:
    value = parent.get(key)
    if value is None:
        raise Wrong("missing", place=key)
    return value
