"""The seats on a sale line, as people write them: one, several, or from one to another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from app.domain.sale_walk import Walk
from app.domain.sale_words import Named, Word

_DASHES = re.compile(r"\.\.|[-–—]")
_BETWEEN = re.compile(r"\.\.|[-–—]|to", re.IGNORECASE)
_SEAT_SHAPE = re.compile(r"[^\W\d_]{1,2}-?\d{1,3}[^\W\d_]?|\d{1,3}-\d{1,3}")


class SeatReader:
    """Collects `labels`, each once. `inside` are the parts of the house the line has named so far."""

    def __init__(self, walk: Walk, *, inside: Iterable[Named]) -> None:
        self._walk = walk
        self._context = walk.context
        self._inside = inside
        self._labels: dict[str, None] = {}

    @property
    def labels(self) -> tuple[str, ...]:
        """In the order in which they were named."""
        return tuple(self._labels)

    def read(self, word: Word) -> bool:
        """Whether seats stand here; they are read then."""
        for name in self._walk.stretches():
            label = self._seat(name.text)
            if label is not None:
                self._walk.read_surely(name)
                return self._add(self._up_to(label))
        labels = () if word.quoted else self._listed(word) or self._from_any_section(word)
        if labels:
            self._walk.read_surely(word)
        return self._add(labels)

    def read_after(self, word: Word) -> None:
        """The seats that must stand behind the word `seat`; Misread."""
        said = self._walk.next()
        if said is None or said.is_slash or not self.read(said):
            self._add(self._up_to(self.seat_after(word)))

    def seat_after(self, word: Word) -> str:
        """The seat that must stand behind a word such as `near`; Misread."""
        walk = self._walk
        for name in walk.stretches():
            label = self._seat(name.text)
            if label is not None:
                walk.read_surely(name)
                return label
        said = walk.next()
        if said is None or said.is_slash:
            raise walk.misread("missing", word)
        everywhere = self._context.seats_everywhere(said.text)
        if len(everywhere) != 1:
            walk.sure = walk.sure or _SEAT_SHAPE.fullmatch(said.text) is not None
            raise walk.misread(self._why_none(everywhere), said, everywhere)
        walk.read_surely(said)
        return everywhere[0]

    def _add(self, labels: Sequence[str]) -> bool:
        self._labels.update(dict.fromkeys(labels))
        return bool(labels)

    def _seat(self, text: str) -> str | None:
        return self._context.seat_like(text, inside=self._inside)

    def _up_to(self, first: str) -> tuple[str, ...]:
        """The labels from a seat on to the one behind a dash of its own, if there is one."""
        walk = self._walk
        dash = walk.next()
        if dash is None or dash.quoted or not _BETWEEN.fullmatch(dash.text):
            return (first,)
        walk.step()
        for name in walk.stretches():
            last = self._end_of_row(first, name.text)
            if last is not None:
                walk.read(name)
                return self._row(first, last, name)
        word = walk.argument()
        raise walk.misread("missing", dash) if word is None else walk.misread("unknown_seat", word)

    def _end_of_row(self, first: str, text: str) -> str | None:
        """A seat by its number in the row of `first`, else by its own label."""
        row, dash, _ = first.rpartition("-")
        beside = self._context.seat(f"{row}-{text}") if dash else None
        return beside or self._seat(text)

    def _row(self, first: str, last: str, word: Word) -> tuple[str, ...]:
        labels = self._context.row(first, last)
        if not labels:
            self._walk.sure = True
            raise self._walk.misread("not_one_row", word, (first, last))
        return labels

    def _listed(self, word: Word) -> tuple[str, ...]:
        """Seats in one word, "A12-A15", "A12-15" or "A12,13"; () when it does not begin with one."""
        labels: list[str] = []
        at = word.start
        for piece in word.text.split(","):
            part = Word(piece, at, at + len(piece))
            at = part.end + 1
            found = self._from_to(part) or self._one_more(labels, part)
            if not found and labels:
                self._walk.sure = True
                raise self._walk.misread("unknown_seat", part)
            if not found:
                return ()
            labels += found
        return tuple(labels)

    def _one_more(self, labels: Sequence[str], part: Word) -> tuple[str, ...]:
        label = self._end_of_row(labels[-1], part.text) if labels else None
        return () if label is None else (label,)

    def _from_to(self, part: Word) -> tuple[str, ...]:
        """The seats of one piece: itself, or from one label to another."""
        whole = self._seat(part.text)
        if whole is not None:
            return (whole,)
        begun: Word | None = None
        for dash in _DASHES.finditer(part.text):
            first = self._seat(part.text[: dash.start()])
            if first is None:
                continue
            end = Word(part.text[dash.end() :], part.start + dash.end(), part.end)
            last = self._end_of_row(first, end.text)
            if last is not None:
                return self._row(first, last, end)
            begun = end
        if begun is not None:
            self._walk.sure = True
            raise self._walk.misread("unknown_seat", begun)
        return ()

    def _from_any_section(self, word: Word) -> tuple[str, ...]:
        """A row and number that are in one section only; Misread when they are a seat nowhere."""
        text, context = word.text, self._context
        if not _SEAT_SHAPE.fullmatch(text):
            return ()
        labels = context.seats_everywhere(text)
        if len(labels) == 1:
            return labels
        if context.kinds_like(text) or context.places_like(text):
            return ()
        self._walk.sure = True
        raise self._walk.misread(self._why_none(labels), word, labels)

    def _why_none(self, labels: Sequence[str]) -> str:
        if not self._context.seated:
            return "no_seats"
        return "which_seat" if labels else "unknown_seat"
