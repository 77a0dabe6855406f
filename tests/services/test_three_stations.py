"""Three stations at one house, doing anything in any order while time passes: a place has one owner, every
cent is where a simple model says, and what was previewed is what was posted.

`STATIONS_RUNS=200` makes it the long run.
"""

import os
import shutil
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from app.bootstrap import build
from app.config import Settings
from app.domain.errors import HouselightsError, Rejected, SeatTaken
from app.domain.exchanges import ExchangeWish
from app.domain.payments import Tender, Tendered
from app.domain.tickets import HOLD_FOR, BasketLine, BookingStatus, ClaimStatus, Order, Place
from app.domain.values import new_id
from tests.builders import Clock, Theatre, plan, theatre

_RUNS = int(os.environ.get("STATIONS_RUNS", "12"))
_SEATS = 12
STATIONS = st.integers(0, 2)
SEATS = st.sets(st.integers(1, _SEATS), min_size=1, max_size=3)
PICK = st.integers(0, 10_000)


@dataclass
class Owner:
    """Whose a place is in the model: a basket until then, or a booking."""

    basket: str = ""
    until: object = None
    booking: str = ""


@pytest.fixture(scope="module", autouse=True)
def template(tmp_path_factory):
    """A furnished database, copied for every run."""
    folder = tmp_path_factory.mktemp("stations")
    made = theatre(
        f"sqlite:///{folder / 'house.db'}", clock=Clock(), house=plan(rows=2, seats=_SEATS // 2)
    )
    made.services.close()
    ThreeStations.made, ThreeStations.template = made, folder / "house.db"
    yield
    ThreeStations.made = None


class ThreeStations(RuleBasedStateMachine):
    """What the services do beside what a dictionary says they should."""

    made: Theatre | None = None
    template: Path

    bookings = Bundle("bookings")

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        path = Path(self.folder.name) / "house.db"
        shutil.copy(self.template, path)
        self.clock = Clock(self.made.clock.now)
        url = f"sqlite:///{path}"
        self.stations = [
            build(Settings(url, station=f"T{n}"), clock=self.clock, durable=False)
            for n in (1, 2, 3)
        ]
        self.by = [
            replace(self.made.cashier, station_id=one.station.id, station_code=one.station.code)
            for one in self.stations
        ]
        self.baskets = [new_id() for _ in self.stations]
        self.owners: dict[int, Owner] = {}
        self.taken = 0

    def teardown(self) -> None:
        for one in self.stations:
            one.close()
        self.folder.cleanup()

    # -- the model -------------------------------------------------------------------------------

    def owner(self, seat_no: int) -> Owner | None:
        found = self.owners.get(seat_no)
        if found is not None and found.basket and found.until <= self.clock.now:
            return None
        return found

    def free_for(self, seat_no: int, basket: str) -> bool:
        owner = self.owner(seat_no)
        return owner is None or owner.basket == basket

    def held_by(self, basket: str) -> list[int]:
        """Its seats, those whose time is over included."""
        return [no for no, one in self.owners.items() if one.basket == basket]

    def lines(self, seat_nos, kind) -> tuple[BasketLine, ...]:
        return tuple(
            BasketLine(Place(self.made.performance.id, no), kind.id) for no in sorted(seat_nos)
        )

    def order(self, station: int, seat_nos, child: bool) -> Order:
        kind = self.made.child if child else self.made.adult
        return Order(new_id(), self.baskets[station], self.lines(seat_nos, kind))

    def sold(self, station: int, booking) -> str:
        for no in self.held_by(self.baskets[station]):
            del self.owners[no]
        for ticket in booking.live:
            self.owners[ticket.seat_no] = Owner(booking=booking.id)
        self.taken += booking.paid.minor
        self.baskets[station] = new_id()
        return booking.id

    def named(self, taken: SeatTaken, lost: set[int]) -> None:
        """The refusal names what somebody else has, all of it and nothing else."""
        assert set(taken.seats) == {self.made.plan.label_of(no) for no in lost}

    def booking(self, booking_id: str):
        return self.stations[0].bookings.booking(booking_id, by=self.by[0])

    # -- acts ------------------------------------------------------------------------------------

    @rule(station=STATIONS, seat_nos=SEATS)
    def hold(self, station, seat_nos):
        basket = self.baskets[station]
        lost = {no for no in seat_nos if not self.free_for(no, basket)}
        try:
            self.stations[station].tickets.hold(
                self.made.performance.id, seat_nos, basket_id=basket, by=self.by[station]
            )
        except SeatTaken as taken:
            self.named(taken, lost)
            return
        assert not lost
        until = self.clock.now + HOLD_FOR
        for no in (*seat_nos, *self.held_by(basket)):
            if self.free_for(no, basket):
                owner = self.owners.get(no)
                if no in seat_nos or (owner is not None and owner.until > self.clock.now):
                    self.owners[no] = Owner(basket=basket, until=until)
        # a basket lasts as a whole: holds whose time was over and that nobody took live again
        for no in self.held_by(basket):
            self.owners[no].until = until

    @rule(station=STATIONS)
    def release(self, station):
        basket = self.baskets[station]
        self.stations[station].tickets.release(basket, by=self.by[station])
        for no in self.held_by(basket):
            del self.owners[no]

    @rule(minutes=st.integers(1, 12))
    def time_passes(self, minutes):
        self.clock.pass_by(minutes=minutes)

    @rule(target=bookings, station=STATIONS, child=st.booleans(), more=SEATS)
    def sell(self, station, child, more):
        """What the basket holds or held, and seats that were never held."""
        basket = self.baskets[station]
        wanted = set(self.held_by(basket)) or more
        lost = {no for no in wanted if not self.free_for(no, basket)}
        order = self.order(station, wanted, child)
        try:
            booking = self.stations[station].tickets.sell(order, by=self.by[station])
        except SeatTaken as taken:
            self.named(taken, lost)
            return ""
        assert not lost
        again = self.stations[station].tickets.sell(order, by=self.by[station])
        assert again.id == booking.id
        return self.sold(station, booking)

    @rule(target=bookings, station=STATIONS, seat_nos=SEATS, deposit=st.integers(0, 2000))
    def reserve(self, station, seat_nos, deposit):
        basket = self.baskets[station]
        lost = {no for no in seat_nos if not self.free_for(no, basket)}
        order = self.order(station, seat_nos, False)
        try:
            booking = self.stations[station].tickets.reserve(
                order,
                until=self.clock.now + timedelta(minutes=20),
                deposit=self.made.euros(deposit / 100) if deposit else None,
                by=self.by[station],
            )
        except SeatTaken:
            assert lost
            return ""
        assert not lost
        held = [no for no in self.held_by(basket) if no not in seat_nos]
        self.stations[station].tickets.release(basket, by=self.by[station])
        for no in held:
            del self.owners[no]
        return self.sold(station, booking)

    @rule(station=STATIONS, booking_id=bookings)
    def pay(self, station, booking_id):
        if not booking_id:
            return
        before = self.booking(booking_id)
        if before.status is not BookingStatus.RESERVED:
            return
        after = self.stations[station].bookings.pay(
            booking_id, tenders=[Tendered(Tender.SLIP, None, "7")], by=self.by[station]
        )
        assert after.paid == before.paid + before.due
        self.taken += after.paid.minor - before.paid.minor

    @rule(station=STATIONS)
    def expire(self, station):
        gone = [
            one.id
            for one in self.stations[station].bookings.bookings(by=self.by[station])
            if one.status is BookingStatus.RESERVED and one.expires_at <= self.clock.now
        ]
        assert self.stations[station].bookings.expire(by=self.by[station]) == len(gone)
        self.owners = {no: one for no, one in self.owners.items() if one.booking not in gone}

    @rule(station=STATIONS, booking_id=bookings, pick=PICK, whole=st.booleans())
    def cancel(self, station, booking_id, pick, whole):
        live = self.booking(booking_id).live if booking_id else ()
        if not live:
            return
        going = live if whole else (live[pick % len(live)],)
        self.stations[station].bookings.cancel(
            booking_id, ticket_ids=[t.id for t in going], reason="ill", by=self.by[station]
        )
        for ticket in going:
            del self.owners[ticket.seat_no]

    @rule(station=STATIONS, booking_id=bookings, share=st.integers(1, 3))
    def refund(self, station, booking_id, share):
        """A part of what is held for tickets that are gone, or all of it."""
        if not booking_id:
            return
        booking = self.booking(booking_id)
        live = {ticket.id for ticket in booking.live}
        held = self.stations[station].bookings.held(booking_id, by=self.by[station])
        wanted: dict[str, object] = {}
        for one in held:
            if one.ticket_id not in live and one.amount.minor // share:
                part = self.made.euros(one.amount.minor // share / 100)
                wanted[one.ticket_id] = wanted.get(one.ticket_id, self.made.euros(0)) + part
        if not wanted:
            return
        refunds = self.stations[station].bookings.refund(
            booking_id, wanted=wanted, reason="ill", key=new_id(), by=self.by[station]
        )
        assert sum(r.amount.minor for r in refunds) == sum(a.minor for a in wanted.values())
        self.taken -= sum(r.amount.minor for r in refunds)

    @rule(
        station=STATIONS,
        booking_id=bookings,
        pick=PICK,
        seat_no=st.integers(1, _SEATS),
        how=st.sampled_from(["move", "move as child", "add"]),
    )
    def exchange(self, station, booking_id, pick, seat_no, how):
        """A ticket for another seat or price type, or one more; posted as previewed."""
        live = self.booking(booking_id).live if booking_id else ()
        if not live:
            return
        going = () if how == "add" else (live[pick % len(live)],)
        kind = self.made.child if how == "move as child" else self.made.adult
        wish = ExchangeWish(
            booking_id,
            give_up=tuple(ticket.id for ticket in going),
            lines=self.lines([seat_no], kind),
            basket_id=self.baskets[station],
        )
        free = self.free_for(seat_no, self.baskets[station])
        own = seat_no in {ticket.seat_no for ticket in going}
        exchanges, before = self.stations[station].exchanges, self.booking(booking_id)
        try:
            preview = exchanges.preview(wish, by=self.by[station])
        except Rejected:
            assert not (free or own) or before.status is BookingStatus.RESERVED
            return
        after = exchanges.exchange(wish, expected=preview, key=new_id(), by=self.by[station])
        assert free or own
        assert after.total == preview.total
        assert after.paid - before.paid == preview.due
        assert after.refunded - before.refunded == preview.back
        assert {t.price.minor for t in after.live if t.seat_no == seat_no} == {
            preview.taken[0].price.minor
        }
        for ticket in going:
            del self.owners[ticket.seat_no]
        self.owners[seat_no] = Owner(booking=booking_id)
        self.taken += preview.due.minor - preview.back.minor

    @rule(station=STATIONS, booking_id=bookings)
    def void(self, station, booking_id):
        if not booking_id:
            return
        before, services = self.booking(booking_id), self.stations[station].bookings
        refused = services.may_void(booking_id, by=self.by[station])
        try:
            after = services.void(booking_id, key=new_id(), by=self.by[station])
        except HouselightsError:
            assert refused
            return
        assert not refused
        assert (after.status, after.paid) == (BookingStatus.CANCELLED, after.refunded)
        for ticket in before.live:
            del self.owners[ticket.seat_no]
        self.taken -= after.refunded.minor - before.refunded.minor

    # -- what must be true -------------------------------------------------------------------------

    @invariant()
    def every_place_has_the_owner_the_model_says(self):
        house = self.stations[0].tickets.house(self.made.performance.id, by=self.by[0])
        found = {
            claim.seat_no: (claim.status, claim.basket_id or "", claim.booking_id or "")
            for claim in house.claims
        }
        wanted = {}
        for no in self.owners:
            owner = self.owner(no)
            if owner is not None:
                status = ClaimStatus.SOLD if owner.booking else ClaimStatus.HELD
                basket = found.get(no, ("", "", ""))[1] if owner.booking else owner.basket
                wanted[no] = (status, basket, owner.booking)
        assert found == wanted

    @invariant()
    def every_cent_is_accounted_for(self):
        """Tickets are claims, money is the journal, figures are the ledger; and all of it is the model's."""
        self.stations[0].payments.check(by=self.by[0])
        journal = sum(line.amount for line in self.stations[0].payments.journal(by=self.by[0]))
        assert journal == self.taken


def test_three_stations_agree_with_a_simple_model():
    """Any order of acts, any pauses in between."""
    run = settings(
        max_examples=_RUNS,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(ThreeStations, settings=run)
