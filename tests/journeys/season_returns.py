"""Things change: a ticket goes back, a booking is cancelled, a performance called off, another moved."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import icalendar
from babel import dates

from tests.journeys.season_ledger import Ledger
from tests.journeys.season_opening import TITLE
from tests.journeys.season_selling import CALLED_OFF, MOVED, performances
from tests.journeys.season_window import Key, Theatre
from tests.mail_server import parts
from ui.bookings.cancel_dialog import CancelDialog
from ui.bookings.page import CANCEL
from ui.notifications.postroom import Postroom
from ui.widgets.refund_dialog import RefundDialog

VIENNA = ZoneInfo("Europe/Vienna")


def post(house: Theatre) -> None:
    """Until every letter that is owed has gone out."""
    postroom = house.program.findChild(Postroom)

    def nothing_waits() -> bool:
        postroom.post()
        counts = house.services.outbox.counts(by=house.by)
        return counts.waiting == 0

    house.wait(nothing_waits)


def letters_of(house: Theatre, kind: str) -> dict[str, list]:
    """Address -> the letters of this kind that the mail server took, found by their Message-ID."""
    known = Ledger(house.url).table(
        "SELECT d.id, n.kind FROM deliveries d JOIN notifications n ON n.id = d.notification_id"
    )
    found: dict[str, list] = {}
    for letter in house.mailbox.letters:
        delivery_id = letter["Message-ID"].strip("<>").partition("@")[0]
        if known.get(delivery_id) == kind:
            found.setdefault(letter["To"].addresses[0].addr_spec, []).append(letter)
    return found


def _each(told: dict[str, list]) -> list[tuple]:
    return [(address, letter) for address, found in told.items() for letter in found]


def check_confirmations(house: Theatre) -> int:
    """Everybody who paid under a name has the tickets as PDF and the date for the calendar."""
    post(house)
    bookings = Ledger(house.url).table(
        """SELECT b.number, u.email, b.status FROM bookings b
        JOIN users u ON u.id = b.customer_id WHERE b.status <> 'cancelled'"""
    )
    confirmed = letters_of(house, "booking_confirmed")
    letters = _each(confirmed)
    assert sorted(address for address, _ in letters) == sorted(a for a, _ in bookings.values())
    for address, letter in letters:
        inside = parts(letter)
        (number,) = [n for n in bookings if n in inside["text/plain"][0]]
        assert bookings[number][0] == address
        if bookings.pop(number)[1] == "paid":
            assert inside["application/pdf"][0].startswith(b"%PDF")
        (entry,) = icalendar.Calendar.from_ical(inside["text/calendar"][0]).walk("VEVENT")
        assert str(entry["SUMMARY"]) == TITLE
        assert entry["DTSTART"].dt.strftime("%H:%M") == "19:30"
    assert bookings == {}
    return len(letters)


# -- one ticket, one booking ---------------------------------------------------------------------


def refund_one_ticket(house: Theatre, booking_id: str) -> None:
    """The first ticket of a booking goes, its money comes back in cash."""
    view = _open_booking(house, booking_id)
    stored = house.services.bookings.booking(booking_id, by=house.by)
    view.page.more.choose(CANCEL)
    dialog = house.dialog(CancelDialog)
    for ticket in stored.tickets[1:]:
        house.tick(dialog.boxes[ticket.id])
    _give_back(house, dialog, "One of us is ill")
    after = house.services.bookings.booking(booking_id, by=house.by)
    assert after.refunded == stored.tickets[0].price
    assert len(after.live) == len(stored.tickets) - 1
    house.picture("ticket-refunded")


def cancel_booking(house: Theatre, booking_id: str) -> None:
    """All of a booking."""
    view = _open_booking(house, booking_id)
    view.page.more.choose(CANCEL)
    _give_back(house, house.dialog(CancelDialog), "They cannot come")
    after = house.services.bookings.booking(booking_id, by=house.by)
    assert (after.live, after.refunded) == ((), after.total)
    house.picture("booking-cancelled")


def _open_booking(house: Theatre, booking_id: str):
    view = house.screen("bookings")
    number = house.services.bookings.booking(booking_id, by=house.by).number
    house.write(view.search, number, key=None)
    house.wait(lambda: view.table.model().index(0, 0).data() == number)
    house.click_row(view.table, 0)
    assert number in house.shown(view.page)
    return view


def _give_back(house: Theatre, dialog: CancelDialog, reason: str) -> None:
    house.write(dialog.reason, reason)
    house.picture("cancel-dialog", dialog)
    house.click(dialog.go)
    refund = house.dialog(RefundDialog)
    assert refund.reason.text() == reason
    house.picture("refund-dialog", refund)
    house.click(refund.give)
    house.closed(RefundDialog)


# -- a performance called off ----------------------------------------------------------------------


def call_off(house: Theatre) -> dict:
    """What the dry run says is what is then done, and what the database says by itself."""
    ledger, row = Ledger(house.url), performances(house)[CALLED_OFF]
    performance = row.performance.id
    live, held, holders = (
        ledger.live(performance),
        ledger.held(performance),
        ledger.holders(performance),
    )
    back_before = ledger.table("SELECT tender, sum(amount) FROM refunds GROUP BY tender")
    view = house.screen("events")
    view.open(house.event_id)
    house.click_row(view.detail_page.table, CALLED_OFF)
    house.picture("event-sold")
    house.click(view.detail_page.call_off)
    page = view.cancel
    plan = view.cancelling.state.plan
    house.picture("call-off-dry-run")
    assert (plan.bookings, plan.tickets, plan.reservations, plan.told, plan.anonymous) == live
    assert {part.tender.value: part.amount.minor for part in plan.money} == held
    assert held.keys() == {"cash", "card", "slip", "voucher"}
    house.write(page.reason, "Our lead singer is ill.", key=None)
    house.tick(page.sure)
    house.click(page.run)
    outcome = view.cancelling.state.outcome
    house.picture("called-off")
    assert outcome.finished_at is not None
    assert (outcome.done, outcome.owed) == (plan.bookings, ())
    assert outcome.refunded == plan.money
    assert ledger.live(performance) == (0, 0, 0, 0, 0)
    back = ledger.table("SELECT tender, sum(amount) FROM refunds GROUP BY tender")
    assert {t: back[t] - back_before.get(t, 0) for t in held} == held
    post(house)
    told = letters_of(house, "performance_cancelled")
    assert {address: len(found) for address, found in told.items()} == holders
    for _, letter in _each(told):
        inside = parts(letter)
        assert "Our lead singer is ill." in inside["text/plain"][0]
        assert "Our lead singer is ill." in inside["text/html"][0]
        calendar = icalendar.Calendar.from_ical(inside["text/calendar"][0])
        assert calendar["METHOD"] == "CANCEL"
    return {"bookings": live[0], "tickets": live[1], "told": len(told), "back": sum(held.values())}


# -- a performance moved ---------------------------------------------------------------------------


def move(house: Theatre) -> dict:
    """Two days later: everybody who holds a place is told the old date and the new one."""
    ledger, row = Ledger(house.url), performances(house)[MOVED]
    performance = row.performance.id
    holders, old = ledger.holders(performance), ledger.starts(performance).astimezone(VIENNA)
    new = old + timedelta(days=2)
    view = house.screen("events")
    view.open(house.event_id)
    house.click_row(view.detail_page.table, MOVED)
    house.click(view.detail_page.change)
    page = view.performance
    house.write(page.day, new.date().isoformat(), key=None)
    house.press(Key.Key_S, control=True)  # what is still being typed counts
    assert page.told.sentence.text().startswith(f"{len(holders)} people hold tickets")
    house.write(page.told.reason, "The set is late.", key=None)
    house.picture("move")
    house.click(page.told.save)
    assert ledger.starts(performance).astimezone(VIENNA) == new
    house.picture("moved")
    post(house)
    told = letters_of(house, "event_updated")
    assert {address: len(found) for address, found in told.items()} == holders
    for _, letter in _each(told):
        inside = parts(letter)
        for body in (inside["text/plain"][0], inside["text/html"][0]):
            for said in (_written(old), _written(new), "The set is late."):
                assert said in body, (said, body)
        says_tickets = "Fresh tickets are attached" in inside["text/plain"][0]
        assert says_tickets == ("application/pdf" in inside), inside["text/plain"][0]
        (entry,) = icalendar.Calendar.from_ical(inside["text/calendar"][0]).walk("VEVENT")
        assert entry["DTSTART"].dt == new
    return {"told": len(told)}


def _written(when) -> str:
    return f"{dates.format_date(when.date(), 'EEEE d MMMM y', locale='en')}, {when:%H:%M}"
