"""Every notification beside its newest e-mail, and the conditions a list of them is sifted by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import FromClause, and_, false, func, or_, select, true
from sqlalchemy.sql.elements import ColumnElement

from app.domain.deliveries import DeliveryState, Sieve
from app.domain.notifications import Channel, DeliveryStatus
from app.domain.search import search_words
from app.domain.values import to_micros
from app.persistence.records import deliveries, notifications
from app.persistence.schema import users
from app.persistence.text_search import holds

_QUEUED = DeliveryStatus.QUEUED.value


def newest_mails() -> FromClause:
    """Notifications with their users and, where there is one, their newest e-mail."""
    d, n = deliveries.c, notifications.c
    # a mail's id grows with time, so the greatest is the newest
    newest = (
        select(func.max(d.id))
        .where(d.notification_id == n.id, d.channel == Channel.EMAIL.value)
        .correlate(notifications)
        .scalar_subquery()
    )
    return notifications.join(users, users.c.id == n.user_id).outerjoin(
        deliveries, and_(d.notification_id == n.id, d.id == newest)
    )


def needed_for(sieve: Sieve) -> FromClause:
    """As little of `newest_mails` as the sieve looks at: most lists ask for everything."""
    if sieve.states or sieve.channel is not None:
        return newest_mails()
    if sieve.search:
        return notifications.join(users, users.c.id == notifications.c.user_id)
    return notifications


def told_columns() -> tuple[ColumnElement[Any], ...]:
    """What a `Told` is made of."""
    d, n = deliveries.c, notifications.c
    return (
        n.id,
        n.user_id,
        users.c.name,
        n.kind,
        n.subject_kind,
        n.subject_id,
        n.content,
        n.created_at,
        n.read_at,
        d.address,
        d.status,
        d.attempts,
        d.lease_until,
        d.problem,
    )


def let_through(
    sieve: Sieve, *, days: tuple[datetime | None, datetime | None], now: int
) -> ColumnElement[bool]:
    """The sieve as a condition on `newest_mails`; `now` in microseconds since 1970."""
    d, n = deliveries.c, notifications.c
    wanted: ColumnElement[bool] = true()
    if sieve.kinds:
        wanted &= n.kind.in_([kind.value for kind in sieve.kinds])
    if sieve.channel is Channel.EMAIL:
        wanted &= d.id.is_not(None)
    if sieve.channel is Channel.PANEL:
        wanted &= d.id.is_(None)
    if sieve.states:
        wanted &= or_(false(), *(_STATES[state](now) for state in sieve.states))
    since, until = days
    if since is not None:
        wanted &= n.created_at >= to_micros(since)
    if until is not None:
        wanted &= n.created_at < to_micros(until)
    for word in search_words(sieve.search):
        wanted &= users.c.search.contains(word, autoescape=True) | holds(n.content, word)
    return wanted


def _owed(now: int, *, tried: bool) -> ColumnElement[bool]:
    d = deliveries.c
    free = (d.status == _QUEUED) & (func.coalesce(d.lease_until, 0) <= now)
    return free & (d.attempts > 0 if tried else d.attempts == 0)


def _queued(now: int) -> ColumnElement[bool]:
    return _owed(now, tried=False)


def _retrying(now: int) -> ColumnElement[bool]:
    return _owed(now, tried=True)


def _sending(now: int) -> ColumnElement[bool]:
    d = deliveries.c
    return (d.status == _QUEUED) & (func.coalesce(d.lease_until, 0) > now)


def _done(_: int) -> ColumnElement[bool]:
    return deliveries.c.status == DeliveryStatus.DONE.value


def _failed(_: int) -> ColumnElement[bool]:
    return deliveries.c.status == DeliveryStatus.FAILED.value


def _withdrawn(_: int) -> ColumnElement[bool]:
    return deliveries.c.status == DeliveryStatus.WITHDRAWN.value


_STATES: dict[DeliveryState, Callable[[int], ColumnElement[bool]]] = {
    DeliveryState.QUEUED: _queued,
    DeliveryState.SENDING: _sending,
    DeliveryState.RETRYING: _retrying,
    DeliveryState.DONE: _done,
    DeliveryState.FAILED: _failed,
    DeliveryState.WITHDRAWN: _withdrawn,
}
