"""The exchange screen's view-model: what is held while one decides, what is shown, what is posted."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.bootstrap import Services
from app.domain.errors import (
    CardNotApproved,
    Conflict,
    DatabaseUnavailable,
    SeatTaken,
    TerminalTimeout,
)
from app.domain.payments import Tender, Tendered
from app.domain.tickets import Booking, ClaimStatus
from app.gateways.card_terminal import SimulatedTerminal, SimulatorDriver
from tests.builders import Clock, Theatre, plan, theatre
from tests.services.exchanging import Exchanging as At
from tests.viewmodels.test_counter import HeldTasks
from ui.bookings.exchange import Exchanging
from ui.bookings.exchange_state import FREE, GIVEN_UP, SOMEBODYS, STAYS, TAKEN_INSTEAD
from ui.relay import Relay

pytestmark = pytest.mark.usefixtures("qapp")


class Desk:
    """An exchange begun at a till with a card terminal."""

    def __init__(self, house: Theatre, *, services: Services | None = None) -> None:
        self.house, self.at = house, At(house)
        self.services = services or house.services
        self.tasks = HeldTasks()
        self.relay = Relay(house.services.bus)
        self.model = Exchanging(self.services, by=house.cashier, tasks=self.tasks, relay=self.relay)
        self.relay.setParent(self.model)
        self.made: list[Booking] = []
        self.model.done.connect(self.made.append)

    @property
    def state(self):
        return self.model.state

    def begin(self, *labels: str, **changes) -> Booking:
        booking = self.at.sold(*labels, **changes)
        self.model.open(booking.id)
        return booking

    def click(self, label: str) -> None:
        """As the map does, by plan index."""
        plan_ = self.state.hall.plan
        self.model.toggle(plan_.index_of[plan_.by_label[label]])

    def seen(self, label: str):
        plan_ = self.state.hall.plan
        return self.state.seat_states()[plan_.index_of[plan_.by_label[label]]]

    def picked(self) -> list[str]:
        return [pick.seat for pick in self.state.picks]

    def held(self, performance_id: str) -> list[str]:
        house = self.house.services.tickets.house(performance_id, by=self.house.cashier)
        return [
            house.plan.label_of(c.seat_no) for c in house.claims if c.status is ClaimStatus.HELD
        ]

    def stored(self, booking: Booking) -> Booking:
        return self.house.services.bookings.booking(booking.id, by=self.house.cashier)


@pytest.fixture
def device() -> SimulatedTerminal:
    return SimulatedTerminal(by_amount=False)


@pytest.fixture
def house(sqlite_url: str, device: SimulatedTerminal) -> Iterator[Theatre]:
    driver = SimulatorDriver(device)
    made = theatre(sqlite_url, clock=Clock(), house=plan(standing=20), terminal=driver)
    yield made
    made.services.close()


@pytest.fixture
def desk(house: Theatre) -> Desk:
    return Desk(house)


# -- choosing ----------------------------------------------------------------------------------------


def test_it_begins_with_all_tickets_going_and_their_own_house(desk: Desk):
    booking = desk.begin("A-1", "A-2")
    assert {t.id for t in desk.state.going} == {t.id for t in booking.tickets}
    assert desk.state.hall.line.performance_id == desk.at.first
    assert (desk.seen("A-1"), desk.seen("A-3")) == (GIVEN_UP, FREE)
    assert desk.state.preview is None
    assert not desk.state.ready


def test_who_is_in_already_stays(desk: Desk):
    booking = desk.at.sold("A-1", "A-2")
    first = booking.tickets[0]
    desk.house.services.bookings.check_in(first.code, by=desk.house.cashier)
    desk.model.open(booking.id)
    assert [t.seat for t in desk.state.going] == ["A-2"]
    desk.model.tick(first.id, True)
    assert [t.seat for t in desk.state.going] == ["A-2"]
    assert desk.seen("A-1") == STAYS


def test_a_seat_is_held_while_one_decides_and_given_back_by_a_second_click(desk: Desk):
    desk.begin("A-1")
    desk.at.sold("B-1")
    desk.click("D-1")
    assert (desk.held(desk.at.first), desk.seen("D-1")) == (["D-1"], TAKEN_INSTEAD)
    assert desk.state.preview.back == desk.house.euros(10)
    desk.click("B-1")
    assert (desk.picked(), desk.seen("B-1")) == (["D-1"], SOMEBODYS)
    desk.click("D-1")
    assert (desk.held(desk.at.first), desk.picked(), desk.state.preview) == ([], [], None)


def test_the_price_type_goes_along_and_can_be_another(desk: Desk):
    booking = desk.at.services.tickets.sell(
        desk.house.order_of([], lines=desk.at.lines(desk.at.first, "A-1", child=True)),
        by=desk.house.cashier,
    )
    desk.model.open(booking.id)
    desk.click("A-5")
    (pick,) = desk.state.picks
    assert pick.price_type_id == desk.house.child.id
    assert not desk.state.preview.due
    desk.model.set_price_type(pick.place, desk.house.adult.id)
    assert desk.state.preview.due == desk.house.euros(20)


def test_the_same_seat_needs_no_hold_and_goes_when_its_ticket_stays_after_all(desk: Desk):
    booking = desk.begin("A-1", "A-2")
    desk.model.keep_seats()
    assert desk.picked() == ["A-1", "A-2"]
    assert desk.held(desk.at.first) == []
    desk.model.tick(booking.tickets[0].id, False)
    assert desk.picked() == ["A-2"]
    assert desk.seen("A-1") == STAYS


def test_the_same_seats_on_another_evening_as_far_as_they_are_free(desk: Desk):
    desk.begin("A-1", "A-2")
    desk.at.services.tickets.sell(
        desk.house.order_of([], lines=desk.at.lines(desk.at.second, "A-2")), by=desk.house.cashier
    )
    desk.model.choose(desk.at.second)
    desk.model.keep_seats()
    assert desk.picked() == ["A-1"]
    assert desk.state.problem == SeatTaken(("A-2",))
    assert desk.state.preview.fee.minor == 250  # only one of two comes as something else


def test_the_best_seats_are_near_the_old_ones_and_asked_again_are_others(desk: Desk):
    desk.begin("D-1", "D-2")
    desk.model.take_best()
    first = desk.picked()
    assert len(first) == 2
    assert all(label.startswith(("C-", "D-")) for label in first)
    desk.model.take_best()
    again = desk.picked()
    assert len(again) == 2
    assert not set(first) & set(again)
    assert sorted(desk.held(desk.at.first)) == sorted(again)


def test_places_without_seats_are_taken_by_their_number(desk: Desk):
    desk.begin("A-1")
    desk.model.take_places(1, 2)
    assert desk.picked() == ["Standing", "Standing"]
    assert desk.state.preview.due == desk.house.euros(40)


def test_leaving_gives_everything_back(desk: Desk):
    booking = desk.begin("A-1")
    desk.click("D-1")
    desk.model.leave()
    assert desk.held(desk.at.first) == []
    assert desk.state.booking is None
    assert desk.stored(booking) == booking


def test_another_till_that_sells_shows_at_once(desk: Desk):
    desk.begin("A-1")
    desk.at.sold("C-3")
    assert desk.seen("C-3") == SOMEBODYS


# -- the act -----------------------------------------------------------------------------------------


def test_what_was_shown_is_posted(desk: Desk):
    desk.begin("A-1", "A-2")
    desk.model.choose(desk.at.second)
    desk.model.take_best()
    desk.model.say_why("Grandmother is ill")
    shown = desk.state.preview
    assert shown.due == desk.house.euros(5)
    desk.model.give(desk.house.euros(20))
    assert desk.state.change == desk.house.euros(15)
    desk.model.go()
    (after,) = desk.made
    assert after.total == shown.total
    assert (after.payments[-1].amount, after.payments[-1].given) == (
        desk.house.euros(5),
        desk.house.euros(20),
    )
    assert desk.state.booking is None
    desk.at.check()


def test_without_the_fee(desk: Desk):
    desk.begin("A-1")
    desk.model.choose(desk.at.second)
    desk.click("A-1")
    assert desk.state.preview.due.minor == 250
    desk.model.waive(True)
    assert not desk.state.preview.due
    desk.model.go()
    (made,) = desk.at.services.exchanges.of(desk.made[0].id, by=desk.house.cashier)
    assert made.waived


def test_too_little_cash_or_no_slip_is_not_ready(desk: Desk):
    desk.begin("D-1")
    desk.click("A-5")
    assert desk.state.ready
    desk.model.give(desk.house.euros(9))
    assert not desk.state.ready
    desk.model.pay_with(Tender.SLIP)
    assert not desk.state.ready
    desk.model.refer("4711")
    assert desk.state.ready


def test_pressed_twice_it_is_made_once(desk: Desk):
    booking = desk.begin("A-1")
    desk.click("D-1")
    desk.tasks.slow = True
    desk.model.go()
    desk.model.go()
    desk.tasks.catch_up()
    assert len(desk.made) == 1
    assert len(desk.at.services.exchanges.of(booking.id, by=desk.house.cashier)) == 1


def test_money_goes_back_in_cash_when_that_is_agreed(desk: Desk):
    desk.begin("A-1", tenders=(Tendered(Tender.SLIP, reference="77"),))
    desk.click("D-1")
    desk.model.give_cash(True)
    desk.model.go()
    assert [refund.tender for refund in desk.made[0].refunds] == [Tender.CASH]


def test_a_card_whose_answer_was_lost_is_charged_once(desk: Desk, device):
    booking = desk.begin("D-1")
    desk.click("A-5")
    desk.model.pay_with(Tender.CARD)
    device._script.append("lose_answer")
    desk.model.go()
    assert isinstance(desk.state.problem, TerminalTimeout)
    assert desk.state.doubtful
    desk.click("A-6")  # nothing can be changed before it is known
    assert desk.picked() == ["A-5"]
    desk.model.go()
    (after,) = desk.made
    assert [p.tender for p in after.payments] == [Tender.CASH, Tender.CARD]
    assert desk.at.services.cards.unresolved(by=desk.house.cashier) == ()
    assert after.id == booking.id
    desk.at.check()


def test_a_declined_card_changes_nothing_and_cash_goes_on(desk: Desk, device):
    booking = desk.begin("D-1")
    desk.click("A-5")
    desk.model.pay_with(Tender.CARD)
    device._script.append("decline")
    desk.model.go()
    assert isinstance(desk.state.problem, CardNotApproved)
    assert desk.stored(booking) == booking
    desk.model.pay_with(Tender.CASH)
    desk.model.go()
    assert len(desk.made) == 1
    desk.at.check()


def test_a_seat_lost_while_money_is_counted_is_named_before_a_card_is_asked(desk: Desk):
    desk.begin("D-1", "D-2")
    desk.click("A-5")
    desk.click("A-6")
    desk.model.pay_with(Tender.CARD)
    desk.house.clock.pass_by(minutes=11)
    desk.at.sold("A-5")
    desk.model.go()
    assert desk.state.problem == SeatTaken(("A-5",))
    assert desk.picked() == ["A-6"]
    assert desk.at.services.cards.unresolved(by=desk.house.cashier) == ()
    desk.model.go()
    assert len(desk.made) == 1
    desk.at.check()


def test_a_hold_that_ran_out_is_taken_all_the_same_when_nobody_came(desk: Desk):
    desk.begin("D-1")
    desk.click("A-5")
    desk.house.clock.pass_by(minutes=30)
    desk.model.go()
    assert [ticket.seat for ticket in desk.made[0].live] == ["A-5"]


def test_another_price_meanwhile_is_shown_before_anything_is_posted(desk: Desk):
    booking = desk.begin("D-1")
    desk.click("A-5")
    with desk.at.services.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE prices SET amount = amount + 100")
    desk.model.go()
    assert isinstance(desk.state.problem, Conflict)
    assert desk.state.preview.due == desk.house.euros(11)
    assert desk.stored(booking) == booking
    desk.model.go()
    assert desk.made[0].paid == desk.house.euros(41)


def test_an_exchange_whose_answer_got_lost_is_found_again_by_its_key(house: Theatre):
    class Lossy:
        """The database goes away right after the commit, once."""

        def __init__(self, real) -> None:
            self._real, self._lose = real, True

        def __getattr__(self, name):
            return getattr(self._real, name)

        def exchange(self, *given, **more):
            made = self._real.exchange(*given, **more)
            if self._lose:
                self._lose = False
                raise DatabaseUnavailable("no_answer", "theatre")
            return made

    services = replace(house.services, exchanges=Lossy(house.services.exchanges))
    desk = Desk(house, services=services)
    booking = desk.begin("D-1")
    desk.click("A-5")
    desk.model.go()
    assert (desk.made, desk.state.doubtful) == ([], True)
    desk.model.go()
    assert len(desk.made) == 1
    assert len(house.services.exchanges.of(booking.id, by=house.cashier)) == 1
    desk.at.check()


def test_a_ticket_cancelled_at_another_till_cannot_go_any_more(desk: Desk):
    booking = desk.begin("A-1", "A-2")
    desk.click("D-1")
    first = booking.tickets[0]
    desk.house.services.bookings.cancel(
        booking.id, ticket_ids=[first.id], reason="", by=desk.house.cashier
    )
    assert [t.seat for t in desk.state.going] == ["A-2"]
    assert desk.state.preview.credit == desk.house.euros(40)
