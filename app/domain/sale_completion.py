"""What could be meant by the word under the cursor of a sale line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from app.domain.events import PriceType
from app.domain.sale_echo import kind_words, place_words, seat_words
from app.domain.sale_payment import WAYS
from app.domain.sale_words import (
    Keyword,
    LineContext,
    PlaceKind,
    Word,
    begins_a_word,
    keyword_of,
    words_in,
)

MOST_SHOWN = 8
_MOST_TITLES = 3
_COUNT = re.compile(r"[x×]?([1-9]\d{0,3})([^\W\d_].*)?", re.IGNORECASE | re.DOTALL)
_OFFERED = (
    Keyword.BEST,
    Keyword.NEAR,
    Keyword.UNDER,
    Keyword.BLOCK,
    Keyword.WHEELCHAIR,
    Keyword.CODE,
    Keyword.SEAT,
)


class CompletionKind(StrEnum):
    """What a completion is, for the words beside it."""

    PRICE_TYPE = "price_type"
    ZONE = "zone"
    SECTION = "section"
    AREA = "area"
    SEAT = "seat"
    KEYWORD = "keyword"
    WAY = "way"  # a tender, or reserve
    TITLE = "title"


_OF_PLACE = {
    PlaceKind.ZONE: CompletionKind.ZONE,
    PlaceKind.SECTION: CompletionKind.SECTION,
    PlaceKind.AREA: CompletionKind.AREA,
}


@dataclass(frozen=True, slots=True)
class Completion:
    """`text` stands in the line instead of what is there from `start` to `end`; `name` is what it means,
    in full where that is a name."""

    text: str
    name: str
    kind: CompletionKind
    start: int
    end: int

    def put_into(self, line: str) -> tuple[str, int]:
        """The line with it and a blank, and where the cursor is then."""
        rest = line[self.end :].lstrip(" ")
        return f"{line[: self.start]}{self.text} {rest}", self.start + len(self.text) + 1


def complete(text: str, cursor: int, context: LineContext) -> list[Completion]:
    """What the word under the cursor may become, likeliest first; nothing where it is whole already."""
    words = words_in(text)
    under = next((word for word in words if word.start < cursor <= word.end), None)
    if under is None:
        under = Word("", cursor, cursor)
    elif under.quoted or under.is_slash:
        under = Word("", cursor, cursor) if under.is_slash else under
    begun = Word(text[under.start : cursor], under.start, under.end, quoted=under.quoted)
    before = [word for word in words if word.end <= begun.start]
    found = _Offers(begun, before, text, context).all()
    return [offer for offer in found if offer.text != text[offer.start : offer.end]][:MOST_SHOWN]


class _Offers:
    """What fits at one place of one line."""

    def __init__(
        self, begun: Word, before: Sequence[Word], text: str, context: LineContext
    ) -> None:
        self._begun = begun
        self._before = before
        self._text = text
        self._context = context

    def all(self) -> list[Completion]:
        last = self._before[-1] if self._before else None
        keyword = keyword_of(last) if last else None
        if self._begun.quoted or self._text.lstrip().startswith("@"):
            return []
        if self._text.lstrip().startswith(">"):
            return list(self._marked_titles())
        if any(word.is_slash for word in self._before):
            return list(self._ways()) if last is not None and last.is_slash else []
        if keyword in {Keyword.NEAR, Keyword.SEAT}:
            return list(self._seats(behind=True))
        if keyword in {Keyword.UNDER, Keyword.CODE}:
            return []
        return self._wanted(last)

    def _wanted(self, last: Word | None) -> list[Completion]:
        counted = _COUNT.fullmatch(self._begun.text)
        if counted is not None:
            return list(self._counted(int(counted[1]), counted[2] or ""))
        number = _COUNT.fullmatch(last.text) if last is not None and not last.quoted else None
        after_number = number is not None and number[2] is None
        offers = list(self._kinds()) if after_number else []
        if self._begun.text:
            offers += [*self._places(), *self._keywords(), *self._seats(behind=False)]
            offers += [] if self._before else self._titles()
        return offers

    def _offer(self, text: str, name: str, kind: CompletionKind) -> Completion:
        return Completion(text, name, kind, self._begun.start, self._begun.end)

    # -- one sort after the other --------------------------------------------------------------

    def _counted(self, count: int, rest: str) -> Iterable[Completion]:
        """Behind a number in the same word: "1c" may be one child or one concession."""
        if not rest:
            return
        for kind in self._meant(rest):
            text = kind_words(count, kind, self._context)
            yield self._offer(text, kind.name, CompletionKind.PRICE_TYPE)
        for place in self._context.places_like(rest):
            text = f"{count} {place_words(place, self._context)}"
            yield self._offer(text, place.name, _OF_PLACE[place.kind])

    def _kinds(self) -> Iterable[Completion]:
        """Behind a number with a blank between."""
        for kind in self._meant(self._begun.text):
            text = kind_words(1, kind, self._context)[1:].lstrip()
            yield self._offer(text, kind.name, CompletionKind.PRICE_TYPE)

    def _meant(self, begun: str) -> tuple[PriceType, ...]:
        """The price types that begin so, none when it is clear already which one."""
        meant = self._context.kinds_begun(begun) if begun else self._context.kinds
        return meant if len(meant) > 1 or not begun else ()

    def _places(self) -> Iterable[Completion]:
        for place in self._context.places:
            if begins_a_word(place.name, self._begun.text):
                text = place_words(place, self._context)
                yield self._offer(text, place.name, _OF_PLACE[place.kind])

    def _keywords(self) -> Iterable[Completion]:
        begun = self._begun.text.casefold()
        for keyword in _OFFERED:
            if keyword.startswith(begun):
                yield self._offer(keyword, keyword, CompletionKind.KEYWORD)

    def _ways(self) -> Iterable[Completion]:
        begun = self._begun.text.casefold()
        for way in WAYS:
            if way.startswith(begun):
                yield self._offer(way, way, CompletionKind.WAY)

    def _seats(self, *, behind: bool) -> Iterable[Completion]:
        """Labels, behind a word that wants one or where a figure says that one is meant."""
        begun = self._begun.text
        if begun and (behind or any(c.isdigit() for c in begun)):
            for label in islice(self._context.seats(begun), MOST_SHOWN):
                text = seat_words(label, self._context)
                if behind:
                    text = text.removeprefix(f"{Keyword.SEAT} ")
                yield self._offer(text, label, CompletionKind.SEAT)

    def _titles(self) -> Iterable[Completion]:
        found = (t for t in self._context.titles if begins_a_word(t, self._begun.text))
        for title in islice(found, _MOST_TITLES):
            yield self._offer(f"> {title}", title, CompletionKind.TITLE)

    def _marked_titles(self) -> Iterable[Completion]:
        start = self._text.index(">")
        begun = self._text[start + 1 : self._begun.end].strip()
        found = (t for t in self._context.titles if not begun or begins_a_word(t, begun))
        for title in islice(found, MOST_SHOWN):
            end = self._begun.end
            yield Completion(f"> {title}", title, CompletionKind.TITLE, start, end)
