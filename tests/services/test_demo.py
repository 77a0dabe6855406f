"""The demo theatre is whole and plausible, the same every time, and keeps a real house's rules."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from PySide6.QtSvg import QSvgRenderer

import resources
from app.bootstrap import Services, build
from app.config import Settings, demo_database, local_database
from app.demo.furnish import Furnished, describe, furnish, open_demo
from app.demo.repertoire import CAPACITY, FOYER, MAIN, PASSWORD, STUDIO, WORKS, ZONE, Sales
from app.demo.season import plan_season
from app.demo.staging import DESK, GUESTS
from app.demo.turns import CALLED_OFF, MOVED
from app.domain.analytics import Interaction
from app.domain.bookings import BookingFilter, ScanResult, TicketFilter
from app.domain.customers import Contact
from app.domain.deliveries import DeliveryState
from app.domain.errors import NotEmpty, SaleClosed
from app.domain.events import PerformanceStatus, ProgrammeLine
from app.domain.notifications import Kind
from app.domain.party import Wish
from app.domain.payment_history import PaymentFilter, PaymentKind
from app.domain.payments import Tender
from app.domain.tickets import BookingLine, BookingStatus, ClaimStatus, TicketStatus
from app.domain.users import Operator, Role
from app.domain.values import at_venue, new_id
from tests.builders import Clock, plan

NOW = datetime(2026, 11, 24, 13, 20, tzinfo=UTC)
TICKETS = 2000
MONTHS = timedelta(days=200)


class Demo:
    """An opened demo theatre and somebody to look around in it."""

    def __init__(self, url: str, furnished: Furnished) -> None:
        self.furnished = furnished
        self.services: Services = build(Settings(url), clock=Clock(NOW))
        self.by: Operator = self.services.users.command_line(self.services.station)

    def programme(self) -> tuple[ProgrammeLine, ...]:
        return self.services.events.programme(by=self.by, back=MONTHS)

    def tonight(self, venue: str) -> ProgrammeLine:
        found = [p for p in self.programme() if p.venue == venue and _day(p) == _day_of(NOW)]
        (line,) = found
        return line

    def bookings(self, which: BookingFilter | None = None) -> tuple[BookingLine, ...]:
        wanted = which or BookingFilter()
        return self.services.bookings.bookings(wanted, limit=100_000, by=self.by)

    def operator(self, role: Role) -> Operator:
        (person, *_) = (p for p in self.furnished.logins if p.role is role)
        return self.services.users.operator_for(person.email, station=self.services.station)

    def claims(self, line: ProgrammeLine) -> Counter:
        house = self.services.tickets.house(line.performance_id, by=self.by)
        return Counter((c.status, c.reason or c.station_code or "") for c in house.claims)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    url = f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.db'}"
    opened = Demo(url, furnish(url, now=NOW, tickets=TICKETS))
    yield opened
    opened.services.close()


def _day_of(instant: datetime):
    return at_venue(instant, ZONE).date()


def _day(line: ProgrammeLine):
    return _day_of(line.starts_at)


# --- what there is ------------------------------------------------------------------------------


def test_a_dozen_events_play_some_sixty_times_half_of_it_behind_us(demo: Demo):
    lines = demo.programme()
    past = [line for line in lines if line.starts_at < NOW]
    assert len({line.event_id for line in lines}) >= 12
    assert 55 <= len(lines) <= 70
    assert 0.4 < len(past) / len(lines) < 0.6
    assert {line.venue for line in lines} == {MAIN, STUDIO, FOYER}
    assert len({line.category for line in lines}) >= 6


def test_tonight_two_rooms_play_and_both_still_sell(demo: Demo):
    for venue, wall in ((MAIN, "20:00"), (STUDIO, "22:30")):
        line = demo.tonight(venue)
        assert at_venue(line.starts_at, ZONE).strftime("%H:%M") == wall
        assert line.free > 0
        assert line.doors_at < line.starts_at
    basket = new_id()
    line = demo.tonight(MAIN)
    best = demo.services.tickets.best(line.performance_id, Wish(2), by=demo.by)
    demo.services.tickets.hold(line.performance_id, best, basket_id=basket, by=demo.by)
    demo.services.tickets.release(basket, by=demo.by)


def test_a_performance_without_seats_is_partly_sold(demo: Demo):
    studio = [line for line in demo.programme() if line.venue == STUDIO]
    assert {line.seated for line in studio} == {False}
    assert any(0 < line.taken < line.capacity for line in studio)


def test_one_is_a_draft_one_is_cancelled_and_one_not_yet_on_sale(demo: Demo):
    kinds = Counter(line.status for line in demo.programme())
    assert kinds[PerformanceStatus.DRAFT] == 1
    assert kinds[PerformanceStatus.CANCELLED] == 1
    last = max((p for p in demo.programme() if p.venue == MAIN), key=lambda p: p.starts_at)
    with pytest.raises(SaleClosed) as refusal:
        demo.services.tickets.hold(last.performance_id, [1], basket_id=new_id(), by=demo.by)
    assert refusal.value.reason == "not_yet"


def test_tonights_house_has_a_desk_guests_and_another_tills_basket(demo: Demo):
    claims = demo.claims(demo.tonight(MAIN))
    assert claims[ClaimStatus.KILLED, DESK] == 2
    assert claims[ClaimStatus.BLOCKED, GUESTS] == 6
    assert claims[ClaimStatus.HELD, "T2"] == 4


def test_everybody_on_the_staff_can_sign_in_with_the_one_password(demo: Demo):
    station = demo.services.station
    roles = [
        demo.services.users.log_in(p.email, password=PASSWORD, station=station).role
        for p in demo.furnished.logins
    ]
    assert set(roles) == set(Role) - {Role.CUSTOMER}


def test_customers_have_names_and_addresses_of_their_own(demo: Demo):
    customers = demo.services.customers.find(limit=1000, by=demo.by)
    assert len(customers) == demo.furnished.customers == 400
    assert len({c.email for c in customers}) == 400
    assert all(c.email.isascii() and c.email == c.email.lower() for c in customers)


def test_what_is_told_of_it_is_true(demo: Demo):
    told = describe(demo.furnished)
    bookings = demo.services.bookings.bookings(limit=100_000, by=demo.by)
    assert told["bookings"] == len(bookings)
    tickets = demo.services.bookings.count_tickets(TicketFilter(), by=demo.by)
    assert told["tickets"] == tickets == TICKETS
    assert told["performances"] == len(demo.programme())


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.poster)
def test_every_event_has_a_poster_and_a_description(work):
    poster = QSvgRenderer(str(resources.path(f"demo/posters/{work.poster}.svg")))
    assert poster.isValid()
    assert poster.viewBox().size().toTuple() == (300, 400)
    assert len(work.description) > 100


# --- the rules of a real house ------------------------------------------------------------------


def test_the_journals_of_every_station_hold(demo: Demo):
    lines = demo.services.payments.journal(by=demo.by)
    assert demo.services.payments.verify_journal(by=demo.by) == len(lines)
    assert {"sale", "refund", "float", "count"} <= {line.kind for line in lines}
    by_station = defaultdict(list)
    for line in lines:
        by_station[line.station_id].append(line.at)
    assert len(by_station) == 3  # two tills and the kiosk
    assert all(times == sorted(times) for times in by_station.values())


def test_seats_tickets_and_money_agree(demo: Demo):
    counts = demo.services.payments.check(by=demo.by)
    assert counts["bookings"] == demo.furnished.bookings


def test_live_tickets_are_the_sold_claims(demo: Demo):
    tickets = Counter()
    for line in demo.bookings():
        for ticket in demo.services.bookings.booking(line.id, by=demo.by).live:
            tickets[ticket.performance_id, ticket.seat_no] += 1
    sold = {
        (line.performance_id, claim.seat_no)
        for line in demo.programme()
        for claim in demo.services.tickets.house(line.performance_id, by=demo.by).claims
        if claim.status is ClaimStatus.SOLD
    }
    assert set(tickets) == sold
    assert set(tickets.values()) == {1}


def test_nothing_was_sold_before_its_sale_or_after_now(demo: Demo):
    times = [b.created_at for b in demo.services.bookings.bookings(limit=100_000, by=demo.by)]
    assert max(times) < NOW
    assert len({_day_of(time) for time in times}) > 60


# --- everything else that happens in a house -----------------------------------------------------


def test_half_of_the_payments_are_by_slip_and_every_tender_occurs(demo: Demo):
    lines = demo.services.payment_history.page(
        PaymentFilter(kinds=(PaymentKind.PAYMENT,)), offset=0, limit=100_000, by=demo.by
    )
    share = {tender: sum(line.tender is tender for line in lines) / len(lines) for tender in Tender}
    assert 0.42 < share[Tender.SLIP] < 0.58
    assert 0.36 < share[Tender.CASH] < 0.54
    assert 0.005 < share[Tender.VOUCHER] < 0.06
    assert 0 < share[Tender.CARD] < 0.05
    assert all(line.transaction_id for line in lines if line.tender is not Tender.CASH)
    payments = Counter(line.booking_id for line in lines)
    assert 0 < sum(count > 1 for count in payments.values()) / len(payments) < 0.06
    assert all(
        line.given == line.amount or line.given.minor % 500 == 0
        for line in lines
        if line.tender is Tender.CASH
    )


def test_customers_who_registered_bought_at_the_kiosk_by_card_or_voucher(demo: Demo):
    bookings = [
        demo.services.bookings.booking(line.id, by=demo.by)
        for line in demo.bookings(BookingFilter(channel="kiosk"))
    ]
    assert bookings
    tenders = {payment.tender for b in bookings for payment in b.payments}
    assert Tender.CARD in tenders
    assert tenders <= {Tender.CARD, Tender.VOUCHER}
    customer = demo.services.customers.customer(bookings[0].customer_id, by=demo.by).customer
    signed_in = demo.services.users.log_in(
        customer.email, password=PASSWORD, station=demo.services.station
    )
    assert signed_in.role is Role.CUSTOMER
    assert demo.services.cards.unresolved(by=demo.by) == ()


def test_some_bookings_came_back_and_most_of_their_money_went_back(demo: Demo):
    cancelled = [
        demo.services.bookings.booking(line.id, by=demo.by)
        for line in demo.bookings(BookingFilter(statuses=(BookingStatus.CANCELLED,)))
    ]
    paid = [booking for booking in cancelled if booking.payments]
    refunded = [booking for booking in paid if booking.refunded == booking.paid]
    assert 0.01 < len(paid) / demo.furnished.bookings < 0.05
    assert len(refunded) > len(paid) / 2
    assert len(refunded) < len(paid)
    (expired, *_) = (booking for booking in cancelled if not booking.payments)
    notes = demo.services.bookings.history(expired.id, by=demo.by)
    assert "expired" in {note.body.get("reason") for note in notes}


def test_there_are_open_reservations_some_of_which_end_today(demo: Demo):
    lines = demo.bookings(BookingFilter(statuses=(BookingStatus.RESERVED,)))
    assert 8 <= len(lines) <= 15
    assert all(line.customer and line.expires_at > NOW for line in lines)
    assert sum(line.expires_at - NOW < timedelta(hours=6) for line in lines) == 3


def test_some_reservations_were_paid(demo: Demo):
    customers = [
        demo.services.customers.customer(c.id, by=demo.by)
        for c in demo.services.customers.find(limit=1000, by=demo.by)
    ]
    told = Counter(one.kind for customer in customers for one in customer.told)
    assert told[Kind.PAYMENT_RECEIVED] >= 5
    assert told[Kind.RESERVATION_EXPIRED] >= 3


def test_the_cancelled_performance_had_sold_a_little_and_everybody_was_told(demo: Demo):
    (line,) = (p for p in demo.programme() if p.status is PerformanceStatus.CANCELLED)
    state = demo.services.cancellations.state(line.performance_id, by=demo.by)
    assert state.finished_at < NOW
    assert state.done == state.bookings > 0
    assert state.reason == CALLED_OFF
    assert state.owed == ()
    tickets = demo.services.bookings.tickets(
        TicketFilter(performance_id=line.performance_id), by=demo.by
    )
    assert {ticket.status for ticket in tickets} == {TicketStatus.CANCELLED}
    known = {ticket.booking_id for ticket in tickets if ticket.customer}
    assert known
    for booking_id in known:
        told = demo.services.notifications.of_booking(booking_id, by=demo.by)
        assert Kind.PERFORMANCE_CANCELLED in {one.kind for one in told}


def test_one_performance_was_moved_by_a_day_and_its_holders_know(demo: Demo):
    (moved,) = (
        p
        for line in demo.programme()
        if (p := demo.services.schedule.performance(line.performance_id, by=demo.by)).note == MOVED
    )
    tickets = demo.services.bookings.tickets(TicketFilter(performance_id=moved.id), by=demo.by)
    told = [
        one
        for booking_id in {ticket.booking_id for ticket in tickets if ticket.customer}
        for one in demo.services.notifications.of_booking(booking_id, by=demo.by)
        if one.kind is Kind.EVENT_UPDATED
    ]
    assert told
    for one in told:
        before, after = (
            datetime.fromisoformat(one.content[name]) for name in ("old_starts_at", "new_starts_at")
        )
        assert after - before == timedelta(days=1)
        assert after == moved.starts_at


def test_nearly_everybody_came_to_the_last_two_evenings(demo: Demo):
    over = [p for p in demo.programme() if p.starts_at < NOW and p.venue != MAIN]
    came, tickets = 0, 0
    for line in sorted(over, key=lambda p: p.starts_at)[-2:]:
        which = TicketFilter(performance_id=line.performance_id, statuses=(TicketStatus.VALID,))
        for ticket in demo.services.bookings.tickets(which, by=demo.by):
            scans = demo.services.bookings.ticket(ticket.id, by=demo.by).scans
            came += any(scan.result is ScanResult.ADMITTED for scan in scans)
            tickets += 1
    assert 0.8 < came / tickets <= 1


def test_the_first_till_was_counted_and_is_open_now(demo: Demo):
    cashier = demo.operator(Role.CASHIER)
    current = demo.services.shifts.current(by=cashier)
    assert current.station_code == "T1"
    assert _day_of(current.opened_at) == _day_of(NOW)
    past = demo.services.shifts.past(by=cashier)
    assert len(past) >= 3
    assert any(shift.variance for shift in past)
    assert all(abs(shift.variance.minor) <= 1000 for shift in past)


def test_all_post_went_out_but_one_letter_and_staff_have_news(demo: Demo):
    counts = demo.services.outbox.counts(by=demo.by)
    assert (counts.waiting, counts.of(DeliveryState.FAILED)) == (0, 1)
    manager = demo.operator(Role.MANAGER)
    assert 1 <= demo.services.notifications.unread(by=manager) <= 12
    assert demo.services.notifications.newest(by=manager)[0].kind is Kind.DELIVERY_FAILED
    assert not demo.services.mail.has_password(by=demo.by)


def test_people_looked_at_events_before_they_bought(demo: Demo):
    seen = Counter()
    for event in demo.services.events.events(by=demo.by).rows:
        seen += Counter(demo.services.analytics.of_event(event.id, by=demo.by).seen)
    assert seen[Interaction.OPEN_HOUSE] >= seen[Interaction.HOLD] > seen[Interaction.BOOK] > 50


def test_the_organizer_makes_some_of_the_events(demo: Demo):
    events = demo.services.events.events(by=demo.by)
    own = demo.services.events.events(by=demo.operator(Role.ORGANIZER))
    assert 4 <= len(own.rows) < len(events.rows)


# --- the same seed ------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_theatre_and_another_one_another(tmp_path: Path):
    first, again, other = (
        _portrait(f"sqlite:///{tmp_path / name}.db", seed=seed)
        for name, seed in (("first", 7), ("again", 7), ("other", 8))
    )
    assert first == again
    assert first["bookings"] != other["bookings"]


def _portrait(url: str, *, seed: int) -> dict[str, list]:
    """All there is but identities and secrets."""
    demo = Demo(url, furnish(url, seed=seed, now=NOW, tickets=200))
    services, by = demo.services, demo.by
    types = {t.id: t.name for t in services.events.price_types(by=by)}
    lines = demo.programme()
    bookings = [
        services.bookings.booking(b.id, by=by)
        for b in services.bookings.bookings(limit=10_000, by=by)
    ]
    portrait = {
        "programme": [(p.starts_at, p.venue, p.title, p.status, p.taken, p.poster) for p in lines],
        "prices": [
            sorted(
                (zone, types[kind], amount)
                for (zone, kind), amount in services.events.offer(
                    p.performance_id, by=by
                ).prices.items()
            )
            for p in lines
        ],
        "customers": [(c.name, c.email) for c in services.customers.find(limit=1000, by=by)],
        "bookings": sorted(
            (
                b.number,
                b.created_at,
                b.operator,
                b.customer,
                b.given,
                b.total,
                b.status,
                b.expires_at or NOW,
                tuple((p.tender, p.amount.minor, p.created_at) for p in b.payments),
                tuple((r.tender, r.amount.minor, r.created_at) for r in b.refunds),
                tuple((t.seat, t.zone, t.price_type, t.price, t.status) for t in b.tickets),
            )
            for b in bookings
        ),
    }
    services.close()
    return portrait


# --- the season as planned, without a database --------------------------------------------------


@pytest.mark.parametrize("days", range(7))
def test_the_season_is_plausible_on_whatever_day_it_is_furnished(days: int):
    season = plan_season(Random(1), now=NOW + timedelta(days=days), tickets=None)
    sold = Counter()
    for party in season.parties:
        sold[party.show] += len(party.types)
    assert 8_000 <= sum(sold.values()) <= 12_500
    today = _day_of(NOW) + timedelta(days=days)
    assert {d.slot.room for d in season.dates if d.slot.day == today} >= {MAIN, STUDIO}
    shares = [
        sold[number] / CAPACITY[date.slot.room]
        for number, date in enumerate(season.dates)
        if date.slot.sales is Sales.RUSHED
    ]
    assert max(shares) == 1
    assert 0.9 < min(shares) < 1
    starts = sorted((d.slot.room, d.starts_at) for d in season.dates)
    for (room, before), (next_room, after) in pairwise(starts):
        assert room != next_room or after - before >= timedelta(hours=2.5)


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_tonight_is_on_sale_at_any_hour(hour: int):
    now = NOW.replace(hour=hour, minute=59)
    season = plan_season(Random(1), now=now, tickets=100)
    tonight = [d for d in season.dates if d.slot.day == _day_of(now)]
    assert len(tonight) >= 2
    assert all(d.opens_at <= now < d.closes_at for d in tonight if d.slot.room != FOYER)


def test_a_larger_theatre_has_exactly_the_tickets_asked_for():
    season = plan_season(Random(1), now=NOW, tickets=40_000)
    assert sum(len(party.types) for party in season.parties) == 40_000
    assert [p.at for p in season.parties] == sorted(p.at for p in season.parties)


# --- whole or not at all ------------------------------------------------------------------------


def test_a_house_that_has_a_venue_is_refused_and_left_alone(sqlite_url: str):
    services = build(Settings(sqlite_url))
    by = services.users.command_line(services.station)
    services.events.add_plan(plan(), venue="Ours", zone=ZONE, currency="EUR", by=by)
    services.close()
    before = Path(services.database.path).read_bytes()
    with pytest.raises(NotEmpty):
        furnish(sqlite_url, now=NOW, tickets=10)
    assert Path(services.database.path).read_bytes() == before


def test_a_second_furnishing_is_refused(database_url: str):
    """On a server, too; and an empty database keeps the people it has."""
    services = build(Settings(database_url))
    by = services.users.command_line(services.station)
    services.customers.add(Contact("Here Before", "before@example.org"), by=by)
    services.close()
    furnish(database_url, now=NOW, tickets=10)
    with pytest.raises(NotEmpty):
        furnish(database_url, now=NOW, tickets=10)
    services = build(Settings(database_url))
    names = {c.name for c in services.customers.find(limit=1000, by=by)}
    services.close()
    assert "Here Before" in names


def test_a_furnishing_that_fails_half_way_leaves_nothing(tmp_path: Path):
    def give_up(fraction: float, step: str) -> None:
        if step == "sales":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        furnish(f"sqlite:///{tmp_path / 'demo.db'}", now=NOW, tickets=10, progress=give_up)
    assert list(tmp_path.iterdir()) == []


def test_a_furnishing_that_is_killed_leaves_no_theatre(tmp_path: Path):
    code = (
        "import sys, time; from app.demo.furnish import furnish\n"
        "def stop(fraction, step):\n"
        "    if step == 'sales': print('selling', flush=True); time.sleep(60)\n"
        f"furnish('sqlite:///{tmp_path / 'demo.db'}', tickets=10, progress=stop)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"selling\n"
        process.send_signal(signal.SIGKILL)
    left = list(tmp_path.iterdir())
    assert left
    assert not (tmp_path / "demo.db").exists()
    long_ago = time.time() - 7200
    for path in left:
        os.utime(path, (long_ago, long_ago))
    furnish(f"sqlite:///{tmp_path / 'demo.db'}", now=NOW, tickets=10)
    assert [path.name for path in tmp_path.iterdir()] == ["demo.db"]


# --- opening it ---------------------------------------------------------------------------------


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOUSELIGHTS_HOME", str(tmp_path))
    return tmp_path


def test_the_demo_is_opened_as_it_was_left(own_home: Path):
    furnish(demo_database(), tickets=10)
    before = (own_home / "demo-theatre.db").stat().st_ino
    assert open_demo() == demo_database()
    assert (own_home / "demo-theatre.db").stat().st_ino == before


def test_a_demo_that_has_had_its_season_is_furnished_anew(own_home: Path):
    Path(own_home / "houselights.db").write_bytes(b"the house's own")
    furnish(demo_database(), tickets=10, now=datetime.now(UTC) - timedelta(days=70))
    steps = []
    with pytest.raises(KeyboardInterrupt):
        open_demo(progress=_stopping_at("programme", steps))
    assert steps == ["people", "programme"]
    assert local_database().endswith("houselights.db")
    assert Path(own_home / "houselights.db").read_bytes() == b"the house's own"


def test_a_damaged_demo_is_furnished_anew(own_home: Path):
    (own_home / "demo-theatre.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(KeyboardInterrupt):
        open_demo(progress=_stopping_at("people", []))


def _stopping_at(last: str, steps: list[str]):
    def progress(fraction: float, step: str) -> None:
        steps.append(step)
        if step == last:
            raise KeyboardInterrupt

    return progress
