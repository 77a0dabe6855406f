"""Memberships: what one lasts, whom it gives a member's price, and how often for one performance."""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from app.domain.errors import Invalid, NeedsMembership
from app.domain.programme import checked_label
from app.domain.tickets import new_code
from app.domain.values import at_venue, new_id
from app.domain.vouchers import shown_code

_LONGEST_MONTHS = 120
_MOST_TICKETS = 99
_NUMBER_LETTERS = 8  # 40 random bits
_A_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class MembershipEntry:
    """A kind of membership as entered; `per_performance` None: as many tickets as the member likes."""

    name: str
    months: int
    per_performance: int | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """A kind of membership: how many months one lasts, how many tickets at a member's price it gives for
    one performance (None: any number). Of an inactive one nobody becomes a member any more."""

    id: str
    name: str
    months: int
    per_performance: int | None = None
    active: bool = True
    version: int = 1


@dataclass(frozen=True, slots=True)
class Member:
    """One membership of one customer. `membership` is the name of its kind; `item_id` the item it was
    bought as. Instants in UTC; `valid_until` and `ended_at` do not belong to it any more."""

    id: str
    membership_id: str
    membership: str
    user_id: str
    number: str
    valid_from: datetime
    valid_until: datetime
    item_id: str | None = None
    ended_at: datetime | None = None

    @property
    def ends(self) -> datetime:
        """When it is over, or was ended before that."""
        return self.valid_until if self.ended_at is None else min(self.ended_at, self.valid_until)

    def in_force(self, now: datetime) -> bool:
        """Whether it counts at `now` (UTC)."""
        return self.valid_from <= now < self.ends

    def last_day(self, zone: str) -> date:
        """The last day on which it counts, by the clock of `zone` (IANA)."""
        return at_venue(self.ends - _A_MOMENT, zone).date()


@dataclass(frozen=True, slots=True)
class AtMembersPrice:
    """A ticket somebody asks for at a price that is for members only."""

    performance_id: str
    price_type: str  # its name
    membership_id: str


def checked_entry(entry: MembershipEntry) -> MembershipEntry:
    """The entry with its name trimmed; Invalid with every field (name, months, per_performance)."""
    problems: dict[str, str] = {}
    try:
        entry = replace(entry, name=checked_label("name", entry.name))
    except Invalid as error:
        problems.update(error.problems)
    if entry.months <= 0:
        problems["months"] = "not_positive"
    elif entry.months > _LONGEST_MONTHS:
        problems["months"] = "too_large"
    if entry.per_performance is not None and entry.per_performance <= 0:
        problems["per_performance"] = "not_positive"
    elif (entry.per_performance or 0) > _MOST_TICKETS:
        problems["per_performance"] = "too_large"
    if problems:
        raise Invalid(problems)
    return entry


def new_number() -> str:
    """A member's number: short enough to be read aloud, random enough to be made at any station."""
    return shown_code(new_code()[:_NUMBER_LETTERS])


def begun(
    kind: Membership,
    *,
    user_id: str,
    before: Iterable[Member],
    now: datetime,
    zone: str,
    item_id: str | None = None,
) -> Member:
    """A new membership of this kind. Where one of the customer's (`before`) is still in force or to come
    it goes on from there; it lasts to the end of a day by the clock of `zone` (IANA)."""
    same = [
        member.ends for member in before if member.membership_id == kind.id and member.ends > now
    ]
    start = max(same, default=now)
    return Member(
        id=new_id(),
        membership_id=kind.id,
        membership=kind.name,
        user_id=user_id,
        number=new_number(),
        valid_from=start,
        valid_until=_months_later(start, kind.months, zone, follows=bool(same)),
        item_id=item_id,
    )


def _months_later(start: datetime, months: int, zone: str, *, follows: bool) -> datetime:
    """The end of the day (UTC) that many months after the day it starts on, or after the last day of the
    one it `follows`; in a shorter month of its last day."""
    first = start - _A_MOMENT if follows else start
    day = at_venue(first, zone).date()
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = min(day.day, calendar.monthrange(year, month + 1)[1])
    after = date(year, month + 1, last) + timedelta(days=1)
    return datetime.combine(after, time(0), ZoneInfo(zone)).astimezone(UTC)


def admit(
    asked: Sequence[AtMembersPrice],
    *,
    kinds: Mapping[str, Membership],
    held: Collection[str] | None,
    used: Mapping[tuple[str, str], int],
) -> None:
    """Raise NeedsMembership unless a customer may have these tickets at a member's price.

    `held`: ids of the kinds they have in force, None when nobody was named; `used`: (membership id,
    performance id) -> live tickets at a member's price they have already. The limit counts for each
    performance by itself.
    """
    wanted = Counter((one.membership_id, one.performance_id) for one in asked)
    for one in asked:
        kind = kinds[one.membership_id]
        if held is None:
            raise NeedsMembership(one.price_type, kind.name, "no_customer")
        if kind.id not in held:
            raise NeedsMembership(one.price_type, kind.name, "not_a_member")
        key = (one.membership_id, one.performance_id)
        most = kind.per_performance
        if most is not None and used.get(key, 0) + wanted[key] > most:
            raise NeedsMembership(one.price_type, kind.name, "used_up", most)


class Memberships(Protocol):
    """Kinds of membership and their members as the database keeps them."""

    def kinds(self) -> tuple[Membership, ...]:
        """All, inactive ones too, by name."""

    def some(self, ids: Collection[str]) -> Mapping[str, Membership]:
        """Kinds by id, those there are."""

    def kind(self, membership_id: str) -> Membership:
        """NotFound."""

    def sold_as(self, product_ids: Collection[str]) -> Mapping[str, Membership]:
        """Product id -> the kind that buying it makes, for those that make one."""

    def add_kind(self, kind: Membership) -> None:
        """Invalid({"name": "taken"})."""

    def save_kind(self, kind: Membership) -> Membership:
        """Write everything when the version is still the one given; the kind with the next version.
        Conflict("membership", theirs=Membership), NotFound, Invalid({"name": "taken"})."""

    def of(self, user_id: str, *, lock: bool = False) -> tuple[Member, ...]:
        """A customer's memberships, the newest first. With `lock` no other sale counts this customer's
        tickets until the transaction is over."""

    def member(self, member_id: str) -> Member:
        """NotFound."""

    def add(self, member: Member) -> None: ...

    def end(self, member_ids: Collection[str]) -> None:
        """They are over now; one that was ended before stays as it was."""

    def bought_as(self, item_ids: Collection[str]) -> tuple[Member, ...]:
        """The memberships bought as these items of bookings."""

    def used(
        self, user_id: str, membership_ids: Collection[str], *, besides: Collection[str] = ()
    ) -> Mapping[tuple[str, str], int]:
        """(Membership id, performance id) -> live tickets of this customer at price types that are for
        members of it, without the tickets `besides`."""
