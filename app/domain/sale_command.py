"""What a sale line can ask for; `app/domain/sale_line.py` reads it from a text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.payments import Tender
from app.domain.values import Money


@dataclass(frozen=True, slots=True)
class Wish:
    """Where the best places are looked for. `zones` are Zone.no, `sections` indices into the plan's, in
    any of which they may be; `near` is a seat's label; nobody pays more than `limit`; `block` may go
    over several rows at once. Of all places `wheelchairs` are spaces, `companions` the seats by them."""

    zones: tuple[int, ...] = ()
    sections: tuple[int, ...] = ()
    near: str = ""
    limit: Money | None = None
    block: bool = False
    wheelchairs: int = 0
    companions: int = 0


@dataclass(frozen=True, slots=True)
class Paying:
    """Something put down; without an amount, all that is left. `reference` is the slip's number or the
    voucher's code."""

    tender: Tender
    amount: Money | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Reserving:
    """Keep it without payment, `until` that moment (aware, on the venue's clock) or, when that is None,
    as long as is usual."""

    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SaleCommand:
    """Take places, then pay. Any part may be missing: `count` 0 takes none.

    `seats` are labels of the plan; without them `count` places of general admission when `area` is
    given (GaArea.no), else the best. `kinds` has price type ids with how many pay them; when they are
    fewer than `count` the others pay what is usual.
    """

    count: int = 0
    kinds: tuple[tuple[str, int], ...] = ()
    seats: tuple[str, ...] = ()
    area: int | None = None
    wish: Wish = Wish()
    discount: str = ""
    payments: tuple[Paying, ...] = ()
    reserve: Reserving | None = None

    @property
    def each_kind(self) -> tuple[str, ...]:
        """One price type id for each place, "" for the usual one."""
        named = [kind for kind, count in self.kinds for _ in range(count)]
        return (*named, *[""] * (self.count - len(named)))


@dataclass(frozen=True, slots=True)
class FindCustomer:
    """Look for a customer by name, e-mail or phone; `marked` when an @ asked for one."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class FindPerformance:
    """Look for a performance by title and day; `marked` when a > asked for one."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class OpenBooking:
    """A booking by its number."""

    number: str


@dataclass(frozen=True, slots=True)
class ScanTicket:
    """A ticket by its code."""

    code: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """An empty line."""


@dataclass(frozen=True, slots=True)
class LineProblem:
    """What was not understood: the word, where it stands in the text (end exclusive), why, and what
    would be. `reason` is a key of the words in `ui/box_office/sale_line.py`."""

    reason: str
    word: str
    start: int
    end: int
    instead: tuple[str, ...] = ()


Parsed = (
    SaleCommand | FindCustomer | FindPerformance | OpenBooking | ScanTicket | Nothing | LineProblem
)
