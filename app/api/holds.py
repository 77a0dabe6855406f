"""Holding places while somebody makes up their mind. A hold is known by its id to whoever made it and to
nobody else: the basket behind it is worked out from both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Response
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.api.calls import Act, Called, KeyedCall
from app.api.describing import writes
from app.api.house import House
from app.api.performances import Party
from app.api.schemas import Count, Id, In, Label, Out, Text
from app.api.seating import area_called, kind_of, seat_numbers, the_performance, wish_of
from app.domain.access import act_key
from app.domain.analytics import Interaction
from app.domain.users import Operator

router = APIRouter(tags=["holds"])


class NewHold(In):
    """Which places: by label, so many of general admission, or the best for a party. With `hold` they
    join that hold, and all of it lasts from now."""

    performance_id: Id | None = None
    event_id: Id | None = None
    seats: Annotated[list[Label], Field(min_length=1, max_length=20)] | None = None
    quantity: Count | None = None
    area: Text | None = None
    best: Party | None = None
    hold: Id | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [way for way in (self.seats, self.quantity, self.best) if way is not None]
        if len(ways) != 1:
            problem = "one_way" if ways else "missing"
            raise PydanticCustomError("form", "{problem}", {"problem": problem})
        return self


class HoldShown(Out):
    """Places that are kept until then, for whoever made the hold."""

    id: str
    performance_id: str
    seats: list[str] = Field(description="The places that this request held.")
    until: datetime


@router.post("/holds", **writes(HoldShown))
def hold(body: NewHold, call: KeyedCall) -> Response:
    """Hold places for ten minutes, all of them or none."""

    def act(act: Act) -> HoldShown:
        house, by = call.house, act.by
        performance_id = the_performance(house, body.performance_id, body.event_id, by=by)
        hold_id = body.hold or act.derived("hold")
        basket_id = basket_of(hold_id, by=by)
        if act.again and body.hold is None:
            house.tickets.release(basket_id, by=by)
        taken, until = _held(house, performance_id, body, basket_id=basket_id, by=by)
        offer = house.events.offer(performance_id, by=by)
        plan = house.events.plan(offer.performance.plan_id)
        house.interactions.seen(
            Interaction.HOLD,
            event_id=offer.performance.event_id,
            performance_id=performance_id,
            by=by,
        )
        return HoldShown(
            id=hold_id,
            performance_id=performance_id,
            seats=[plan.label_of(no) for no in taken],
            until=until,
        )

    return call.once(act)


@router.delete("/holds/{id}", **writes(None, status=204))
def release(id: Id, call: Called) -> Response:  # noqa: A002 - as the specification names ids
    """Let go of a hold. One that is over already, or somebody else's, is passed over."""
    by = call.operator()
    call.house.tickets.release(basket_of(id, by=by), by=by)
    return Response(status_code=204)


def basket_of(hold_id: str, *, by: Operator) -> str:
    """The basket behind somebody's hold."""
    return act_key(by.user_id, hold_id.lower(), "basket")


def _held(
    house: House, performance_id: str, body: NewHold, *, basket_id: str, by: Operator
) -> tuple[Sequence[int], datetime]:
    offer = house.events.offer(performance_id, by=by)
    plan = house.events.plan(offer.performance.plan_id)
    if body.seats is not None:
        numbers = seat_numbers(plan, body.seats)
        until = house.tickets.hold(performance_id, numbers, basket_id=basket_id, by=by)
        return numbers, until
    if body.best is not None:
        kind = None
        if body.best.price_type is not None:
            kind = kind_of(offer, body.best.price_type, by=by)
        currency = offer.performance.currency
        wish = wish_of(body.best, plan, currency=currency, price_type_id=kind)
        return house.tickets.hold_best(performance_id, wish, basket_id=basket_id, by=by)
    return house.tickets.hold_places(
        performance_id,
        area_no=area_called(plan, body.area).no,
        count=body.quantity or 1,
        basket_id=basket_id,
        by=by,
    )
