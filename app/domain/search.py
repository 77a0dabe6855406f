"""Finding people by any part of their name, e-mail or phone, in any script and any case.

Everything that writes a user keeps `search_key` beside them; a search asks for keys that contain all
of `search_words`.
"""

from __future__ import annotations

import re
from unicodedata import combining, normalize

# an index row of PostgreSQL holds 2,704 bytes, and a character may take four
LONGEST_KEY = 500
_MOST_WORDS = 8
# letters that Unicode does not take apart into a plain one and its mark
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})
_NOT_A_DIGIT = re.compile(r"\D+")
_A_NUMBER = re.compile(r"[\d\s+()/.\-]+")
_FEWEST_DIGITS = 5  # below, a number is a year or the figure in a name


def folded(text: str) -> str:
    """`text` as it is compared: one case, one width, single spaces."""
    return " ".join(normalize("NFKC", text).casefold().split())


def search_key(name: str, email: str = "", phone: str = "") -> str:
    """What somebody is found by: name, e-mail and phone. Where they differ, the name without accents
    stands before it, so that keys sort by name whatever the case, and the phone's digits at the end."""
    whole = folded(f"{name} {email} {phone}")
    plain = without_marks(folded(name))
    parts = [whole] if whole.startswith(plain) else [plain, whole]
    digits = _NOT_A_DIGIT.sub("", phone)
    if digits not in whole:
        parts.append(digits)
    return " ".join(parts)[:LONGEST_KEY]


def search_words(text: str) -> tuple[str, ...]:
    """What a key must contain to be found by `text`: every word of it, or a phone number's digits
    without the nought that stands for a country code."""
    wanted = folded(text.replace("\0", ""))
    digits = _NOT_A_DIGIT.sub("", wanted)
    if len(digits) >= _FEWEST_DIGITS and _A_NUMBER.fullmatch(wanted):
        return (digits.lstrip("0") or digits,)
    return tuple(wanted[:LONGEST_KEY].split()[:_MOST_WORDS])


def without_marks(text: str) -> str:
    """`text` in plain letters where it has accents."""
    letters = normalize("NFKD", text.translate(_PLAIN))
    return "".join(letter for letter in letters if not combining(letter))
