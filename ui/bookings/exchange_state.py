"""What the exchange screen shows: which tickets go, the house to choose from, what is taken instead, and
what it comes to. Frozen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.domain.errors import HouselightsError
from app.domain.events import Offer, PriceType, ProgrammeLine
from app.domain.exchanges import ExchangePreview, ExchangeWish
from app.domain.party import Wish
from app.domain.payments import Tender
from app.domain.seating import COMPANION, WHEELCHAIR, SeatingPlan
from app.domain.tickets import BasketLine, Booking, Claim, ClaimStatus, Place, Ticket
from app.domain.values import Money
from ui.widgets.seat_map.states import SeatState, States

# This map tells five things apart, and says so in its own legend.
FREE, TAKEN_INSTEAD, SOMEBODYS = SeatState.FREE, SeatState.MINE, SeatState.SOLD
GIVEN_UP, STAYS = SeatState.ALLOTTED, SeatState.RESERVED


@dataclass(frozen=True)
class Hall:
    """A performance to choose from; `claims` by seat number."""

    line: ProgrammeLine
    plan: SeatingPlan
    offer: Offer
    claims: Mapping[int, Claim] = field(default_factory=dict)

    def kinds(self, seat_no: int, types: Iterable[PriceType]) -> tuple[tuple[str, str, Money], ...]:
        """(id, name, price) of each price type a place can be taken at."""
        zone_no = self.plan.zone_of(seat_no)
        return tuple(
            (kind.id, kind.name, Money(self.offer.prices[zone_no, kind.id], self.line.currency))
            for kind in types
            if (zone_no, kind.id) in self.offer.prices
        )

    def zone_name(self, seat_no: int) -> str:
        """What the price zone of a place is called."""
        zone_no = self.plan.zone_of(seat_no)
        return next(zone.name for zone in self.plan.zones if zone.no == zone_no)

    def free_of(self, area_no: int) -> int:
        """Places nobody has in a general-admission area."""
        area = next(area for area in self.plan.ga_areas if area.no == area_no)
        taken = sum(area.first_no <= no < area.first_no + area.capacity for no in self.claims)
        return area.capacity - taken


@dataclass(frozen=True, slots=True)
class Pick:
    """A place taken instead. One that is given up in the same booking needs no hold."""

    place: Place
    seat: str
    zone: str
    kinds: tuple[tuple[str, str, Money], ...]
    price_type_id: str
    held: bool = True

    @property
    def line(self) -> BasketLine:
        """As the wish carries it."""
        return BasketLine(self.place, self.price_type_id)


@dataclass(frozen=True)
class ExchangeState:
    """`out` are ids of tickets that go, `inside` of those whose holder the door let in. `unfit` is why
    there is no preview; `doubtful` that nobody knows whether the last try went through."""

    booking: Booking | None = None
    shows: Mapping[str, ProgrammeLine] = field(default_factory=dict)
    programme: tuple[ProgrammeLine, ...] = ()
    types: tuple[PriceType, ...] = ()
    inside: frozenset[str] = frozenset()
    out: frozenset[str] = frozenset()
    hall: Hall | None = None
    picks: tuple[Pick, ...] = ()
    basket_id: str = ""
    waive: bool = False
    reason: str = ""
    codes: str = ""
    preview: ExchangePreview | None = None
    unfit: HouselightsError | None = None
    tender: Tender = Tender.CASH
    given: Money | None = None
    reference: str = ""
    in_cash: bool = False
    busy: bool = False
    doubtful: bool = False
    problem: HouselightsError | None = None

    @property
    def currency(self) -> str:
        """The booking's."""
        return "EUR" if self.booking is None else self.booking.total.currency

    @property
    def movable(self) -> tuple[Ticket, ...]:
        """The tickets that can be given up."""
        live = () if self.booking is None else self.booking.live
        return tuple(ticket for ticket in live if ticket.id not in self.inside)

    @property
    def going(self) -> tuple[Ticket, ...]:
        """The tickets that go, in the booking's order."""
        return tuple(ticket for ticket in self.movable if ticket.id in self.out)

    @property
    def locked(self) -> bool:
        """Whether nothing may be changed now."""
        return self.busy or self.doubtful or self.booking is None

    @property
    def wish(self) -> ExchangeWish | None:
        """What is asked for; None before anything is taken."""
        if self.booking is None or not self.picks:
            return None
        return ExchangeWish(
            booking_id=self.booking.id,
            give_up=tuple(ticket.id for ticket in self.going),
            lines=tuple(pick.line for pick in self.picks),
            codes=tuple(self.codes.split()),
            basket_id=self.basket_id,
            waive_fee=self.waive,
            reason=self.reason,
        )

    @property
    def ready(self) -> bool:
        """Whether the exchange can be made as it stands."""
        if self.preview is None or self.busy:
            return False
        due = self.preview.due
        if not due or self.tender is Tender.CARD:
            return True
        if self.tender is Tender.CASH:
            return self.given is None or self.given >= due
        return bool(self.reference.strip())

    @property
    def change(self) -> Money | None:
        """What goes back over the counter of the cash that was given."""
        if self.preview is None or self.given is None or self.tender is not Tender.CASH:
            return None
        back = self.given - self.preview.due
        return back if self.preview.due and back.minor >= 0 else None

    def own(self, seat_nos: Collection[int] | None = None) -> dict[int, Ticket]:
        """The live tickets of the booking in the hall on show, by seat number."""
        if self.hall is None or self.booking is None:
            return {}
        here = self.hall.line.performance_id
        return {
            ticket.seat_no: ticket
            for ticket in self.booking.live
            if ticket.performance_id == here and (seat_nos is None or ticket.seat_no in seat_nos)
        }

    def picked(self) -> frozenset[int]:
        """Seat numbers taken instead in the hall on show."""
        here = "" if self.hall is None else self.hall.line.performance_id
        return frozenset(
            pick.place.seat_no for pick in self.picks if pick.place.performance_id == here
        )

    def same_seats(self) -> tuple[int, ...]:
        """Seat numbers in the hall on show that are called as what is given up, not taken instead yet."""
        if self.hall is None:
            return ()
        here = self.hall.line.performance_id
        own = [t.seat_no for t in self.going if t.performance_id == here]
        elsewhere = [t.seat for t in self.going if t.performance_id != here]
        alike, _ = self.hall.plan.seat_nos(elsewhere)
        return tuple(no for no in dict.fromkeys((*own, *alike)) if no not in self.picked())

    def seat_states(self) -> States:
        """One state a seat of the hall, in plan order, in the words of this screen."""
        if self.hall is None:
            return np.empty(0, np.uint8)
        states = np.zeros(len(self.hall.plan), np.uint8)
        index_of = self.hall.plan.index_of
        own, picked = self.own(), self.picked()
        for seat_no in {*self.hall.claims, *picked}:
            index = index_of.get(seat_no)
            if index is None:
                continue
            ticket = own.get(seat_no)
            if seat_no in picked:
                states[index] = TAKEN_INSTEAD
            elif ticket is not None:
                states[index] = GIVEN_UP if ticket.id in self.out else STAYS
            else:
                states[index] = self._others(self.hall.claims[seat_no])
        return states

    def _others(self, claim: Claim) -> SeatState:
        mine = claim.status is ClaimStatus.HELD and claim.basket_id == self.basket_id
        return FREE if mine else SOMEBODYS


def party(state: ExchangeState, hall: Hall) -> Wish:
    """As many as go, with the wheelchair spaces they have now, near where they sit now."""
    labels = [ticket.seat for ticket in state.going]
    seat_nos, _ = hall.plan.seat_nos(labels)
    old = [hall.plan.index_of[no] for no in seat_nos if no in hall.plan.index_of]
    traits = [int(hall.plan.attributes[index]) for index in old]
    wheelchairs = sum(bool(trait & WHEELCHAIR) for trait in traits)
    companions = sum(bool(trait & COMPANION) for trait in traits) if wheelchairs else 0
    near = old[len(old) // 2] if old else None
    return Wish(max(1, len(labels)), wheelchairs=wheelchairs, companions=companions, near=near)


def kind_like(kinds: Sequence[tuple[str, str, Money]], old: Ticket | None) -> str:
    """The price type the old ticket has, where there is such a price; else the first."""
    same = [key for key, name, _ in kinds if old is not None and name == old.price_type]
    return (same or [kinds[0][0]])[0]
