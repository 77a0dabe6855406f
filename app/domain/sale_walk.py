"""Going through the words of a sale line one after the other, and saying where it cannot go on."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from app.domain.errors import Invalid
from app.domain.payments import money_from_decimal
from app.domain.sale_command import LineProblem
from app.domain.sale_words import LONGEST_NAME, LineContext, Word
from app.domain.values import Money


class Misread(Exception):
    """Why a text is no sale; `surely` when it was meant as one all the same. It never leaves `parse`."""

    def __init__(self, problem: LineProblem, *, surely: bool) -> None:
        super().__init__(problem.reason)
        self.problem = problem
        self.surely = surely


def problem_at(word: Word, reason: str, instead: Sequence[str] = ()) -> LineProblem:
    """What is wrong with a word, and what would be understood."""
    return LineProblem(reason, word.text, word.start, word.end, tuple(instead))


def money_of(text: str, currency: str) -> Money | str:
    """A sum as people type it, with a symbol or with a comma for the point; else why it is none."""
    digits = "".join(c for c in text if unicodedata.category(c) != "Sc").replace(",", ".")
    if not digits.isascii():
        return "not_an_amount"
    try:
        return money_from_decimal(digits, currency)
    except Invalid as invalid:
        precise = "too_precise" in invalid.problems.values()
        return "too_precise" if precise else "not_an_amount"


class Walk:
    """The words of one line and how far they are read. `sure` once something can only be a sale."""

    def __init__(self, words: Sequence[Word], context: LineContext, *, sure: bool) -> None:
        self.context = context
        self.sure = sure
        self._words = list(words)
        self._at = 0

    @property
    def first(self) -> Word:
        """The word the line begins with."""
        return self._words[0]

    def next(self) -> Word | None:
        """The word to be read, None at the end."""
        return self._words[self._at] if self._at < len(self._words) else None

    def step(self) -> None:
        """Leave the word behind: it is read."""
        self._at += 1

    def argument(self) -> Word | None:
        """The next word, read, unless the line or its half ends here."""
        word = self.next()
        if word is None or word.is_slash:
            return None
        self.step()
        return word

    def ahead(self, count: int) -> Word | None:
        """The next `count` words as one, None when there are not so many."""
        words = self._words[self._at : self._at + count]
        if len(words) < count or any(word.is_slash for word in words):
            return None
        return _joined(words)

    def stretches(self) -> list[Word]:
        """The next words as one, the longest first; something in quotes stands alone."""
        words: list[Word] = []
        for word in self._words[self._at : self._at + LONGEST_NAME]:
            if word.is_slash or (word.quoted and words):
                break
            words.append(word)
            if word.quoted:
                break
        return [_joined(words[:length]) for length in range(len(words), 0, -1)]

    def insert(self, word: Word) -> None:
        """Let a part of the word just read be the next."""
        self._words.insert(self._at, word)

    def read(self, stretch: Word) -> None:
        """All words up to the end of this one are read."""
        while (word := self.next()) is not None and word.end <= stretch.end:
            self.step()

    def read_surely(self, stretch: Word) -> None:
        """As `read`, and it is a sale."""
        self.read(stretch)
        self.sure = True

    def misread(self, reason: str, word: Word, instead: Sequence[str] = ()) -> Misread:
        """The exception that says why it does not go on."""
        return Misread(problem_at(word, reason, instead), surely=self.sure)

    def money(self, word: Word) -> Money:
        """The sum a word says; Misread."""
        money = money_of(word.text, self.context.currency)
        if isinstance(money, str):
            raise self.misread(money, word)
        return money


def _joined(words: Sequence[Word]) -> Word:
    if len(words) == 1:
        return words[0]
    return Word(" ".join(word.text for word in words), words[0].start, words[-1].end)
