"""Memberships: which kinds there are, and who is a member. One is bought inside a sale, or given here."""

from __future__ import annotations

from dataclasses import replace

from app.domain.errors import Invalid
from app.domain.facts import GoodsChanged, UserChanged
from app.domain.memberships import Member, Membership, MembershipEntry, begun, checked_entry
from app.domain.ports import UnitOfWork, Work
from app.domain.users import Operator, Permission, Role
from app.domain.values import new_id
from app.services.house_clock import HouseClock


class MembershipService:
    """Kinds of membership (EDIT_EVENTS, not for organizers: they belong to the house), and the members
    (EDIT_CUSTOMERS)."""

    def __init__(self, work: UnitOfWork, *, clock: HouseClock) -> None:
        self._work = work
        self._clock = clock

    # -- kinds -------------------------------------------------------------------------------

    def kinds(self, *, by: Operator) -> tuple[Membership, ...]:
        """All, inactive ones too, by name."""
        by.require(Permission.SEE_PROGRAMME)
        return self._work.read(lambda work: work.memberships.kinds())

    def add_kind(self, entry: MembershipEntry, *, by: Operator) -> Membership:
        """Invalid (fields name, months, per_performance; name also taken)."""
        _shared(by)
        entry = checked_entry(entry)
        kind = Membership(new_id(), entry.name, entry.months, entry.per_performance)

        def act(work: Work) -> Membership:
            work.memberships.add_kind(kind)
            _note(work, "added", kind, {"membership": kind.name}, by=by)
            return kind

        return self._work.write(act)

    def edit_kind(self, kind: Membership, *, by: Operator) -> Membership:
        """Its name, months and tickets from now on; who is a member already stays one until the day they
        were told. Invalid as `add_kind`, Conflict("membership", theirs=…), NotFound."""
        _shared(by)
        entry = checked_entry(MembershipEntry(kind.name, kind.months, kind.per_performance))

        def act(work: Work) -> Membership:
            stored = work.memberships.kind(kind.id)
            saved = work.memberships.save_kind(
                replace(
                    stored,
                    name=entry.name,
                    months=entry.months,
                    per_performance=entry.per_performance,
                    version=kind.version,
                )
            )
            _note(work, "edited", saved, {"membership": [stored.name, saved.name]}, by=by)
            return saved

        return self._work.write(act)

    def activate_kind(self, membership_id: str, *, active: bool, by: Operator) -> None:
        """Of an inactive kind nobody becomes a member any more; who is one stays one. NotFound."""
        _shared(by)

        def act(work: Work) -> None:
            stored = work.memberships.kind(membership_id)
            if stored.active != active:
                work.memberships.save_kind(replace(stored, active=active))
                action = "activated" if active else "deactivated"
                _note(work, action, stored, {"membership": stored.name}, by=by)

        self._work.write(act)

    # -- members -----------------------------------------------------------------------------

    def memberships_of(self, user_id: str, *, by: Operator) -> tuple[Member, ...]:
        """A customer's memberships, the newest first; customers see their own."""
        by.require_self(Permission.SEE_CUSTOMERS, user_id=user_id)
        return self._work.read(lambda work: work.memberships.of(user_id))

    def grant(self, user_id: str, membership_id: str, *, by: Operator) -> Member:
        """Make a customer a member without a sale; where they are one already it goes on from there.
        NotFound, Invalid({"membership": "not_sold"}) for an inactive kind."""
        by.require(Permission.EDIT_CUSTOMERS)

        def act(work: Work) -> Member:
            kind = work.memberships.kind(membership_id)
            if not kind.active:
                raise Invalid({"membership": "not_sold"})
            if work.users.get(user_id).role is not Role.CUSTOMER:
                raise Invalid({"customer": "staff"})
            before = work.memberships.of(user_id, lock=True)
            zone = self._clock.zone(work)
            member = begun(kind, user_id=user_id, before=before, now=work.now, zone=zone)
            work.memberships.add(member)
            _note_member(work, "membership_granted", member, by=by)
            return member

        return self._work.write(act)

    def end(self, member_id: str, *, by: Operator) -> None:
        """End a membership now; one that is over already stays as it is. NotFound."""
        by.require(Permission.EDIT_CUSTOMERS)

        def act(work: Work) -> None:
            member = work.memberships.member(member_id)
            if member.ends > work.now:
                work.memberships.end([member_id])
                _note_member(work, "membership_ended", member, by=by)

        self._work.write(act)


def _shared(by: Operator) -> None:
    by.require_own(Permission.EDIT_EVENTS, organizer_id="")


def _note(
    work: Work, action: str, kind: Membership, body: dict[str, object], *, by: Operator
) -> None:
    work.history.note(
        f"membership_{action}", subject_kind="settings", subject_id=kind.id, body=body, by=by
    )
    work.tell(GoodsChanged())


def _note_member(work: Work, action: str, member: Member, *, by: Operator) -> None:
    body = {"membership": member.membership, "number": member.number}
    work.history.note(action, subject_kind="user", subject_id=member.user_id, body=body, by=by)
    work.tell(UserChanged(member.user_id))
