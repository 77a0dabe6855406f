"""The words a sale line is made of, and what each of them can mean in front of one house.

The same letters mean different things in different houses: `st` is the stalls here, a student there.
All that is looked up goes through one `LineContext`, so that reading a line, completing it and
writing it out again cannot disagree about a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache

from app.domain.events import PriceType
from app.domain.search import folded, without_marks
from app.domain.values import Money

LONGEST_NAME = 4  # words: "Under 26 with card", "Balcony left 17-3"
MOST_PLACES = 500

_QUOTE = '"'
_SLASH = "/"
_PLAIN_WORD = re.compile(r"[^\W\d_]{2,}")
_PARTS = re.compile(r"[^\W_]+")
_SPLIT_LABEL = re.compile(r"([^\W\d_]+)(\d+[^\W\d_]?)")
# "adults", "children": longer than the name by no more than this
_PLURAL = 3
_SHORTEST_SINGULAR = 3


class Keyword(StrEnum):
    """Words of the line itself, the same in every house."""

    BEST = "best"
    NEAR = "near"
    UNDER = "under"
    BLOCK = "block"
    IN = "in"
    SEAT = "seat"
    CODE = "code"
    WHEELCHAIR = "wheelchair"


class PlaceKind(StrEnum):
    """What a name of a part of the house stands for."""

    ZONE = "zone"
    SECTION = "section"
    AREA = "area"


@dataclass(frozen=True, slots=True)
class Named:
    """A part of the house by name. `no` is Zone.no, an index into the plan's sections, or GaArea.no;
    `also` are other names for it, as an area's price zone is."""

    kind: PlaceKind
    no: int
    name: str
    also: tuple[str, ...] = ()

    def rank(self, typed: Sequence[str]) -> int:
        """How well these words name it: 0 exactly, 1 by its beginning, 2 from within, 3 not at all."""
        return min(_rank(typed, words_of(name)) for name in (self.name, *self.also))


def _nowhere(_: str) -> str | None:
    return None


def _no_row(_first: str, _last: str) -> tuple[str, ...]:
    return ()


def _no_labels(_: str) -> tuple[str, ...]:
    return ()


def _no_time(_: str) -> datetime | None:
    return None


@dataclass(frozen=True)
class LineContext:
    """What a line is read in front of: the performance on the counter, and the basket.

    `seat` gives the plan's own label for one as the plan has it, in any case, None when there is none;
    `row` all labels of a row from the first to the last of two, () when they are not in one row;
    `seats` some labels that begin with a text. `when` reads a deadline, aware and on the venue's clock.
    `due` is what the basket comes to, None while there is none. Without areas and not `seated` no
    performance is on the counter.
    """

    currency: str = "EUR"
    kinds: tuple[PriceType, ...] = ()
    places: tuple[Named, ...] = ()
    titles: tuple[str, ...] = ()
    seated: bool = False
    due: Money | None = None
    seat: Callable[[str], str | None] = _nowhere
    row: Callable[[str, str], tuple[str, ...]] = _no_row
    seats: Callable[[str], tuple[str, ...]] = _no_labels
    when: Callable[[str], datetime | None] = _no_time

    @property
    def has_house(self) -> bool:
        """Whether a performance is on the counter."""
        return self.seated or bool(self.areas)

    @property
    def areas(self) -> tuple[Named, ...]:
        """General admission."""
        return tuple(place for place in self.places if place.kind is PlaceKind.AREA)

    def kinds_like(self, typed: str) -> tuple[PriceType, ...]:
        """The price types that a word means: exactly its short or name, else those that begin so, else
        the one it is the plural of. A single letter is the first of those in their order on the counter,
        so that the commonest sale is typed in one letter a kind. More than one: the word is not enough."""
        begun = self.kinds_begun(typed)
        return begun[:1] if len(plain(typed)) == 1 else begun

    def kinds_begun(self, typed: str) -> tuple[PriceType, ...]:
        """Those that a word could become, as `kinds_like` but for the single letter."""
        wanted = plain(typed)
        if not wanted:
            return ()
        exact = [kind for kind in self.kinds if wanted in _names(kind)]
        begun = [
            kind for kind in self.kinds if any(name.startswith(wanted) for name in _names(kind))
        ]
        return tuple(exact or begun or [kind for kind in self.kinds if _is_plural(wanted, kind)])

    def kinds_called(self, name: str) -> tuple[PriceType, ...]:
        """The price types of exactly this name or short."""
        return tuple(kind for kind in self.kinds if plain(name) in _names(kind))

    def places_called(self, name: str) -> tuple[Named, ...]:
        """As `places_like`, but by a whole name only."""
        wanted = words_of(name)
        return self.places_like(name) if any(p.rank(wanted) == 0 for p in self.places) else ()

    def places_like(self, typed: str) -> tuple[Named, ...]:
        """The parts of the house a text names: those it names best, zones before sections before areas."""
        wanted = words_of(typed)
        if not wanted:
            return ()
        ranked = [(place.rank(wanted), place) for place in self.places]
        best = min((rank for rank, _ in ranked), default=_UNNAMED)
        found = [place for rank, place in ranked if rank == best < _UNNAMED]
        for kind in PlaceKind:
            if any(place.kind is kind for place in found):
                return tuple(place for place in found if place.kind is kind)
        return ()

    def seat_like(self, typed: str, *, inside: Iterable[Named] = ()) -> str | None:
        """The label meant by a seat as people type it: "F7" for "F-7"; `inside` are sections already
        named on the line, for labels that say theirs."""
        forms = label_forms(typed)
        for form in forms:
            label = self.seat(form)
            if label is not None:
                return label
        for part in inside:
            for form in forms:
                label = self.seat(f"{part.name} {form}")
                if label is not None:
                    return label
        return None

    def seats_everywhere(self, typed: str) -> tuple[str, ...]:
        """Every section's seat of this row and number, where labels say their section."""
        forms = label_forms(typed)
        sections = [place.name for place in self.places if place.kind is PlaceKind.SECTION]
        labels = (self.seat(f"{section} {form}") for section in sections for form in forms)
        return tuple(dict.fromkeys(label for label in labels if label is not None))


_UNNAMED = 3


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of the line, where it stands (end exclusive), and whether it stood in quotes."""

    text: str
    start: int
    end: int
    quoted: bool = False

    @property
    def is_slash(self) -> bool:
        """Whether it parts the places from the payment."""
        return self.text == _SLASH and not self.quoted


def words_in(text: str) -> tuple[Word, ...]:
    """The pieces of a line: words, things in quotes (two quotes inside are one), slashes."""
    found, at = [], 0
    while at < len(text):
        if text[at].isspace():
            at += 1
        elif text[at] == _SLASH:
            found.append(Word(_SLASH, at, at + 1))
            at += 1
        else:
            word = _quoted(text, at) if text[at] == _QUOTE else _bare(text, at)
            found.append(word)
            at = word.end
    return tuple(word for word in found if word.text or word.quoted)


def _quoted(text: str, start: int) -> Word:
    said, at = [], start + 1
    while at < len(text):
        if text[at] != _QUOTE:
            said.append(text[at])
        elif text[at + 1 : at + 2] == _QUOTE:
            said.append(_QUOTE)
            at += 1
        else:
            return Word("".join(said), start, at + 1, quoted=True)
        at += 1
    return Word("".join(said), start, len(text), quoted=True)


def _bare(text: str, start: int) -> Word:
    end = start
    while end < len(text) and not text[end].isspace() and text[end] not in {_SLASH, _QUOTE}:
        end += 1
    said = text[start:end].rstrip(",;")
    return Word(said, start, end)


def keyword_of(word: Word) -> Keyword | None:
    """The word of the line itself that this is."""
    said = "" if word.quoted else word.text.casefold()
    return _ALSO.get(said) or (Keyword(said) if said in set(Keyword) else None)


_ALSO = {
    "max": Keyword.UNDER,
    "seats": Keyword.SEAT,
    "wheelchairs": Keyword.WHEELCHAIR,
    "beside": Keyword.NEAR,
}


def quoted(text: str) -> str:
    """`text` as one piece of a line, whatever is in it."""
    return _QUOTE + text.replace(_QUOTE, _QUOTE * 2) + _QUOTE


def is_plain(text: str) -> bool:
    """Whether a text can stand without quotes and is no word of the line itself."""
    return _PLAIN_WORD.fullmatch(text) is not None and keyword_of(Word(text, 0, 0)) is None


@lru_cache(maxsize=2048)
def plain(text: str) -> str:
    """As words are compared: one case, no accents, no full stops."""
    said = without_marks(folded(text))
    return said.replace(".", "").strip() or said


@lru_cache(maxsize=2048)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a name, as they are compared."""
    said = without_marks(folded(text))
    return tuple(_PARTS.findall(said)) or ((said,) if said else ())


def begins_a_word(text: str, prefix: str) -> bool:
    """Whether a name or one of its words begins so."""
    wanted = plain(prefix)
    return plain(text).startswith(wanted) or any(w.startswith(wanted) for w in words_of(text))


def nearest(typed: str, known: Iterable[str]) -> tuple[str, ...]:
    """Up to three of the known words that a mistyped one may have meant."""
    by_letters = {plain(name): name for name in known}
    close = get_close_matches(plain(typed), list(by_letters), n=3, cutoff=0.6)
    return tuple(by_letters[name] for name in close)


def _names(kind: PriceType) -> tuple[str, str]:
    return plain(kind.short), plain(kind.name)


def _is_plural(typed: str, kind: PriceType) -> bool:
    return any(
        len(name) >= _SHORTEST_SINGULAR
        and typed.startswith(name)
        and len(typed) - len(name) <= _PLURAL
        and typed[len(name) :].isalpha()
        for name in _names(kind)
    )


def _rank(typed: Sequence[str], name: Sequence[str]) -> int:
    if list(typed) == list(name):
        return 0
    if len("".join(typed)) < 2:  # one letter is a price type or a row
        return _UNNAMED
    for begin in range(len(name) - len(typed) + 1):
        if all(n.startswith(t) for t, n in zip(typed, name[begin:], strict=False)):
            return min(begin, 1) + 1
    return _UNNAMED


def label_forms(typed: str) -> tuple[str, ...]:
    """A seat as it was typed, and with the dash a label has: "F7", "F-7"."""
    *before, last = typed.split(" ")
    parts = _SPLIT_LABEL.fullmatch(last)
    return (typed, " ".join((*before, f"{parts[1]}-{parts[2]}"))) if parts else (typed,)
