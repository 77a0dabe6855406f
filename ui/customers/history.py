"""A customer's history in words: every part as lines of one shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.domain.customers import Admission, CustomerPage, MoneyMoved, Purchase, Told
from app.domain.history import Note
from app.domain.notifications import Kind
from app.domain.payments import Tender
from ui.i18n import listed, moment_brief, money, plural, tr
from ui.widgets.tenders import tender_words
from ui.widgets.told import kind_name

PARTS = ("bookings", "tickets", "money", "told", "acts")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened: what, when and where below, an amount, and a state with its tone
    ("muted", "warn", "bad", "good"). `booking_id` is what it opens, "" for nothing."""

    key: str
    icon: str
    lead: str
    below: str
    figure: str = ""
    state: str = ""
    tone: str = "muted"
    booking_id: str = ""
    gone: bool = False  # cancelled: struck through


def lines_of(page: CustomerPage, part: str) -> tuple[Line, ...]:
    """A part of the history, newest first."""
    makers: Mapping[str, Callable[[], tuple[Line, ...]]] = {
        "bookings": lambda: tuple(map(_purchase, page.bookings)),
        "tickets": lambda: tuple(map(_admission, page.tickets)),
        "money": lambda: tuple(map(_money, page.money)),
        "told": lambda: tuple(map(_told, page.told)),
        "acts": lambda: tuple(_act(number, note) for number, note in enumerate(page.acts)),
    }
    return makers[part]()


def count_of(page: CustomerPage, part: str) -> int:
    """How many there are, shown or not."""
    return len(page.acts) if part == "acts" else int(getattr(page.counts, part))


def nothing_in(part: str) -> str:
    """What an empty part says."""
    return {
        "bookings": tr("Nothing bought yet."),
        "tickets": tr("No tickets yet."),
        "money": tr("Nothing paid yet."),
        "told": tr("No messages yet."),
        "acts": tr("Nothing was changed since this customer was imported."),
    }[part]


def _purchase(booking: Purchase) -> Line:
    state, tone = _states().get(booking.status, ("", "muted"))
    count = plural("{count} ticket", "{count} tickets", booking.tickets)
    gone = booking.status == "cancelled"
    said = () if gone or not booking.titles else (count,)
    return Line(
        key=booking.booking_id,
        icon="receipt",
        lead=booking.titles or tr("Goods"),
        below=" · ".join((booking.number, moment_brief(booking.at), *said)),
        figure=money(booking.total),
        state=state,
        tone=tone,
        booking_id=booking.booking_id,
        gone=gone,
    )


def _admission(ticket: Admission) -> Line:
    state, tone = _states().get(ticket.status, ("", "muted"))
    return Line(
        key=ticket.id,
        icon="ticket",
        lead=ticket.title,
        below=" · ".join(
            (ticket.seat, moment_brief(ticket.starts_at, ticket.zone), ticket.price_type)
        ),
        figure=money(ticket.price),
        state=state,
        tone=tone,
        booking_id=ticket.booking_id,
        gone=ticket.status == "cancelled",
    )


def _money(moved: MoneyMoved) -> Line:
    tender = tender_words(Tender(moved.tender))
    back = moved.amount.minor < 0
    icons = {"cash": "banknote", "card": "credit-card", "slip": "credit-card", "voucher": "tag"}
    return Line(
        key=moved.id,
        icon="undo" if back else icons.get(moved.tender, "banknote"),
        lead=tr("Refund, {tender}", tender=tender) if back else tender,
        below=f"{moved.number} · {moment_brief(moved.at)}",
        figure=f"−{money(-moved.amount)}" if back else money(moved.amount),
        booking_id=moved.booking_id,
    )


def _told(told: Told) -> Line:
    return Line(
        key=told.id,
        icon="mail",
        lead=kind_name(Kind(told.kind)),
        below=moment_brief(told.at),
        state=tr("Unread") if told.read_at is None else tr("Read"),
        booking_id=told.subject_id if told.subject_kind == "booking" else "",
    )


def _act(number: int, note: Note) -> Line:
    fields = {
        "name": tr("name"),
        "email": tr("e-mail"),
        "phone": tr("phone"),
        "notes": tr("notes"),
    }
    changed = tuple(fields[name] for name in note.body if name in fields)
    who = note.user or tr("somebody")
    lead = {
        "added": tr("Added by {who}", who=who),
        "edited": tr("Edited by {who}", who=who),
    }.get(note.action, f"{note.action.replace('_', ' ').capitalize()}, {who}")
    where = f"{moment_brief(note.at)} · {note.station_code}"
    edited = note.action == "edited" and changed
    return Line(
        key=f"{number}",
        icon="pencil" if note.action == "edited" else "user-plus",
        lead=lead,
        below=f"{where} · {listed(changed)}" if edited else where,
    )


def _states() -> dict[str, tuple[str, str]]:
    return {
        "reserved": (tr("Reserved"), "warn"),
        "cancelled": (tr("Cancelled"), "bad"),
    }
