"""Notifications in words: what a panel or a list says of one, made from its facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from app.domain.deliveries import DeliveryState, Problem
from app.domain.notifications import Kind
from app.domain.values import Money
from ui import house_time
from ui.i18n import listed, moment, money, number, tr

Content = Mapping[str, object]

_LONGEST = 200

_NAMES = {
    Kind.BOOKING_CONFIRMED: "Booking confirmed",
    Kind.BOOKING_CANCELLED: "Booking cancelled",
    Kind.EXCHANGED: "Tickets exchanged",
    Kind.PAYMENT_RECEIVED: "Payment received",
    Kind.PAYMENT_FAILED: "Payment failed",
    Kind.REFUNDED: "Refund",
    Kind.EVENT_UPDATED: "Date, venue or seat changed",
    Kind.PERFORMANCE_CANCELLED: "Performance cancelled",
    Kind.RESERVATION_EXPIRING: "Reservation ends soon",
    Kind.RESERVATION_EXPIRED: "Reservation ended",
    Kind.REMINDER: "Reminder before curtain",
    Kind.MESSAGE: "Message from the house",
    Kind.SOLD_OUT: "Sold out",
    Kind.LOW_AVAILABILITY: "Nearly sold out",
    Kind.DELIVERY_FAILED: "E-mail not delivered",
    Kind.MAIL_DOWN: "Mail server away",
}
# icon, and the colour token it is drawn in
_SIGNS = {
    Kind.BOOKING_CONFIRMED: ("ticket", "good"),
    Kind.BOOKING_CANCELLED: ("x-circle", "bad"),
    Kind.EXCHANGED: ("refresh", "good"),
    Kind.PAYMENT_RECEIVED: ("banknote", "good"),
    Kind.PAYMENT_FAILED: ("credit-card", "bad"),
    Kind.REFUNDED: ("undo", "brass"),
    Kind.EVENT_UPDATED: ("calendar", "warn"),
    Kind.PERFORMANCE_CANCELLED: ("x-circle", "bad"),
    Kind.RESERVATION_EXPIRING: ("clock", "warn"),
    Kind.RESERVATION_EXPIRED: ("clock", "bad"),
    Kind.REMINDER: ("bell", "brass"),
    Kind.MESSAGE: ("mail", "brass"),
    Kind.SOLD_OUT: ("sparkle", "good"),
    Kind.LOW_AVAILABILITY: ("bar-chart", "brass"),
    Kind.DELIVERY_FAILED: ("alert-triangle", "bad"),
    Kind.MAIL_DOWN: ("alert-triangle", "bad"),
}
_STATES = {
    DeliveryState.QUEUED: ("Waiting", "brass"),
    DeliveryState.SENDING: ("Being sent", "brass"),
    DeliveryState.RETRYING: ("Trying again", "warn"),
    DeliveryState.DONE: ("Sent", "good"),
    DeliveryState.FAILED: ("Not delivered", "bad"),
    DeliveryState.WITHDRAWN: ("Withdrawn", "faint"),
}
_PROBLEMS = {
    "refused": "The server does not know or accept this address.",
    "postponed": "The server asked to try again later.",
    "too_late": "It was too late to be of use, so it was not sent.",
    "unreachable": "The mail server did not answer.",
    "certificate": "The mail server's certificate is not trusted.",
    "no_tls": "The mail server offers no protected connection.",
    "login": "The mail server did not accept user and password.",
    "sender": "The mail server did not accept the house as a sender.",
    "dropped": "The mail server cut the connection.",
    "unreadable": "What it is about cannot be read, so no letter can be made of it.",
}


def kind_name(kind: Kind) -> str:
    """What a kind is called in filters and preferences."""
    return tr(_NAMES[kind])


def sign(kind: Kind) -> tuple[str, str]:
    """The icon of a kind and the token of its colour."""
    return _SIGNS[kind]


def state_words(state: DeliveryState | None) -> str:
    """How an e-mail stands; "Panel only" where there is none."""
    return tr("Panel only") if state is None else tr(_STATES[state][0])


def state_token(state: DeliveryState | None) -> str:
    """The colour token beside these words."""
    return "faint" if state is None else _STATES[state][1]


def problem_words(problem: Problem) -> str:
    """Why it has not gone out, and what the server said."""
    text = tr(_PROBLEMS.get(problem.reason, "It could not be sent."))
    return f"{text} {problem.said}".strip()


def heading(kind: Kind, content: Content) -> str:
    """What happened, in a line."""
    own = _HEADINGS.get(kind)
    return _short((own(content) if own else "") or _named(kind, content))


def detail(kind: Kind, content: Content) -> str:
    """More about it in a line; "" when there is no more."""
    return _short(_DETAILS.get(kind, _what_is_held)(content))


def when_words(instant: datetime) -> str:
    """The time for today, day and time for another day, by this computer's clock."""
    said = moment(instant)
    if instant.astimezone().date() == house_time.today():
        return tr("Today, {time}", time=said.rpartition(", ")[2])
    return said


def target(subject_kind: str, subject_id: str, content: Content) -> tuple[str, str]:
    """The screen a notification opens and at what; ("", "") when there is nothing to open."""
    if subject_kind == "booking":
        return "bookings", subject_id
    if subject_kind in {"delivery", "notification"}:
        return "notifications", subject_id
    if subject_kind == "settings":
        return "notifications", ""
    if booking_id := _text(content, "booking_id"):
        return "bookings", booking_id
    if event_id := _text(content, "event_id"):
        return "events", event_id
    return "", ""


def _changed(content: Content) -> str:
    zone = _text(content, "zone") or None
    old, new = content.get("old_starts_at"), content.get("new_starts_at")
    parts = []
    if isinstance(old, str) and isinstance(new, str) and old != new:
        now, before = _at(new, zone), _at(old, _text(content, "old_zone") or zone)
        parts.append(tr("now {now} instead of {before}", now=now, before=before))
    old_venue, new_venue = _text(content, "old_venue"), _text(content, "new_venue")
    if new_venue and old_venue != new_venue:
        parts.append(tr("now at {venue}", venue=new_venue))
    seats = _texts(content, "new_seats")
    if seats:
        parts.append(tr("now {seats}", seats=listed(seats)))
    return _joined(*parts, _text(content, "note"))


def _title(content: Content) -> str:
    return _short(_text(content, "title") or str(_performance(content).get("title", "")))


def _venue(content: Content) -> str:
    return str(_performance(content).get("venue", ""))


def _performance(content: Content) -> Mapping[str, Any]:
    found = content.get("performances")
    first = found[0] if isinstance(found, list) and found else {}
    return first if isinstance(first, dict) else {}


def _when(content: Content) -> str:
    facts: Mapping[str, Any] = content if content.get("starts_at") else _performance(content)
    starts_at = facts.get("starts_at")
    if not isinstance(starts_at, str) or not starts_at:
        return ""
    return _at(starts_at, str(facts.get("zone") or "UTC"))


def _moment(content: Content, key: str) -> str:
    text = _text(content, key)
    zone = _performance(content).get("zone")
    return _at(text, str(zone) if zone else None) if text else ""


def _at(iso: str, zone: str | None) -> str:
    """Day and time there; the text itself when it is none, for a list must not stumble over a line."""
    try:
        return moment(datetime.fromisoformat(iso), zone)
    except (ValueError, KeyError):
        return iso


def _booking(content: Content) -> str:
    number_of = _text(content, "number")
    return tr("booking {number}", number=number_of) if number_of else ""


def _money(content: Content, key: str) -> str:
    minor, currency = content.get(key), _text(content, "currency")
    return money(Money(minor, currency)) if isinstance(minor, int) and currency else ""


def _number(content: Content, key: str) -> str:
    value = content.get(key)
    return number(value) if isinstance(value, int) else ""


def _text(content: Content, key: str) -> str:
    return str(content.get(key) or "")


def _texts(content: Content, key: str) -> tuple[str, ...]:
    found = content.get(key)
    return tuple(str(one) for one in found) if isinstance(found, list) else ()


def _joined(*parts: str) -> str:
    """The parts that there are, in one line that begins with a capital."""
    line = ", ".join(part for part in parts if part)
    return line[:1].upper() + line[1:]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


# -- headings --------------------------------------------------------------------------------------


def _named(kind: Kind, content: Content) -> str:
    what = _title(content) or _text(content, "number")
    return f"{kind_name(kind)}: {what}" if what else kind_name(kind)


def _confirmed(content: Content) -> str:
    what = _title(content) or _text(content, "number")
    reserved = content.get("status") == "reserved"
    return tr("Reserved: {what}" if reserved else "Your booking: {what}", what=what)


def _undelivered(content: Content) -> str:
    return tr("No e-mail to {name}", name=_text(content, "name"))


def _away(content: Content) -> str:
    return tr("The mail server has been away since {when}", when=_moment(content, "since"))


def _subject(content: Content) -> str:
    return _short(_text(content, "subject"))


_HEADINGS: dict[Kind, Callable[[Content], str]] = {
    Kind.BOOKING_CONFIRMED: _confirmed,
    Kind.DELIVERY_FAILED: _undelivered,
    Kind.MAIL_DOWN: _away,
    Kind.MESSAGE: _subject,
}


# -- details ---------------------------------------------------------------------------------------


def _what_is_held(content: Content) -> str:
    return _joined(_when(content), _booking(content))


def _where_and_when(content: Content) -> str:
    return _joined(_when(content), _text(content, "venue") or _venue(content))


def _said(content: Content) -> str:
    return _short(" ".join(_text(content, "text").split()))


def _going_back(content: Content) -> str:
    back = _money(content, "refunded")
    return _joined(tr("{amount} is on its way", amount=back) if back else "", _booking(content))


def _paid(content: Content) -> str:
    return _joined(_money(content, "paid") or _money(content, "total"), _booking(content))


def _cancelled(content: Content) -> str:
    return _joined(listed(_texts(content, "seats")), _when(content), _booking(content))


def _exchanged(content: Content) -> str:
    now = listed(_texts(content, "new_seats"))
    return _joined(tr("now {seats}", seats=now) if now else "", _when(content), _booking(content))


def _deadline(content: Content) -> str:
    until = _moment(content, "expires_at")
    return _joined(tr("until {when}", when=until) if until else "", _booking(content))


def _places_left(content: Content) -> str:
    free, places = _number(content, "free"), _number(content, "places")
    return _joined(
        tr("{free} of {places} places are left", free=free, places=places), _when(content)
    )


def _refused(content: Content) -> str:
    problem = Problem(_text(content, "reason"), _text(content, "said"))
    return f"{_text(content, 'address')}: {problem_words(problem)}"


def _waiting(content: Content) -> str:
    problem = Problem(_text(content, "reason"), _text(content, "said"))
    waiting = tr("{count} e-mails wait", count=_number(content, "waiting"))
    return _joined(waiting, problem_words(problem))


_DETAILS: dict[Kind, Callable[[Content], str]] = {
    Kind.BOOKING_CANCELLED: _cancelled,
    Kind.EXCHANGED: _exchanged,
    Kind.PAYMENT_RECEIVED: _paid,
    Kind.PAYMENT_FAILED: _paid,
    Kind.REFUNDED: _going_back,
    Kind.EVENT_UPDATED: _changed,
    Kind.PERFORMANCE_CANCELLED: _where_and_when,
    Kind.RESERVATION_EXPIRING: _deadline,
    Kind.REMINDER: _where_and_when,
    Kind.MESSAGE: _said,
    Kind.SOLD_OUT: _where_and_when,
    Kind.LOW_AVAILABILITY: _places_left,
    Kind.DELIVERY_FAILED: _refused,
    Kind.MAIL_DOWN: _waiting,
}
