"""What things of the programme are called on its pages."""

from __future__ import annotations

from datetime import datetime

from app.domain.event_lists import EventRow, PerformanceRow
from app.domain.events import EventStatus, PerformanceStatus, ProgrammeLine
from app.domain.history import Note
from app.domain.values import at_venue
from ui.i18n import moment, money, number, percent, plural, time_of, tr
from ui.typed_dates import day_brief, day_words

_STATUS_DOTS = {
    EventStatus.DRAFT: "faint",
    EventStatus.PUBLISHED: "good",
    EventStatus.CANCELLED: "bad",
    EventStatus.ARCHIVED: "line-strong",
}
_PERFORMANCE_DOTS = {
    PerformanceStatus.DRAFT: "faint",
    PerformanceStatus.ON_SALE: "good",
    PerformanceStatus.CANCELLED: "bad",
}


def event_status(status: EventStatus) -> str:
    """What an event's status is called."""
    return {
        EventStatus.DRAFT: tr("Draft"),
        EventStatus.PUBLISHED: tr("Published"),
        EventStatus.CANCELLED: tr("Cancelled"),
        EventStatus.ARCHIVED: tr("Archived"),
    }[status]


def event_dot(status: EventStatus) -> str:
    """The token of its mark."""
    return _STATUS_DOTS[status]


def performance_status(status: PerformanceStatus) -> str:
    """What a performance's status is called."""
    return {
        PerformanceStatus.DRAFT: tr("Draft"),
        PerformanceStatus.ON_SALE: tr("On sale"),
        PerformanceStatus.CANCELLED: tr("Cancelled"),
    }[status]


def row_status(row: PerformanceRow, *, now: datetime) -> tuple[str, str]:
    """Words and mark of where a performance stands right now."""
    performance = row.performance
    if performance.status is not PerformanceStatus.ON_SALE:
        return performance_status(performance.status), _PERFORMANCE_DOTS[performance.status]
    if performance.starts_at < now:
        return tr("Played"), "line-strong"
    if performance.on_sale_from is not None and now < performance.on_sale_from:
        opens = at_venue(performance.on_sale_from, performance.zone).date()
        return tr("From {day}", day=day_brief(opens)), "brass"
    if performance.on_sale_until is not None and now >= performance.on_sale_until:
        return tr("Sale closed"), "line-strong"
    if row.free == 0:
        return tr("Sold out"), "action"
    return tr("On sale"), "good"


def sold_words(sold: int, capacity: int) -> str:
    """Count and share, parted by a tab, for a cell with both ends."""
    if not capacity:
        return tr("No places yet")
    share = percent(round(sold / capacity * 100) * 100)
    count = tr("{sold} of {capacity}", sold=number(sold), capacity=number(capacity))
    return f"{count}\t{share}"


def next_words(row: EventRow) -> str:
    """When it is next on: "Fri 27 Nov 2026, 20:00"."""
    if row.next_at is None:
        return tr("Nothing to come") if row.performances else tr("No performances yet")
    local = at_venue(row.next_at, row.zone)
    return f"{day_words(local.date())}, {time_of(row.next_at, row.zone)}"


def count_words(row: EventRow) -> str:
    """How many performances it has."""
    if not row.performances:
        return ""
    return plural("{count} performance", "{count} performances", row.performances)


def takings_words(row: EventRow) -> str:
    """What came in, a dash when nobody may see it or nothing did."""
    return money(row.takings) if row.takings is not None else "–"


def line_words(line: ProgrammeLine) -> str:
    """How full a performance is, in a sentence's half."""
    if line.status is PerformanceStatus.CANCELLED:
        return tr("cancelled, {venue}", venue=line.venue)
    if line.status is PerformanceStatus.DRAFT:
        return tr("draft, {venue}", venue=line.venue)
    if line.free == 0:
        return tr("sold out, {venue}", venue=line.venue)
    return tr(
        "{free} of {capacity} free, {venue}",
        free=number(line.free),
        capacity=number(line.capacity),
        venue=line.venue,
    )


def when_words(instant: datetime, zone: str) -> str:
    """Day and time at the venue: "Fri 27 Nov 2026, 20:00"."""
    return f"{day_words(at_venue(instant, zone).date())}, {time_of(instant, zone)}"


def acts() -> dict[str, str]:
    """Verbs of the history as they are said."""
    return {
        "created": tr("Created"),
        "edited": tr("Edited"),
        "deleted": tr("Deleted"),
        "duplicated": tr("Duplicated"),
        "repriced": tr("Prices changed"),
        "scheduled": tr("Performance added"),
        "rescheduled": tr("Performance changed"),
        "unscheduled": tr("Performance removed"),
        "cancelled": tr("Cancelled"),
        "imported": tr("Plan imported"),
        "blocked": tr("Places held back"),
        "unblocked": tr("Places released"),
    }


def note_words(note: Note) -> tuple[str, str]:
    """An act in two lines: what happened, and when by whom."""
    act = acts().get(note.action, note.action.replace("_", " ").capitalize())
    changed = [field for field, value in note.body.items() if isinstance(value, list | tuple)]
    names = list(dict.fromkeys(field_name(field).lower() for field in changed))
    named = ", ".join(names[:4])
    what = tr("{act}: {fields}", act=act, fields=named) if named else act
    return what, tr("{when}, {who}", when=moment(note.at), who=note.user or tr("the program"))


def field_name(field: str) -> str:
    """What a field of an event or a performance is called."""
    names = {
        "title": tr("Title"),
        "description": tr("Description"),
        "category": tr("Category"),
        "organizer": tr("Organizer"),
        "organizer_id": tr("Organizer"),
        "tax": tr("Tax"),
        "tax_bp": tr("Tax"),
        "status": tr("Status"),
        "cancel_hours": tr("Customers cancel until, hours before"),
        "cancel_fee": tr("Fee for tickets customers cancel"),
        "exchange_fee": tr("Fee for another performance"),
        "poster": tr("Poster"),
        "starts_at": tr("Date and time"),
        "wall_time": tr("Date and time"),
        "day": tr("Date"),
        "clock": tr("Time"),
        "venue": tr("Venue"),
        "venue_id": tr("Venue"),
        "plan": tr("Seating plan"),
        "plan_id": tr("Seating plan"),
        "zone": tr("Time zone"),
        "doors": tr("Doors"),
        "doors_at": tr("Doors"),
        "on_sale_from": tr("Start of sales"),
        "opens_day": tr("Start of sales"),
        "opens_clock": tr("Start of sales, time"),
        "on_sale_until": tr("End of sales"),
        "closes_day": tr("End of sales"),
        "closes_clock": tr("End of sales, time"),
        "note": tr("Reason"),
    }
    return names.get(field, field.replace("_", " ").capitalize())
