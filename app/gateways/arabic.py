"""Letters in the order and the shape in which they are drawn: Hebrew runs from the right, and Arabic
letters join their neighbours.

A PDF holds glyphs where they stand; without a shaping library beside it, the presentation forms that
Unicode keeps for this very purpose do the joining.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from fpdf.bidi import BidiParagraph

_FORMS = ("isolated", "final", "initial", "medial")
_RIGHT_TO_LEFT = {"R", "AL", "AN"}
_LAM, _MARKS = "\u0644", {"Mn", "Cf"}


@lru_cache(maxsize=1)
def _shapes() -> dict[str, dict[str, str]]:
    """Letter (or lam with alef) -> form -> the character drawn for it."""
    shapes: dict[str, dict[str, str]] = {}
    for code in (*range(0xFB50, 0xFDFC), *range(0xFE80, 0xFEFD)):
        form, *parts = unicodedata.decomposition(chr(code)).split() or ("",)
        name = form.strip("<>")
        letters = "".join(chr(int(part, 16)) for part in parts)
        known = len(letters) == 1 or (len(letters) == 2 and letters[0] == _LAM and code >= 0xFEF5)
        if name in _FORMS and known:
            shapes.setdefault(letters, {}).setdefault(name, chr(code))
    return shapes


def joined(text: str) -> str:
    """The text with Arabic letters in the shape their neighbours ask for; all else as it is."""
    if not any("\u0600" <= letter <= "\u06ff" for letter in text):
        return text
    shapes, drawn = _shapes(), []
    letters = _with_ligatures(text, shapes)
    for place, letter in enumerate(letters):
        forms = shapes.get(letter)
        if forms is None:
            drawn.append(letter)
            continue
        before = _neighbour(letters, place, -1)
        after = _neighbour(letters, place, 1)
        from_before = "initial" in shapes.get(before, {}) and "final" in forms
        to_after = "initial" in forms and "final" in shapes.get(after, {})
        wanted = {
            (False, False): "isolated",
            (True, False): "final",
            (False, True): "initial",
            (True, True): "medial",
        }[from_before, to_after]
        drawn.append(forms.get(wanted, letter))
    return "".join(drawn)


def _with_ligatures(text: str, shapes: dict[str, dict[str, str]]) -> list[str]:
    """The letters, lam and a following alef as one."""
    letters: list[str] = []
    for letter in text:
        if letters and letters[-1] == _LAM and _LAM + letter in shapes:
            letters[-1] += letter
        else:
            letters.append(letter)
    return letters


def _neighbour(letters: list[str], place: int, step: int) -> str:
    """The next letter that counts; marks above and below do not part two letters."""
    place += step
    while 0 <= place < len(letters) and unicodedata.category(letters[place][0]) in _MARKS:
        place += step
    return letters[place] if 0 <= place < len(letters) else ""


def left_to_right(text: str) -> str:
    """The letters in the order in which they stand on the paper."""
    if not any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in text):
        return text
    return str(BidiParagraph(text).get_reordered_string())
