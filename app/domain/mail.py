"""Mail: what a letter is made of, what a server can answer, and what the house must set up to post."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import ip_address
from typing import Protocol

from app.domain.errors import Invalid
from app.domain.events import ProgrammeLine
from app.domain.tickets import Booking
from app.domain.users import checked_email, cleaned

_LONGEST_HOST = 253
_LONGEST_NAME = 200
_HIGHEST_PORT = 65_535
_WEEK = 168


class Security(StrEnum):
    """How the way to the server is protected. NONE is for a server on this computer only."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


USUAL_PORTS = {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 25}


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How the house posts. Without a host nothing is sent; the password is kept elsewhere."""

    host: str = ""
    port: int = 465
    security: Security = Security.TLS
    user: str = ""
    sender_name: str = ""
    sender_address: str = ""
    remind_hours: int = 24  # before curtain; 0 reminds nobody

    def checked(self) -> MailSettings:
        """The same put right; Invalid names every field that does not fit."""
        problems: dict[str, str] = {}
        host = self.host.strip().rstrip(".")
        if not host:
            problems["host"] = "missing"
        elif len(host) > _LONGEST_HOST or any(
            letter.isspace() or letter in "/@" for letter in host
        ):
            problems["host"] = "not_a_host"
        if not 1 <= self.port <= _HIGHEST_PORT:
            problems["port"] = "not_a_port"
        if self.security is Security.NONE and not on_this_computer(host):
            problems["security"] = "loopback_only"
        if not 0 <= self.remind_hours <= _WEEK:
            problems["remind_hours"] = "out_of_range"
        address = self.sender_address.strip()
        try:
            address = checked_email(address)
        except Invalid as error:
            problems["sender_address"] = error.problems["email"]
        name = cleaned(self.sender_name)
        if len(name) > _LONGEST_NAME:
            problems["sender_name"] = "too_long"
        if problems:
            raise Invalid(problems)
        return MailSettings(
            host,
            self.port,
            self.security,
            self.user.strip(),
            name,
            address,
            self.remind_hours,
        )


def on_this_computer(host: str) -> bool:
    """Whether a host name or address never leaves this computer."""
    if host.casefold() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Words:
    """A letter as composed: one line, plain text, the same as HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a letter. `media` is a media type such as "application/pdf"; `parameters` belong to it."""

    name: str
    media: str
    body: bytes
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything one e-mail is made of. `id` makes its Message-ID, so sent twice it is the same letter."""

    id: str
    name: str
    address: str
    words: Words
    at: datetime
    attachments: tuple[Attachment, ...] = ()


class Outcome(StrEnum):
    """What the server said to one letter: taken, never, or not now."""

    SENT = "sent"
    REFUSED = "refused"
    POSTPONED = "postponed"


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome, and the server's own words ("550 5.1.1 No such user")."""

    outcome: Outcome
    said: str = ""


class Post(Protocol):
    """An open way to the server."""

    def send(self, letter: Letter) -> Answer:
        """Hand one letter over. MailDown when the server went away: whether it was taken is unknown."""


class Postman(Protocol):
    """The mail server behind a port."""

    def open(self, settings: MailSettings, *, password: str | None) -> AbstractContextManager[Post]:
        """Connect and sign in; MailDown when that does not work."""


class Composer(Protocol):
    """Makes words out of facts, in a language there are templates for (English else)."""

    def compose(
        self, kind: str, content: Mapping[str, object], *, name: str, language: str, house: str
    ) -> Words:
        """The letter of a kind to somebody called `name` from `house`."""


class Change(StrEnum):
    """What a calendar entry does in the reader's calendar."""

    ADD = "add"
    MOVE = "move"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Entry:
    """One performance in a reader's calendar. `uid` stays for good, so that a move finds the entry;
    `revision` grows with every change."""

    uid: str
    title: str
    venue: str
    address: str
    starts_at: datetime
    zone: str
    seats: tuple[str, ...]
    number: str
    change: Change
    revision: int
    at: datetime


class Calendars(Protocol):
    """Writes calendar files (RFC 5545)."""

    def attachment(self, entry: Entry, *, sender: str, name: str) -> Attachment:
        """One entry as a file called `name`."""


class TicketDocuments(Protocol):
    """Draws tickets. The window's painter does it, so a mailed ticket is the printed one."""

    def pdf(self, booking: Booking, lines: Mapping[str, ProgrammeLine]) -> bytes:
        """The tickets that admit, as one PDF; b"" when none does. `lines` by performance id."""
