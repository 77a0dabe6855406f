"""The second half of a sale line, behind the slash: how it is paid, or until when it is kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from app.domain.errors import Invalid
from app.domain.payments import Tender
from app.domain.sale_command import Paying, Reserving
from app.domain.sale_walk import Walk
from app.domain.sale_words import Word, plain
from app.domain.vouchers import read_voucher_code

RESERVE = "reserve"
_TENDER = re.compile(r"([^\W\d_]+)([\d.,]+)?")
_VOUCHER_GROUPS = (1, 3)  # in one word, or as it is printed with blanks for the dashes
WAYS = (*(str(tender) for tender in Tender), RESERVE)


def ways_like(typed: str) -> tuple[str, ...]:
    """The tenders, and `reserve`, that a word means: exactly, else all that begin so."""
    wanted = plain(typed)
    exact = tuple(way for way in WAYS if way == wanted)
    return exact or tuple(way for way in WAYS if wanted and way.startswith(wanted))


def names_a_way(words: Sequence[Word]) -> bool:
    """Whether a slash of these words is followed by a whole tender."""
    return any(slash.is_slash and word.text.casefold() in WAYS for slash, word in pairwise(words))


class PaymentReader:
    """Collects `payments` and `reserve`; `word` is the first of them."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self.payments: list[Paying] = []
        self.reserve: Reserving | None = None
        self.word: Word | None = None

    def read(self, slash: Word) -> None:
        """One way to pay behind a slash; Misread."""
        walk = self._walk
        walk.step()
        word = walk.argument()
        if word is None:
            raise walk.misread("missing", slash, WAYS)
        said = None if word.quoted else _TENDER.fullmatch(word.text)
        ways = ways_like(said[1]) if said else ()
        if len(ways) != 1:
            raise walk.misread("unknown_tender", word, ways or WAYS)
        walk.sure = True
        self.word = self.word or word
        if said and said[2]:
            walk.insert(Word(said[2], word.end - len(said[2]), word.end))
        if ways[0] == RESERVE:
            self.reserve = self._reserving()
        else:
            self.payments.append(self._put_down(Tender(ways[0]), word))

    def _put_down(self, tender: Tender, word: Word) -> Paying:
        walk, reference = self._walk, ""
        if tender is Tender.SLIP:
            said = walk.argument()
            if said is None or not said.text:
                raise walk.misread("missing", word)
            reference = said.text
        elif tender is Tender.VOUCHER:
            reference = self._voucher(word)
        said = walk.argument()
        paying = Paying(tender, walk.money(said) if said else None, reference)
        more = walk.argument()
        if more is not None:
            raise walk.misread("amount_twice", more)
        return paying

    def _voucher(self, word: Word) -> str:
        walk = self._walk
        said = walk.next()
        if said is None or said.is_slash:
            raise walk.misread("missing", word)
        for groups in _VOUCHER_GROUPS:
            text = walk.ahead(groups)
            code = _code(text.text) if text else ""
            if text and code:
                walk.read(text)
                return code
        raise walk.misread("mistyped", said)

    def _reserving(self) -> Reserving:
        walk, words = self._walk, []
        while (word := walk.argument()) is not None:
            words.append(word)
        if not words:
            return Reserving()
        whole = Word(" ".join(word.text for word in words), words[0].start, words[-1].end)
        until = walk.context.when(whole.text)
        if until is None:
            raise walk.misread("not_a_time", whole)
        return Reserving(until)


def _code(text: str) -> str:
    try:
        return read_voucher_code(text)
    except Invalid:
        return ""
