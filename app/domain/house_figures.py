"""What a whole house amounts to, so that a copy of it can be held against it: rows, money, journal heads, and
a fingerprint of every row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a station's journal: the number and hash of its last line."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class HouseFigures:
    """`rows` by table; `money` in minor units by what it is (payments, refunds, tickets, vouchers) and
    currency; `heads` by the station's code; `prints` a fingerprint of all rows by table, the same whatever
    the database and the order of the rows."""

    rows: Mapping[str, int]
    money: Mapping[tuple[str, str], int]
    heads: Mapping[str, Head]
    prints: Mapping[str, str]
    last_act_at: datetime | None = None

    @property
    def total(self) -> int:
        """All rows there are."""
        return sum(self.rows.values())


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure here and there. `kind`: rows (of table `name`), money (`name` and `currency`), head (of the
    station `name`) or content (of table `name`); figures as plain values, None where there is none."""

    kind: str
    name: str
    here: int | str | None
    there: int | str | None
    currency: str = ""

    @property
    def holds(self) -> bool:
        """Whether both are the same."""
        return self.here == self.there


def compared(here: HouseFigures, there: HouseFigures) -> tuple[Compared, ...]:
    """Every figure of both, in the order in which a person reads them: money, journal, rows, content."""
    money = [
        Compared("money", name, here.money.get(key), there.money.get(key), key[1])
        for key in sorted({*here.money, *there.money})
        for name in (key[0],)
    ]
    heads = [
        Compared("head", code, _said(here.heads.get(code)), _said(there.heads.get(code)))
        for code in sorted({*here.heads, *there.heads})
    ]
    rows = [
        Compared("rows", table, here.rows.get(table), there.rows.get(table))
        for table in sorted({*here.rows, *there.rows})
    ]
    content = [
        Compared("content", table, here.prints.get(table), there.prints.get(table))
        for table in sorted({*here.prints, *there.prints})
    ]
    return (*money, *heads, *rows, *content)


def _said(head: Head | None) -> str | None:
    return None if head is None else f"{head.seq} {head.hash[:16]}"
