"""Customers: who buys. Found by any part of what is known of them, in any script.

A customer is a user of role customer, with or without an e-mail address, and needs no password.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.errors import Invalid
from app.domain.history import Note
from app.domain.search import search_key
from app.domain.users import checked_email, checked_name, checked_phone
from app.domain.values import Money

_LONGEST_NOTES = 20_000
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Contact:
    """What an operator types of a customer. Only the name is needed."""

    name: str
    email: str = ""
    phone: str = ""
    notes: str = ""

    def checked(self) -> Contact:
        """The same put right; Invalid names every field that does not fit: name missing or too_long,
        email not_an_email, phone not_a_phone or too_long, notes too_long."""
        fields: dict[str, str] = {}
        problems: dict[str, str] = {}
        for field, check in _CHECKS.items():
            try:
                fields[field] = check(getattr(self, field))
            except Invalid as error:
                problems |= error.problems
        if problems:
            raise Invalid(problems)
        return Contact(**fields)

    @property
    def search(self) -> str:
        """The key this contact is found by."""
        return search_key(self.name, self.email, self.phone)


def _email(text: str) -> str:
    return checked_email(text) if text.strip() else ""


def _notes(text: str) -> str:
    notes = _NOT_TEXT.sub("", text.replace("\r\n", "\n")).strip()
    if len(notes) > _LONGEST_NOTES:
        raise Invalid({"notes": "too_long"})
    return notes


_CHECKS: dict[str, Callable[[str], str]] = {
    "name": checked_name,
    "email": _email,
    "phone": checked_phone,
    "notes": _notes,
}


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """A customer in a list."""

    id: str
    name: str
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as the database knows them; `version` is what an edit starts from."""

    id: str
    name: str
    email: str
    phone: str
    notes: str
    since: datetime
    version: int

    @property
    def contact(self) -> Contact:
        """What can be edited."""
        return Contact(self.name, self.email, self.phone, self.notes)

    @property
    def line(self) -> CustomerLine:
        """The same in a list."""
        return CustomerLine(self.id, self.name, self.email, self.phone)


@dataclass(frozen=True, slots=True)
class Purchase:
    """One of a customer's bookings. `status` is a BookingStatus value."""

    booking_id: str
    number: str
    at: datetime
    titles: str
    tickets: int
    total: Money
    status: str


@dataclass(frozen=True, slots=True)
class Admission:
    """One of a customer's tickets. `status` is a TicketStatus value; `zone` names the time zone."""

    id: str
    booking_id: str
    title: str
    starts_at: datetime
    zone: str
    seat: str
    price_type: str
    price: Money
    status: str


@dataclass(frozen=True, slots=True)
class MoneyMoved:
    """A payment (`amount` above zero) or a refund (below) of a customer. `tender` is a Tender value."""

    id: str
    booking_id: str
    number: str
    at: datetime
    tender: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Told:
    """A notification of a customer: what kind, about what, and when it was read."""

    id: str
    kind: str
    subject_kind: str
    subject_id: str
    at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is of each part of a history, shown or not."""

    bookings: int = 0
    tickets: int = 0
    money: int = 0
    told: int = 0


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """A customer with the newest of each part of the history, and what they spent by currency."""

    customer: Customer
    counts: Counts
    spent: tuple[Money, ...]
    bookings: tuple[Purchase, ...]
    tickets: tuple[Admission, ...]
    money: tuple[MoneyMoved, ...]
    told: tuple[Told, ...]
    acts: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody in the database whom a row of a file may mean; `customer` is False for staff."""

    id: str
    contact: Contact
    customer: bool = True


class Customers(Protocol):
    """Customers as the database keeps them."""

    def count(self, words: Sequence[str]) -> int:
        """How many customers' keys contain all of `words`."""

    def find(self, words: Sequence[str], *, limit: int, after: int) -> tuple[CustomerLine, ...]:
        """Those customers by name, the first `after` left out."""

    def get(self, customer_id: str) -> Customer:
        """NotFound("customer") also for members of staff."""

    def page(self, customer_id: str, *, limit: int) -> CustomerPage:
        """NotFound; at most `limit` of each part of the history, newest first."""

    def add(self, customer_id: str, contact: Contact) -> None:
        """A new customer; Invalid({"email": "taken"})."""

    def edit(self, customer_id: str, contact: Contact, *, version: int) -> None:
        """Conflict("customer") when that version is not the newest; NotFound; Invalid as `add`."""

    def all(self) -> tuple[Customer, ...]:
        """Every customer, by name."""

    def known(self, contacts: Collection[Contact]) -> Mapping[str, Known]:
        """Who is there already of `contacts`, by `identity` of the contact."""

    def add_all(self, contacts: Mapping[str, Contact]) -> None:
        """New customers by id, all or none; Invalid({"email": "taken"})."""

    def overwrite(self, customer_id: str, contact: Contact) -> None:
        """Write `contact` over whatever is there."""


def identity(contact: Contact) -> str:
    """Two contacts of the same identity are one person: the e-mail, or else name and phone."""
    if contact.email:
        return contact.email.casefold()
    return f"\n{contact.search}"
