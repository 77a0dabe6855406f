"""Whatever is typed, scanned or sent: kept as text, cleaned, or refused in words. Never a driver's error,
and never a sum that no longer adds up."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from app.domain.bookings import BookingFilter, TicketFilter
from app.domain.customers import Contact
from app.domain.errors import HouselightsError, Invalid, Unavailable
from app.domain.event_lists import EventFilter
from app.domain.events import Venue
from app.domain.figures import Scope
from app.domain.mail import MailSettings
from app.domain.payment_history import PaymentFilter
from app.domain.payments import Tender, Tendered
from app.domain.programme import SeriesEntry
from app.domain.seating import Zone
from app.domain.series import Repeat, Series
from app.domain.shifts import DrawerAct
from app.domain.users import Registration, Role
from app.domain.values import Money, new_id
from app.domain.venues import PlanEdit
from app.services.accounts import ProfileChange
from app.services.notifications import Message
from tests.builders import Theatre
from tests.services.stage import customer, entry, new_event

TEXTS = (
    "",
    "x" * 10_000,
    "\N{PERFORMING ARTS}\N{WOMAN}\u200d\N{MICROPHONE} \u202eabc \u0e17\u0e35\u0e48 e\u0301",
    "a\0b",
    "\x01\x1b[31m",
    "a\ud800b",
    "<b>&amp;</b>",
    "=cmd|' /c calc'!A0",
    "%_\\'; DROP TABLE users; --",
)
NUMBERS = (-1, 0, 10**12 + 1, 2**63 - 1, 2**63, -(2**63) - 1, 10**30)
WALLS = ("0001-01-01T00:00", "2026-02-30T20:00", "2027-03-28T02:30", "\0", "")
INSTANTS = (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC))


def sales(house: Theatre) -> dict:
    """What is typed at the counter, by place."""
    s, by, admin = house.services, house.cashier, house.admin
    booking = s.tickets.sell(house.order("A-1"), by=by)
    (ticket,) = booking.tickets
    performance_id, cent = house.performance.id, house.euros(0.01)

    def sold(label: str, **changes: object):
        made = s.tickets.sell(house.order(label, **changes), by=by)
        return s.bookings.cancel(made.id, reason="", by=by)

    return {
        "hold": lambda t: (
            s.tickets.block(performance_id, [30], reason=t, by=admin),
            s.tickets.unblock(performance_id, [30], by=admin),
        ),
        "slip": lambda t: sold("B-1", tenders=(Tendered(Tender.SLIP, None, t),)),
        "voucher": lambda t: sold("B-2", tenders=(Tendered(Tender.VOUCHER, None, t),)),
        "voucher code": lambda t: s.vouchers.look_up(t, by=by),
        "reservation's note": lambda t: s.bookings.cancel(
            s.tickets.reserve(
                house.order("B-3"),
                until=house.clock.now + timedelta(hours=1),
                notes=t,
                by=by,
            ).id,
            reason=t,
            by=by,
        ),
        "refund": lambda t: s.bookings.refund(
            booking.id, wanted={ticket.id: cent}, reason=t, key=new_id(), by=by
        ),
        "scan": lambda t: s.bookings.check_in(t, by=by),
        "booking search": lambda t: (
            s.bookings.bookings(BookingFilter(search=t), by=by),
            s.bookings.tickets(TicketFilter(search=t), by=by),
            s.payment_history.page(PaymentFilter(search=t), offset=0, limit=5, by=by),
            s.vouchers.vouchers(search=t, by=by),
            s.events.events(EventFilter(text=t), by=by),
        ),
        "drawer": lambda t: s.shifts.move(DrawerAct.PAID_IN, amount=house.euros(1), note=t, by=by),
    }


def programme(house: Theatre) -> dict:
    """What is typed about events and venues, by place."""
    s, admin = house.services, house.admin
    performance_id, venue_id = house.performance.id, house.plan.venue_id

    def new_venue(**changes: str):
        fields = {"name": "V" + new_id(), "zone": "Europe/Berlin", "currency": "EUR"} | changes
        return s.venues.add_venue(Venue(new_id(), **fields), by=admin)

    def newest_plan() -> str:
        return s.venues.venue(venue_id, by=admin).plans[0].id

    def version() -> int:
        return s.schedule.performance(performance_id, by=admin).version

    return {
        "title": lambda t: s.programme.add_event(new_event(admin, t), by=admin),
        "about": lambda t: s.programme.add_event(new_event(admin, "T", description=t), by=admin),
        "kind": lambda t: s.programme.add_event(new_event(admin, "T", category=t), by=admin),
        "duplicate": lambda t: s.programme.duplicate_event(house.event.id, title=t, by=admin),
        "category": lambda t: s.programme.add_category(t, by=admin),
        "zone": lambda t: s.schedule.add_performance(
            house.event.id, entry(house, zone=t), prices={}, by=admin
        ),
        "note to holders": lambda t: s.schedule.edit_performance(
            performance_id,
            entry(house, f"2026-12-05T{10 + TEXTS.index(t)}:00"),
            version=version(),
            note=t,
            by=admin,
        ),
        "price type": lambda t: s.prices.add_price_type(t, short=t[:9], by=admin),
        "short": lambda t: s.prices.add_price_type("P" + new_id(), short=t, by=admin),
        "venue": lambda t: new_venue(name=t),
        "venue's zone": lambda t: new_venue(zone=t),
        "venue's currency": lambda t: new_venue(currency=t),
        "address": lambda t: new_venue(address=t),
        "plan": lambda t: s.venues.edit_plan(newest_plan(), PlanEdit(name=t), by=admin),
        "price zone": lambda t: s.venues.edit_plan(
            newest_plan(), PlanEdit(zones={1: Zone(1, t, 1)}), by=admin
        ),
    }


def people(house: Theatre) -> dict:
    """What people type about themselves and others, by place."""
    s, by, admin = house.services, house.cashier, house.admin
    buyer = customer(house, "Ada", "ada@example.org")
    performance_id = house.performance.id
    return {
        "name": lambda t: s.customers.add(Contact(t), by=by),
        "e-mail": lambda t: s.customers.add(Contact("N", email=t), by=by),
        "phone and notes": lambda t: s.customers.add(Contact("N", phone=t[:40], notes=t), by=by),
        "customer search": lambda t: (s.customers.find(t, by=by), s.customers.count(t, by=by)),
        "new user": lambda t: s.users.add(
            t, email=f"{new_id()}@e.org", password="curtain up now", role=Role.CASHIER, by=admin
        ),
        "registration": lambda t: s.accounts.register(Registration(t, t, t), station=s.station),
        "signing in": lambda t: s.users.log_in(t, password=t, station=s.station),
        "code": lambda t: s.accounts.use_code(
            "ada@example.org", code=t, password="curtain up now", station=s.station
        ),
        "profile": lambda t: s.accounts.edit(
            ProfileChange(t, by.name + "@example.org", t, 1), by=by
        ),
        "password": lambda t: s.accounts.change_password(t, new=t, by=by),
        "invitation": lambda t: s.staff.invite(t, email=t, role=Role.CASHIER, by=admin),
        "draft": lambda t: s.drafts.keep("event", "x", {"title": t}, by=by),
        "message": lambda t: s.notifications.message_holders(
            performance_id, Message(t, t), by=admin
        ),
        "mail": lambda t: s.mail.change(
            MailSettings(host=t, user=t, sender_name=t, sender_address=t), by=admin
        ),
        "link": lambda t: (s.customers.customer(buyer + t, by=by), s.bookings.booking(t, by=by)),
    }


def counted(house: Theatre) -> dict:
    """Amounts and numbers, by place."""
    s, by, admin = house.services, house.cashier, house.admin
    booking = s.tickets.sell(house.order("A-2"), by=by)
    (ticket,) = booking.tickets
    performance_id = house.performance.id

    def euros(minor: int) -> Money:
        return Money(minor, "EUR")

    def prices(minor: int):
        version = s.schedule.performance(performance_id, by=admin).version
        amounts = {(1, house.adult.id): minor, (2, house.adult.id): 3000}
        return s.prices.set_prices(performance_id, amounts, version=version, by=admin)

    def order(label: str, **changes: object):
        return lambda: s.tickets.sell(house.order(label, **changes), by=by)

    return {
        "given": lambda n: order("D-1", given=euros(n))(),
        "slip": lambda n: order("D-2", tenders=(Tendered(Tender.SLIP, euros(n), "1"),))(),
        "voucher": lambda n: order("D-3", vouchers=(euros(n),))(),
        "card": lambda n: s.cards.charge(euros(n), key=new_id(), basket_id="x", by=by),
        "refund": lambda n: s.bookings.refund(
            booking.id, wanted={ticket.id: euros(n)}, reason="", key=new_id(), by=by
        ),
        "float": lambda n: s.shifts.open(euros(n), by=by),
        "paid in": lambda n: s.shifts.move(DrawerAct.PAID_IN, amount=euros(n), note="x", by=by),
        "pieces": lambda n: s.shifts.close({5000: n}, by=by),
        "price": prices,
        "tax": lambda n: s.programme.add_event(new_event(admin, "T", tax_bp=n), by=admin),
        "seat": lambda n: s.tickets.hold(performance_id, [n], basket_id=new_id(), by=by),
        "unblock": lambda n: s.tickets.unblock(performance_id, [n], by=admin),
        "shift of days": lambda n: s.programme.duplicate_event(
            house.event.id, title="T", shift_days=n, by=admin
        ),
        "port": lambda n: s.mail.change(
            MailSettings(host="localhost", sender_address="a@b.org", port=n), by=admin
        ),
    }


def dated(house: Theatre) -> dict:
    """Instants, by place."""
    s, by, admin = house.services, house.cashier, house.admin
    return {
        "on sale": lambda t: s.schedule.add_performance(
            house.event.id, entry(house, on_sale_from=t, on_sale_until=t), prices={}, by=admin
        ),
        "deadline": lambda t: s.tickets.reserve(house.order("B-4"), until=t, by=by),
        "bookings": lambda t: s.bookings.bookings(BookingFilter(since=t, until=t), by=by),
        "payments": lambda t: s.payment_history.totals(PaymentFilter(since=t, until=t), by=by),
        "figures": lambda t: s.analytics.daily(Scope(t.date(), t.date(), "EUR"), by=admin),
        "series": lambda t: s.schedule.preview_series(
            Series(t.date(), (time(20),), Repeat.DAYS, count=3, until=date.max),
            SeriesEntry(house.plan.venue_id),
            by=admin,
        ),
    }


def _try_all(acts: dict, values: tuple, house: Theatre) -> None:
    for place, act in acts.items():
        for value in values:
            try:
                act(value)
            except Unavailable as error:
                pytest.fail(f"{place} {str(value)[:20]!r}: {error!r}")
            except HouselightsError:
                continue
            except Exception as error:  # noqa: BLE001 - named with what was typed
                pytest.fail(f"{place} {str(value)[:20]!r}: {error!r}")
    house.services.payments.check(by=house.admin)
    house.services.payments.verify_journal(by=house.admin)


@pytest.mark.parametrize(
    ("acts", "values"),
    [
        (sales, TEXTS),
        (programme, TEXTS),
        (people, TEXTS),
        (counted, NUMBERS),
        (dated, INSTANTS),
    ],
    ids=["sales", "programme", "people", "numbers", "instants"],
)
def test_nothing_typed_breaks_anything(house: Theatre, acts, values):
    _try_all(acts(house), values, house)


@pytest.mark.parametrize("wall_time", WALLS)
def test_no_clock_shows_an_impossible_time(house: Theatre, wall_time):
    with pytest.raises(Invalid) as refused:
        house.services.schedule.add_performance(
            house.event.id, entry(house, wall_time), prices={}, by=house.admin
        )
    assert set(refused.value.problems) == {"starts_at"}


def test_a_long_reason_holds_no_refund_up(house: Theatre):
    for label in ("A-3", "A-4"):
        house.services.tickets.sell(house.order(label), by=house.cashier)
    cancelled = house.services.cancellations.run(
        house.performance.id, reason="Storm. " * 100, by=house.admin
    )
    assert [back.amount for back in cancelled.refunded] == [house.euros(80)]


@pytest.mark.parametrize(
    ("minor", "problem"), [(-3000, "not_positive"), (0, "not_positive"), (10**13, "too_large")]
)
def test_a_gift_voucher_is_worth_something_and_no_discount(house: Theatre, minor, problem):
    order = house.order("A-5", vouchers=(Money(minor, "EUR"),))
    with pytest.raises(Invalid) as refused:
        house.services.tickets.sell(order, by=house.cashier)
    assert refused.value.problems == {"voucher": problem}
