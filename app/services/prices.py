"""What a place costs: price lists of performances, and who pays what."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from app.domain.errors import Invalid, NotFound
from app.domain.events import Performance, PriceType
from app.domain.facts import ProgrammeChanged
from app.domain.ports import UnitOfWork, Work
from app.domain.programme import PriceMatrix, Prices, checked_label, checked_prices
from app.domain.users import Operator, Permission
from app.domain.values import new_id
from app.services.events import Plans
from app.services.schedule import note_performance, own_performance, save_performance

_LONGEST_SHORT = 20


class PriceService:
    """Price lists (EDIT_EVENTS; organizers reach their own events only) and price types, which all
    events share."""

    def __init__(self, work: UnitOfWork, *, plans: Plans) -> None:
        self._work = work
        self._plans = plans

    # -- price lists -------------------------------------------------------------------------

    def prices(self, performance_id: str, *, by: Operator) -> PriceMatrix:
        """What every zone of a performance costs every price type; NotFound, Denied."""
        by.require(Permission.EDIT_EVENTS)

        def ask(work: Work) -> PriceMatrix:
            performance = own_performance(work, performance_id, by=by)
            amounts = work.programme.prices(performance_id)
            priced = {price_type_id for _, price_type_id in amounts}
            return PriceMatrix(
                performance_id=performance_id,
                currency=performance.currency,
                zones=self._plans.get(performance.plan_id, work=work).zones,
                types=tuple(
                    kind
                    for kind in work.programme.all_price_types()
                    if kind.active or kind.id in priced
                ),
                amounts=amounts,
                version=performance.version,
            )

        return self._work.read(ask)

    def set_prices(
        self,
        performance_id: str,
        amounts: Prices,
        *,
        version: int,
        also: Collection[str] = (),
        by: Operator,
    ) -> None:
        """The whole price list from now on (a pair left out is not sold); tickets sold keep theirs.

        `also`: other performances of the same event, plan and currency that get the same list, whatever
        their version. Conflict("performance", theirs=Performance), Invalid({"price": …}), NotFound.
        """
        by.require(Permission.EDIT_EVENTS)

        def act(work: Work) -> None:
            first = own_performance(work, performance_id, by=by, version=version, lock=True)
            plan = self._plans.get(first.plan_id, work=work)
            types = {kind.id for kind in work.programme.all_price_types()}
            checked_prices(amounts, zones={zone.no for zone in plan.zones}, types=types)
            self._replace(work, first, amounts, by=by)
            for other_id in sorted(set(also) - {performance_id}):
                other = own_performance(work, other_id, by=by, lock=True)
                if not _alike(first, other):
                    raise Invalid({"price": "other_plan"})
                self._replace(work, other, amounts, by=by)

        self._work.write(act)

    @staticmethod
    def _replace(work: Work, performance: Performance, amounts: Prices, *, by: Operator) -> None:
        before = work.programme.prices(performance.id)
        if before == dict(amounts):
            return
        save_performance(work, performance)
        work.programme.replace_prices(performance.id, amounts)
        body = {
            "performance": performance.id,
            "prices": [_listed(before), _listed(amounts)],
        }
        note_performance(work, "repriced", performance.event_id, body, by=by)

    # -- price types -------------------------------------------------------------------------

    def price_types(self, *, by: Operator) -> tuple[PriceType, ...]:
        """All, inactive ones too, in their order on the counter."""
        by.require(Permission.EDIT_EVENTS)
        return self._work.read(lambda work: work.programme.all_price_types())

    def add_price_type(self, name: str, *, short: str, by: Operator) -> PriceType:
        """At the end of the order. Invalid (fields name, short: missing, taken, too_long)."""
        _shared(by)
        name, short = _checked(name, short)

        def act(work: Work) -> PriceType:
            known = work.programme.all_price_types()
            _name_free(known, name)
            position = max((kind.position for kind in known), default=0) + 1
            added = PriceType(new_id(), name, short, position)
            work.events.add_price_types((added,))
            _note(work, "added", added, {"price_type": name}, by=by)
            return added

        return self._work.write(act)

    def rename_price_type(self, price_type_id: str, name: str, *, short: str, by: Operator) -> None:
        """Tickets sold keep the old name. Invalid as `add_price_type`; NotFound."""
        _shared(by)
        name, short = _checked(name, short)

        def act(work: Work) -> None:
            known = work.programme.all_price_types()
            old = _found(known, price_type_id)
            _name_free([kind for kind in known if kind.id != old.id], name)
            work.programme.save_price_types([replace(old, name=name, short=short)])
            _note(work, "renamed", old, {"price_type": [old.name, name]}, by=by)

        self._work.write(act)

    def activate_price_type(self, price_type_id: str, *, active: bool, by: Operator) -> None:
        """An inactive price type is not sold any more, its prices stay; NotFound."""
        _shared(by)

        def act(work: Work) -> None:
            old = _found(work.programme.all_price_types(), price_type_id)
            if old.active != active:
                work.price_changes.note_price_type(price_type_id, active=active)
                work.programme.save_price_types([replace(old, active=active)])
                action = "activated" if active else "deactivated"
                _note(work, action, old, {"price_type": old.name}, by=by)

        self._work.write(act)

    def open_price_type(self, price_type_id: str, *, self_service: bool, by: Operator) -> None:
        """Whether customers may choose it for themselves, or the counter only gives it; NotFound."""
        _shared(by)

        def act(work: Work) -> None:
            old = _found(work.programme.all_price_types(), price_type_id)
            if old.self_service != self_service:
                work.programme.save_price_types([replace(old, self_service=self_service)])
                action = "opened" if self_service else "kept_to_the_counter"
                _note(work, action, old, {"price_type": old.name}, by=by)

        self._work.write(act)

    def keep_price_type_to_members(
        self, price_type_id: str, *, membership_id: str | None, by: Operator
    ) -> None:
        """Whose members alone may have it, None for everybody; NotFound."""
        _shared(by)

        def act(work: Work) -> None:
            old = _found(work.programme.all_price_types(), price_type_id)
            if old.membership_id == membership_id:
                return
            name = "" if membership_id is None else work.memberships.kind(membership_id).name
            work.programme.save_price_types([replace(old, membership_id=membership_id)])
            _note(work, "kept_to_members", old, {"price_type": old.name, "of": name}, by=by)

        self._work.write(act)

    def reorder_price_types(self, ids: Sequence[str], *, by: Operator) -> None:
        """In this order on the counter; those not named follow as they were. NotFound."""
        _shared(by)

        def act(work: Work) -> None:
            known = work.programme.all_price_types()
            first = [_found(known, price_type_id) for price_type_id in dict.fromkeys(ids)]
            rest = [kind for kind in known if kind not in first]
            work.programme.save_price_types(
                [replace(kind, position=n) for n, kind in enumerate([*first, *rest], 1)]
            )
            work.tell(ProgrammeChanged())

        self._work.write(act)


def _shared(by: Operator) -> None:
    """Price types belong to all events: an organizer would change what others sell by."""
    by.require_own(Permission.EDIT_EVENTS, organizer_id="")


def _alike(one: Performance, other: Performance) -> bool:
    return (one.event_id, one.plan_id, one.currency) == (
        other.event_id,
        other.plan_id,
        other.currency,
    )


def _checked(name: str, short: str) -> tuple[str, str]:
    checked = checked_label("name", name)
    return checked, checked_label(
        "short", short or checked[:_LONGEST_SHORT], longest=_LONGEST_SHORT
    )


def _name_free(known: Collection[PriceType], name: str) -> None:
    if name.casefold() in {kind.name.casefold() for kind in known}:
        raise Invalid({"name": "taken"})


def _found(known: Sequence[PriceType], price_type_id: str) -> PriceType:
    for kind in known:
        if kind.id == price_type_id:
            return kind
    raise NotFound("price_type", price_type_id)


def _listed(prices: Prices) -> list[list[object]]:
    return [[zone_no, kind, amount] for (zone_no, kind), amount in sorted(prices.items())]


def _note(
    work: Work, action: str, kind: PriceType, body: dict[str, object], *, by: Operator
) -> None:
    work.history.note(action, subject_kind="settings", subject_id=kind.id, body=body, by=by)
    work.tell(ProgrammeChanged())
