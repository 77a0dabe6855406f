"""The acts in a booking's history, each in a sentence: what was done, to which seats, from what to what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from app.domain.history import Note
from app.domain.values import Money
from ui.i18n import listed, moment, money, tr

_MOST = 6  # seats or names in a line; the page of the booking has them all
_QUIET = {"expired", "voided", "own"}  # reasons the program gives itself: the act says as much

Body = Mapping[str, object]


def note_words(note: Note) -> str:
    """One act; one without words of its own as it is written."""
    said = _SAID.get(note.action)
    text = said(note.body) if said else note.action.replace("_", " ").capitalize()
    reason = str(note.body.get("reason") or "")
    if not reason or reason in _QUIET:
        return text
    return tr("{what}. Reason: {why}", what=text, why=reason)


def who_words(note: Note) -> str:
    """When, and by whom."""
    name = note.user or tr("nobody")
    return tr(
        "{when}, {name} at {station}", when=moment(note.at), name=name, station=note.station_code
    )


def _texts(body: Body, key: str) -> list[str]:
    found = body.get(key)
    return [str(one) for one in found] if isinstance(found, list) else []


def _few(words: list[str]) -> str:
    if len(words) <= _MOST:
        return listed(tuple(words))
    return tr("{some} and {count} more", some=", ".join(words[:_MOST]), count=len(words) - _MOST)


def _with(what: str, body: Body) -> str:
    named = _few([*_texts(body, "seats"), *_texts(body, "goods")])
    return tr("{what}: {seats}", what=what, seats=named) if named else what


def _sum(body: Body) -> str:
    minor, currency = body.get("money"), body.get("currency")
    return money(Money(minor, str(currency))) if isinstance(minor, int) and currency else ""


def _cancelled(body: Body) -> str:
    if body.get("own"):
        return _with(tr("Cancelled by the customer"), body)
    if body.get("reason") == "expired":
        return _with(tr("Ran out"), body)
    return _with(tr("Cancelled"), body)


def _voided(body: Body) -> str:
    done, back = _with(tr("Sale undone"), body), _sum(body)
    return tr("{what}; {amount} given back", what=done, amount=back) if back else done


def _from_to(what: str, old: str, new: str) -> str:
    if not new:
        return tr("{what} taken away (was {old})", what=what, old=old)
    return tr("{what}: {new} (was {old})", what=what, new=new, old=old) if old else f"{what}: {new}"


def _renamed(body: Body) -> str:
    return _from_to(tr("Name"), str(body.get("from", "")), str(body.get("to", "")))


def _customer(body: Body) -> str:
    return _from_to(tr("Customer"), str(body.get("from", "")), str(body.get("to", "")))


def _noted(body: Body) -> str:
    note = " ".join(str(body.get("to", "")).split())
    return tr("Notes: {note}", note=note) if note else tr("Notes taken away")


def _prolonged(body: Body) -> str:
    return _from_to(tr("Deadline"), _at(body.get("from")), _at(body.get("to")))


def _at(iso: object) -> str:
    try:
        return moment(datetime.fromisoformat(str(iso)))
    except ValueError:
        return ""


def _attendees(body: Body) -> str:
    pairs = zip(_texts(body, "seats"), _texts(body, "to"), strict=False)
    return _few(
        [tr("{seat}: {name}", seat=seat, name=name or tr("nobody")) for seat, name in pairs]
    )


def _exchanged(body: Body) -> str:
    said = tr(
        "Exchanged: {old} for {new}",
        old=_few(_texts(body, "seats")),
        new=_few(_texts(body, "new_seats")),
    )
    return _with_money(said, body)


def _with_money(said: str, body: Body) -> str:
    """What an exchange took, gave back and kept beside it."""
    sums = {
        name: money(Money(minor, str(body["currency"])))
        for name in ("paid", "refunded", "fee")
        if isinstance(minor := body.get(name), int) and minor and body.get("currency")
    }
    ways = (
        ("paid", "{what}; {amount} taken"),
        ("refunded", "{what}; {amount} given back"),
        ("fee", "{what}; {amount} fee"),
    )
    for name, words in ways:
        if name in sums:
            said = tr(words, what=said, amount=sums[name])
    return tr("{what}; without the fee", what=said) if body.get("waived") is True else said


def _added(body: Body) -> str:
    return _with_money(tr("Added: {seats}", seats=_few(_texts(body, "new_seats"))), body)


def _deposit(body: Body) -> str:
    return tr("Deposit of {amount}", amount=_sum(body))


def _plain(what: str) -> Callable[[Body], str]:
    def said(body: Body) -> str:
        return _with(tr(what), body)

    return said


_SAID: dict[str, Callable[[Body], str]] = {
    "added": _added,
    "attendees": _attendees,
    "cancelled": _cancelled,
    "customer_changed": _customer,
    "deposit": _deposit,
    "exchanged": _exchanged,
    "handed_out": _plain("Handed out"),
    "noted": _noted,
    "prolonged": _prolonged,
    "reissued": _plain("Issued anew, the old codes are dead"),
    "renamed": _renamed,
    "reprinted": _plain("Printed again"),
    "resent": _plain("Sent again"),
    "voided": _voided,
}
