"""What users are told. A notification keeps facts; whoever shows it makes the words."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Response
from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from app.api.calls import Act, Called, KeyedCall, answered, hidden, listed
from app.api.describing import reads, writes
from app.api.pages import Paged
from app.api.schemas import Id, In, Out
from app.api.seating import the_performance
from app.domain.notifications import Notification
from app.services.notifications import Message

router = APIRouter(tags=["notifications"])


class NewMessage(In):
    """A message to one user, or to everybody who holds a ticket of a performance."""

    user_id: Id | None = None
    performance_id: Id | None = None
    event_id: Id | None = None
    subject: Annotated[str, StringConstraints(max_length=200), Field(examples=["Doors open later"])]
    content: Annotated[
        str, StringConstraints(max_length=20_000), Field(examples=["We let you in from 19:30."])
    ]

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [w for w in (self.user_id, self.performance_id, self.event_id) if w is not None]
        if len(ways) != 1:
            problem = "one_way" if ways else "missing"
            raise PydanticCustomError("form", "{problem}", {"problem": problem})
        return self


class Told(Out):
    """A message that was told. The same one again reaches only whom it has not reached yet."""

    id: str
    told: int = Field(description="How many people.")


class NotificationShown(Out):
    """One thing a user was told: its kind, and the facts."""

    id: str
    user_id: str
    kind: str
    content: dict[str, Any]
    subject_kind: str
    subject_id: str
    date: datetime
    read_status: Literal["read", "unread"]


class NotificationList(Out):
    """A page of notifications."""

    items: list[NotificationShown]
    next: str | None


@router.post("/notifications", **writes(Told))
def tell(body: NewMessage, call: KeyedCall) -> Response:
    """Write to one user (managers), or to the holders of a performance (organizers: of their own)."""

    def act(act: Act) -> Told:
        house, by = call.house, act.by
        message = Message(body.subject, body.content, act.derived("message"))
        if body.user_id is not None:
            told = house.notifications.message_user(body.user_id.lower(), message, by=by)
        else:
            meant = the_performance(house, body.performance_id, body.event_id, by=by)
            told = house.notifications.message_holders(meant, message, by=by)
        return Told(id=message.id, told=told)

    return call.once(act)


@router.get("/notifications/user/{userId}", **reads(NotificationList))
def notifications_of(userId: Id, call: Called, page: Paged) -> Response:  # noqa: N803 - as specified
    """What somebody was told, newest first: oneself, or with the right to see customers."""
    found = call.house.notifications.of_user(
        userId.lower(), limit=page.offset + page.one_more, by=call.operator()
    )
    items = [_shown(one) for one in found[page.offset :]]
    return listed(NotificationList, items, call=call, asked=page)


@router.get("/notifications/{id}", **reads(NotificationShown))
def notification(id: Id, call: Called) -> Response:  # noqa: A002 - as the specification names it
    """One of them. Whoever looks at their own has read it then."""
    by = call.operator()
    with hidden("notification", id, by=by):
        return answered(_shown(call.house.notifications.notification(id, by=by)))


def _shown(one: Notification) -> NotificationShown:
    return NotificationShown(
        id=one.id,
        user_id=one.user_id,
        kind=one.kind.value,
        content=dict(one.content),
        subject_kind=one.subject_kind,
        subject_id=one.subject_id,
        date=one.created_at,
        read_status="unread" if one.read_at is None else "read",
    )
