"""Reads the words of a line as a sale, from left to right: places first, then payments."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from app.domain.events import PriceType
from app.domain.sale_command import SaleCommand, Wish
from app.domain.sale_payment import PaymentReader, names_a_way
from app.domain.sale_seats import SeatReader
from app.domain.sale_walk import Walk
from app.domain.sale_words import (
    MOST_PLACES,
    Keyword,
    LineContext,
    Named,
    PlaceKind,
    Word,
    keyword_of,
    nearest,
    words_of,
)
from app.domain.values import Money

_COUNT = re.compile(
    r"[x×]?([1-9]\d{0,3})(?:(?![x×]$)([x×]?)([^\W\d_].*))?[x×]?", re.IGNORECASE | re.DOTALL
)
_WHEELS = re.compile(r"w(?:\+([1-9]\d?))?", re.IGNORECASE)
_COMPANIONS = re.compile(r"\+([1-9]\d?)")


class SaleReader:
    """Reads one line once."""

    def __init__(self, words: Sequence[Word], context: LineContext) -> None:
        self._context = context
        self._walk = Walk(words, context, sure=names_a_way(words))
        self._places: dict[Named, Word] = {}
        self._seats = SeatReader(self._walk, inside=self._places)
        self._payment = PaymentReader(self._walk)
        self._count: tuple[int, Word] | None = None
        self._kinds: dict[str, int] = {}
        self._last_kind: Word | None = None
        self._other_kind: tuple[PriceType, Word] | None = None
        self._near = ""
        self._limit: Money | None = None
        self._block = False
        self._wheels = self._companions = 0
        self._wish_word: Word | None = None
        self._discount: tuple[str, Word] | None = None

    def read(self) -> SaleCommand:
        """The sale; Misread."""
        while (word := self._walk.next()) is not None:
            if word.is_slash:
                self._payment.read(word)
            elif not self._read_part(word):
                raise self._unknown(word)
        return self._whole()

    def _read_part(self, word: Word) -> bool:
        return (
            self._read_exact_place()
            or self._read_keyword(word)
            or self._read_companions(word)
            or self._read_count(word)
            or self._seats.read(word)
            or self._read_places()
            or self._read_other_kind()
        )

    def _unknown(self, word: Word) -> Exception:
        context = self._context
        known = [
            *(word for place in context.places for word in words_of(place.name)),
            *(place.name for place in context.places),
            *(kind.name for kind in context.kinds),
            *Keyword,
        ]
        return self._walk.misread("unknown_word", word, nearest(word.text, known))

    # -- where -------------------------------------------------------------------------------

    def _read_exact_place(self) -> bool:
        """A whole name goes before all else: "Block A" is a section, not a block for an adult."""
        for name in self._walk.stretches():
            found = self._context.places_called(name.text)
            if found and (name.quoted or not self._is_else(name.text)):
                return self._add_places(found, name)
        return False

    def _is_else(self, text: str) -> bool:
        """Whether this is a seat or a number before it is anything else."""
        return self._context.seat(text) is not None or _COUNT.fullmatch(text) is not None

    def _read_places(self) -> bool:
        for name in self._walk.stretches():
            found = () if name.quoted else self._context.places_like(name.text)
            if found:
                return self._add_places(found, name)
        return False

    def _add_places(self, found: Sequence[Named], name: Word) -> bool:
        areas = [place.name for place in found if place.kind is PlaceKind.AREA]
        if len(areas) > 1:
            raise self._walk.misread("which_area", name, areas)
        self._places.update(dict.fromkeys(found, name))
        self._walk.read(name)
        return True

    # -- how many, by whom -------------------------------------------------------------------

    def _read_count(self, word: Word) -> bool:
        found = None if word.quoted else _COUNT.fullmatch(word.text)
        if found is None:
            return False
        count, x, rest = int(found[1]), found[2] or "", found[3] or ""
        if rest:
            return self._read_glued(word, count, (x + rest, rest) if x else (rest,))
        self._walk.read_surely(word)
        self._read_counted(word, count)
        return True

    def _read_glued(self, word: Word, count: int, forms: Sequence[str]) -> bool:
        """A count with what is counted in one word: "2a", "1w+1", "4standing"."""
        wheels = _WHEELS.fullmatch(forms[-1])
        if wheels is not None:
            self._add_wheels(count, int(wheels[1] or 0), word)
            self._walk.read_surely(word)
            return True
        kinds: tuple[PriceType, ...] = ()
        for form in forms:
            kinds = self._context.kinds_like(form)
            if len(kinds) == 1:
                self._add_kind(kinds[0], count, word)
                self._walk.read_surely(word)
                return True
        if self._context.seat_like(word.text) is not None:
            return False
        self._walk.sure = True
        rest = Word(forms[-1], word.end - len(forms[-1]), word.end)
        if kinds:
            raise self._walk.misread("which_kind", rest, [kind.name for kind in kinds])
        places = self._context.places_like(rest.text)
        if not places:
            names = [kind.name for kind in self._context.kinds]
            raise self._walk.misread("unknown_kind", rest, names)
        self._set_count(count, word)
        return self._add_places(places, word)

    def _read_counted(self, number: Word, count: int) -> None:
        """What stands after a number on its own: wheelchairs, a price type, or neither."""
        walk, word = self._walk, self._walk.next()
        wheels = None if word is None or word.quoted else _WHEELS.fullmatch(word.text)
        if word is not None and (wheels or keyword_of(word) is Keyword.WHEELCHAIR):
            self._add_wheels(count, int(wheels[1] or 0) if wheels else 0, word)
            walk.step()
            return
        kinds: tuple[PriceType, ...] = ()
        for name in walk.stretches():
            kinds = self._counted_kinds(name)
            if len(kinds) == 1:
                self._add_kind(kinds[0], count, name)
                walk.read(name)
                return
        if word is not None and kinds and not self._context.places_like(word.text):
            raise walk.misread("which_kind", word, [kind.name for kind in kinds])
        self._set_count(count, number)

    def _counted_kinds(self, name: Word) -> tuple[PriceType, ...]:
        """The price types a name after a number means; words of the line and quotes want all of it."""
        if name.quoted or keyword_of(name) is not None or _COUNT.fullmatch(name.text):
            return self._context.kinds_called(name.text)
        return self._context.kinds_like(name.text)

    def _set_count(self, count: int, word: Word) -> None:
        if self._count is not None:
            raise self._walk.misread("counted_twice", word)
        self._count = (count, word)

    def _add_kind(self, kind: PriceType, count: int, word: Word) -> None:
        self._kinds[kind.id] = self._kinds.get(kind.id, 0) + count
        self._last_kind = word

    def _add_wheels(self, wheels: int, companions: int, word: Word) -> None:
        self._wheels += wheels
        self._companions += companions
        self._wish_word = word

    def _read_companions(self, word: Word) -> bool:
        found = None if word.quoted or not self._wheels else _COMPANIONS.fullmatch(word.text)
        if found is None:
            return False
        self._companions += int(found[1])
        self._walk.read_surely(word)
        return True

    def _read_other_kind(self) -> bool:
        """A price type without a number: everybody not named otherwise."""
        for name in self._walk.stretches():
            kinds = () if name.quoted else self._context.kinds_like(name.text)
            if len(kinds) == 1:
                self._other_kind = (kinds[0], name)
                self._walk.read(name)
                return True
            if kinds and self._walk.sure:
                raise self._walk.misread("which_kind", name, [kind.name for kind in kinds])
        return False

    # -- words of the line -------------------------------------------------------------------

    def _read_keyword(self, word: Word) -> bool:
        keyword = keyword_of(word)
        if keyword is None:
            return False
        acts: dict[Keyword, Callable[[Word], None]] = {
            Keyword.BEST: _as_always,
            Keyword.BLOCK: self._on_block,
            Keyword.NEAR: self._on_near,
            Keyword.UNDER: self._on_under,
            Keyword.IN: self._on_in,
            Keyword.SEAT: self._seats.read_after,
            Keyword.CODE: self._on_code,
            Keyword.WHEELCHAIR: self._on_wheelchair,
        }
        self._walk.step()
        acts[keyword](word)
        return True

    def _on_block(self, word: Word) -> None:
        self._block, self._wish_word = True, word

    def _on_wheelchair(self, word: Word) -> None:
        self._add_wheels(1, 0, word)

    def _on_near(self, word: Word) -> None:
        self._near, self._wish_word = self._seats.seat_after(word), word

    def _on_under(self, word: Word) -> None:
        self._limit, self._wish_word = self._walk.money(self._after(word)), word
        self._walk.sure = True

    def _on_in(self, word: Word) -> None:
        if not self._read_exact_place() and not self._read_places():
            names = [place.name for place in self._context.places]
            raise self._walk.misread("unknown_place", self._after(word), names)

    def _on_code(self, word: Word) -> None:
        self._discount = (self._after(word).text, word)
        self._walk.sure = True

    def _after(self, word: Word) -> Word:
        said = self._walk.argument()
        if said is None or not said.text:
            raise self._walk.misread("missing", word)
        return said

    # -- all of it ---------------------------------------------------------------------------

    def _whole(self) -> SaleCommand:
        seats = self._seats.labels
        count = self._total(len(seats))
        area = self._area(count)
        self._must_fit(count, area=area, seats=len(seats))
        return SaleCommand(
            count=count,
            kinds=self._by_kind(count),
            seats=seats,
            area=area,
            wish=Wish() if seats or area is not None else self._wish(),
            discount=self._discount[0] if self._discount else "",
            payments=tuple(self._payment.payments),
            reserve=self._payment.reserve,
        )

    def _total(self, seats: int) -> int:
        wheels, named = self._wheels + self._companions, sum(self._kinds.values())
        total = seats or (self._count[0] if self._count else max(named, wheels))
        if self._count is not None and self._count[0] != total:
            raise self._walk.misread("seats_and_count", self._count[1])
        if self._last_kind is not None and named > total:
            raise self._walk.misread("too_many_kinds", self._last_kind)
        if self._wish_word is not None and wheels > total:
            raise self._walk.misread("too_many_kinds", self._wish_word)
        if total > MOST_PLACES:
            raise self._walk.misread("too_many", self._walk.first)
        return total

    def _by_kind(self, count: int) -> tuple[tuple[str, int], ...]:
        kinds = dict(self._kinds)
        left = count - sum(kinds.values())
        if self._other_kind is not None and left:
            kind, _ = self._other_kind
            kinds[kind.id] = kinds.get(kind.id, 0) + left
        return tuple(kinds.items())

    def _area(self, count: int) -> int | None:
        context = self._context
        areas = [place for place in self._places if place.kind is PlaceKind.AREA]
        named = self._places[areas[-1]] if areas else self._walk.first
        if not areas and count and not context.seated:
            areas = list(context.areas)
        if len(areas) > 1:
            raise self._walk.misread("which_area", named, [area.name for area in areas])
        return areas[0].no if areas else None

    def _wish(self) -> Wish:
        def numbers(kind: PlaceKind) -> tuple[int, ...]:
            return tuple(sorted(place.no for place in self._places if place.kind is kind))

        return Wish(
            zones=numbers(PlaceKind.ZONE),
            sections=numbers(PlaceKind.SECTION),
            near=self._near,
            limit=self._limit,
            block=self._block,
            wheelchairs=self._wheels,
            companions=self._companions,
        )

    def _must_fit(self, count: int, *, area: int | None, seats: int) -> None:
        """The parts of the line must make one sale, and there must be something to pay for."""
        if self._wish_word is not None and seats:
            raise self._walk.misread("seats_and_wish", self._wish_word)
        if area is not None and (seats or self._wish_word or len(self._places) > 1):
            raise self._walk.misread("area_and_wish", self._wish_word or self._walk.first)
        if count and not (self._context.seated or self._context.areas):
            raise self._walk.misread("no_performance", self._walk.first)
        if count == 0:
            self._must_be_due()

    def _must_be_due(self) -> None:
        wanted = self._other_kind[1] if self._other_kind else self._wish_word
        wanted = wanted or next(iter(self._places.values()), None)
        names = (name.text for name in self._places.values())
        if self._wish_word is not None or any(self._context.places_called(n) for n in names):
            self._walk.sure = True
        paying = self._payment.word or (self._discount[1] if self._discount else None)
        if wanted is not None or paying is None:
            raise self._walk.misread("how_many", wanted or self._walk.first)
        if self._context.due is None:
            raise self._walk.misread("nothing_to_pay", paying)


def _as_always(_: Word) -> None:
    """The best are taken anyway; the word may stand there because people say it."""
