"""How well a few hasty letters fit a name: "nwcu" is New customer."""

from __future__ import annotations

import re
from functools import lru_cache

from app.domain.search import folded, without_marks

_WORD = re.compile(r"\w+")
_WHOLE, _BEGINS, _INSIDE = 400, 300, 200
_AT_WORD, _IN_A_ROW, _APART = 12, 8, 1
_LONGEST_GAP = 6  # of a name; letters further apart are not meant by one hand


def fit(typed: str, name: str) -> int:
    """0 when the letters are not all there in their order; else the more, the better it fits: the whole
    name, its beginning, words that begin so in any order, a part of it, letters spread over it."""
    wanted, held = _plain(typed), _plain(name)
    if not wanted or not held:
        return 0
    if wanted == held:
        return _WHOLE
    if held.startswith(wanted):
        return _BEGINS + _shortness(wanted, held)
    words = _WORD.findall(held)
    if all(any(word.startswith(part) for word in words) for part in wanted.split()):
        return _INSIDE + 50 + _shortness(wanted, held)
    if wanted in held:
        return _INSIDE + _shortness(wanted, held)
    return _spread(wanted.replace(" ", ""), held)


def _shortness(wanted: str, held: str) -> int:
    return round(40 * len(wanted) / len(held))


def _spread(wanted: str, held: str) -> int:
    """Letters in their order, best where they begin words or follow each other."""
    begins = {found.start() for found in _WORD.finditer(held)}
    at, total = -1, 0
    for letter in wanted:
        near = held.find(letter, at + 1)
        if near < 0:
            return 0
        word = next((b for b in sorted(begins) if b > at and held[b] == letter), None)
        follows = near == at + 1
        place = near if follows or word is None else word
        if place - at > _LONGEST_GAP and place not in begins:
            return 0
        total += _IN_A_ROW if follows else _AT_WORD if place in begins else _APART
        at = place
    return min(total, _INSIDE - 1)


@lru_cache(maxsize=2048)
def _plain(text: str) -> str:
    return without_marks(folded(text))
