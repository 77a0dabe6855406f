"""Setting discounts up: who may make which, and what they may name. They are given in the quote."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import datetime
from enum import Enum

from app.domain.discounts import Discount, DiscountEntry, Scope, checked_discount
from app.domain.errors import Conflict, Denied, Invalid, NotFound
from app.domain.facts import DiscountsChanged
from app.domain.ports import UnitOfWork, Work
from app.domain.users import Operator, Permission
from app.domain.values import new_id
from app.services.events import Plans
from app.services.quoting import known


class DiscountService:
    """Discounts (EDIT_DISCOUNTS). Organizers see and make those that are for events of their own only."""

    def __init__(self, work: UnitOfWork, *, plans: Plans) -> None:
        self._work = work
        self._plans = plans

    def discounts(self, *, by: Operator) -> tuple[Discount, ...]:
        """All, inactive ones too, the newest first."""
        by.require(Permission.EDIT_DISCOUNTS)

        def ask(work: Work) -> tuple[Discount, ...]:
            every = work.discounts.every()
            if not by.own_events_only:
                return every
            return tuple(one for one in every if _own(work, one.terms.scope, by=by))

        return self._work.read(ask)

    def add(self, entry: DiscountEntry, *, by: Operator) -> Discount:
        """A new one, active at once.

        Invalid as `checked_discount`, and {"code": "taken"}, {"price_types": "unknown"}; NotFound for an
        event or performance that is not there, UnknownSeat; Denied for what reaches beyond own events.
        """
        by.require(Permission.EDIT_DISCOUNTS)
        terms = checked_discount(entry)

        def act(work: Work) -> Discount:
            self._check(work, terms.scope, Scope(), by=by)
            added = Discount(new_id(), terms)
            work.discounts.add(added)
            _note(work, "added", added, {"name": terms.name}, by=by)
            return added

        return self._work.write(act)

    def edit(
        self, discount_id: str, entry: DiscountEntry, *, version: int, by: Operator
    ) -> Discount:
        """Other terms from now on; tickets sold keep theirs. Refusals as `add`, and NotFound,
        Conflict("discount", theirs=Discount), Invalid({"most_uses": "less_than_used"})."""
        by.require(Permission.EDIT_DISCOUNTS)
        terms = checked_discount(entry)

        def act(work: Work) -> Discount:
            stored = _stored(work, discount_id, version=version, by=by)
            self._check(work, terms.scope, stored.terms.scope, by=by)
            if terms.most_uses is not None and terms.most_uses < stored.used:
                raise Invalid({"most_uses": "less_than_used"})
            if terms == stored.terms:
                return stored
            return _saved(
                work, replace(stored, terms=terms), "edited", _changes(stored, terms), by=by
            )

        return self._work.write(act)

    def activate(self, discount_id: str, *, active: bool, version: int, by: Operator) -> Discount:
        """Whether it is given from now on; NotFound, Denied, Conflict("discount", theirs=Discount)."""
        by.require(Permission.EDIT_DISCOUNTS)

        def act(work: Work) -> Discount:
            stored = _stored(work, discount_id, version=version, by=by)
            if stored.active == active:
                return stored
            action = "activated" if active else "deactivated"
            body: dict[str, object] = {"name": stored.name}
            return _saved(work, replace(stored, active=active), action, body, by=by)

        return self._work.write(act)

    def _check(self, work: Work, scope: Scope, before: Scope, *, by: Operator) -> None:
        """Everything a scope names that it did not name before is there, and all of it an organizer's
        own."""
        if not _own(work, scope, by=by):
            raise Denied(Permission.EDIT_DISCOUNTS.value)
        for event_id in sorted(scope.events - before.events):
            work.programme.event(event_id)
        for performance_id in sorted(scope.performances - before.performances):
            work.programme.performance(performance_id)
        types = {kind.id for kind in work.programme.all_price_types()}
        if scope.price_types - types:
            raise Invalid({"price_types": "unknown"})
        for performance_id, numbers in sorted(scope.seats.items()):
            if numbers != before.seats.get(performance_id):
                known(self._plans.get(work.events.plan_of(performance_id), work=work), numbers)


def _own(work: Work, scope: Scope, *, by: Operator) -> bool:
    """Whether an operator may make a discount of this scope: an organizer only one that names nothing but
    events of their own. What was deleted since is nobody's."""
    if not by.own_events_only:
        return True
    try:
        events = [work.programme.event(event_id) for event_id in scope.events]
        for performance_id in scope.performances | scope.seats.keys():
            event_id = work.programme.performance(performance_id).event_id
            events.append(work.programme.event(event_id))
    except NotFound:
        return False
    return {event.organizer_id for event in events} == {by.user_id}


def _stored(work: Work, discount_id: str, *, version: int, by: Operator) -> Discount:
    stored = work.discounts.get(discount_id, lock=True)
    if not _own(work, stored.terms.scope, by=by):
        raise Denied(Permission.EDIT_DISCOUNTS.value)
    if stored.version != version:
        raise Conflict("discount", theirs=stored)
    return stored


def _saved(
    work: Work, discount: Discount, action: str, body: dict[str, object], *, by: Operator
) -> Discount:
    work.discounts.save(discount)
    _note(work, action, discount, body, by=by)
    return replace(discount, version=discount.version + 1)


def _note(
    work: Work, action: str, discount: Discount, body: dict[str, object], *, by: Operator
) -> None:
    work.history.note(action, subject_kind="discount", subject_id=discount.id, body=body, by=by)
    work.tell(DiscountsChanged())


def _changes(stored: Discount, terms: DiscountEntry) -> dict[str, object]:
    """Field -> [old, new] of every field that differs."""
    pairs = ((f.name, getattr(stored.terms, f.name), getattr(terms, f.name)) for f in fields(terms))
    return {name: [_plain(old), _plain(new)] for name, old, new in pairs if old != new}


def _plain(value: object) -> object:
    if isinstance(value, Scope):
        named: Iterable[tuple[str, object]] = (
            (f.name, getattr(value, f.name)) for f in fields(value)
        )
        return {name: _plain(part) for name, part in named if part}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value
