"""Keeping baskets: put aside and taken up again, here or at another till; found again after a crash."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime

from app.domain.baskets import KEEP_FOR, PARK_FOR, BasketStatus, KeptBasket, TakenUp
from app.domain.errors import EmptyBasket, Invalid, NotFound
from app.domain.facts import BasketsChanged, SeatsChanged
from app.domain.ports import UnitOfWork, Work
from app.domain.tickets import HOLD_FOR, BasketLine, Place
from app.domain.users import Operator, Permission, cleaned

_LONGEST_NAME = 100


class BasketService:
    """What can be done with a basket besides selling it."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    def keep(self, basket: KeptBasket, *, by: Operator) -> None:
        """Keep it as it is now, for after a crash; an empty one is forgotten."""
        by.require(Permission.BOOK_OWN)

        def act(work: Work) -> None:
            if basket.empty:
                work.baskets.drop(basket.id)
                return
            work.baskets.keep(
                basket,
                station_id=by.station_id,
                operator_id=by.user_id,
                status=BasketStatus.OPEN,
            )

        self._work.write(act)

    def drop(self, basket_id: str, *, by: Operator) -> None:
        """Forget it: it was sold, or given up."""
        by.require(Permission.BOOK_OWN)
        self._work.write(lambda work: work.baskets.drop(basket_id))

    def park(self, basket: KeptBasket, *, name: str, by: Operator) -> datetime:
        """Put it aside under a name; until when its places are held (UTC).
        Invalid({"name": "too_long"}), EmptyBasket."""
        by.require(Permission.SELL)
        name = cleaned(name)
        if len(name) > _LONGEST_NAME:
            raise Invalid({"name": "too_long"})
        if basket.empty:
            raise EmptyBasket

        def act(work: Work) -> datetime:
            until = work.now + PARK_FOR
            work.baskets.keep(
                replace(basket, name=name),
                station_id=by.station_id,
                operator_id=by.user_id,
                status=BasketStatus.PARKED,
            )
            work.tickets.prolong(basket.id, until=until)
            work.tell(BasketsChanged())
            return until

        return self._work.write(act)

    def parked(self, *, by: Operator) -> tuple[KeptBasket, ...]:
        """Those put aside anywhere in the house, newest first."""
        by.require(Permission.SELL)
        return self._work.read(lambda work: work.baskets.parked())

    def resume(self, basket_id: str, *, by: Operator) -> TakenUp:
        """Take a parked basket up at this till. NotFound when another till has, or nobody kept it."""
        by.require(Permission.SELL)

        def act(work: Work) -> TakenUp:
            kept = work.baskets.take(basket_id, station_id=by.station_id)
            if kept is None:
                raise NotFound("basket", basket_id)
            work.tell(BasketsChanged())
            return _taken_up(work, kept, by=by)

        return self._work.write(act)

    def left_open(self, *, by: Operator) -> TakenUp | None:
        """What was in the basket of this station when its window last went away without saying so; None
        when nothing was. Holds that ran out meanwhile are asked for again."""
        by.require(Permission.BOOK_OWN)
        own = None if by.may(Permission.SELL) else by.user_id

        def act(work: Work) -> TakenUp | None:
            work.baskets.drop_before(work.now - KEEP_FOR)
            found = work.baskets.open_at(by.station_id, operator_id=own)
            for older in found[1:]:
                work.baskets.drop(older.id)
                _tell_freed(work, work.tickets.release(older.id, None))
            return _taken_up(work, found[0], by=by) if found else None

        return self._work.write(act)


def _taken_up(work: Work, kept: KeptBasket, *, by: Operator) -> TakenUp:
    sold = work.bookings.booking_by_key(kept.key) if kept.key else None
    if sold is not None:
        work.baskets.drop(kept.id)
        return TakenUp(KeptBasket(kept.id), sold=sold)
    lines = {line.place: line for line in kept.lines}
    for place in work.tickets.held_by(kept.id):
        lines.setdefault(place, BasketLine(place, ""))
    lost = _held_again(work, kept.id, list(lines), by=by)
    basket = replace(
        kept,
        lines=tuple(line for place, line in lines.items() if place not in lost),
        key="",
        status=BasketStatus.OPEN,
    )
    work.baskets.keep(
        basket, station_id=by.station_id, operator_id=by.user_id, status=BasketStatus.OPEN
    )
    return TakenUp(basket, tuple(place for place in lines if place in lost))


def _held_again(work: Work, basket_id: str, places: list[Place], *, by: Operator) -> set[Place]:
    """Hold what is still free; what could not be had."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for place in places:
        wanted[place.performance_id].append(place.seat_no)
    until = work.now + HOLD_FOR
    lost: set[Place] = set()
    for performance_id, seat_nos in sorted(wanted.items()):
        won = work.tickets.hold(
            performance_id, seat_nos, basket_id=basket_id, holder=by.station_code, until=until
        )
        lost |= {Place(performance_id, no) for no in seat_nos if no not in won}
        if won:
            work.tell(SeatsChanged(performance_id, tuple(sorted(won))))
    return lost


def _tell_freed(work: Work, freed: tuple[Place, ...]) -> None:
    by_house: dict[str, list[int]] = defaultdict(list)
    for place in freed:
        by_house[place.performance_id].append(place.seat_no)
    for performance_id, seat_nos in by_house.items():
        work.tell(SeatsChanged(performance_id, tuple(seat_nos)))
