"""What the customer whose page is open is a member of; memberships given and ended by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QObject

from app.domain.errors import HouselightsError
from app.domain.facts import Fact, GoodsChanged, UserChanged
from app.domain.memberships import Member, Membership
from app.domain.users import Operator, Permission
from app.services.memberships import MembershipService
from app.services.settings import SettingsService
from ui import house_time
from ui.relay import Relay
from ui.tasks import Tasks
from ui.viewmodel import ViewModel

_Answer = tuple[str, tuple[Member, ...], tuple[Membership, ...], str]


@dataclass(frozen=True, slots=True)
class State:
    """`members` of the open customer, the newest first; `kinds` that can be given; days go by the clock of
    `zone`, the house's."""

    user_id: str = ""
    members: tuple[Member, ...] = ()
    kinds: tuple[Membership, ...] = ()
    zone: str = "UTC"
    problem: HouselightsError | None = None

    def last_day(self, member: Member) -> date:
        """The last day on which it counts."""
        return member.last_day(self.zone)


class CustomerMemberships(ViewModel[State]):
    """One customer's memberships, read again when they or the kinds change."""

    def __init__(
        self,
        memberships: MembershipService,
        settings: SettingsService,
        *,
        by: Operator,
        tasks: Tasks,
        relay: Relay,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._memberships = memberships
        self._settings = settings
        self._by = by
        relay.told.connect(self._on_fact)

    @property
    def may_edit(self) -> bool:
        """Whether this operator gives and ends memberships."""
        return self._by.may(Permission.EDIT_CUSTOMERS)

    def show(self, user_id: str) -> None:
        """Read this customer's, unless they are on show."""
        if user_id != self.state.user_id:
            self.set(user_id=user_id, members=())
            self.load()

    def load(self) -> None:
        """Read them again."""
        by, user_id = self._by, self.state.user_id
        self.ask(
            lambda: (
                user_id,
                self._memberships.memberships_of(user_id, by=by),
                self._memberships.kinds(by=by),
                self._settings.house(by=by).zone,
            ),
            self._on_read,
            key="read",
        )

    def grant(self, membership_id: str) -> None:
        """Make the customer a member, without a payment."""
        by, user_id = self._by, self.state.user_id
        self._change(lambda: self._memberships.grant(user_id, membership_id, by=by))

    def end(self, member_id: str) -> None:
        """End a membership now."""
        by = self._by
        self._change(lambda: self._memberships.end(member_id, by=by))

    def _change(self, act: Callable[[], object]) -> None:
        self.set(problem=None)
        self.act(act, self._on_changed)

    def _on_read(self, answer: _Answer) -> None:
        user_id, members, kinds, zone = answer
        if user_id == self.state.user_id:
            given = tuple(kind for kind in kinds if kind.active)
            self.set(members=members, kinds=given, zone=zone)

    def _on_changed(self, _: object) -> None:
        self.load()

    def _on_fact(self, fact: Fact) -> None:
        mine = isinstance(fact, UserChanged) and fact.user_id in ("", self.state.user_id)
        if self.state.user_id and (mine or isinstance(fact, GoodsChanged)):
            self.load()


def counts(member: Member) -> bool:
    """Whether it is in force or to come, by this computer's clock."""
    return member.ends > house_time.now()
