"""Kinds of membership and their members in SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from app.domain.errors import Conflict, Invalid, NotFound
from app.domain.memberships import Member, Membership
from app.domain.tickets import TicketStatus
from app.domain.values import from_micros, to_micros
from app.persistence import schema as s
from app.persistence.counter_tables import members, memberships, products

_K = memberships.c
_M = members.c


class SqlMemberships:
    """The `Memberships` port on one connection; `now` is when one ends that is ended."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = to_micros(now)

    # -- kinds -------------------------------------------------------------------------------

    def kinds(self) -> tuple[Membership, ...]:
        """See the port."""
        return self._kinds()

    def some(self, ids: Collection[str]) -> Mapping[str, Membership]:
        """See the port."""
        return {kind.id: kind for kind in self._kinds(_K.id.in_(sorted(set(ids))))}

    def kind(self, membership_id: str) -> Membership:
        """See the port."""
        found = self._kinds(_K.id == membership_id)
        if not found:
            raise NotFound("membership", membership_id)
        return found[0]

    def sold_as(self, product_ids: Collection[str]) -> Mapping[str, Membership]:
        """See the port."""
        rows = self._connection.execute(
            select(memberships, products.c.id.label("product_id"))
            .join(products, products.c.membership_id == _K.id)
            .where(products.c.id.in_(sorted(set(product_ids))))
        )
        return {row.product_id: _kind(row) for row in rows}

    def add_kind(self, kind: Membership) -> None:
        """See the port."""
        self._name_is_free(kind)
        self._connection.execute(insert(memberships), _row(kind))

    def save_kind(self, kind: Membership) -> Membership:
        """See the port."""
        self._name_is_free(kind)
        changed = self._connection.execute(
            update(memberships)
            .where(_K.id == kind.id, _K.version == kind.version)
            .values(**_row(kind) | {"version": kind.version + 1})
        )
        stored = self.kind(kind.id)
        if not changed.rowcount:
            raise Conflict("membership", theirs=stored)
        return stored

    def _name_is_free(self, kind: Membership) -> None:
        """Whatever its case; two stations at once meet the table's own rule."""
        same = {other.id for other in self.kinds() if other.name.casefold() == kind.name.casefold()}
        if same - {kind.id}:
            raise Invalid({"name": "taken"})

    def _kinds(self, *wanted: ColumnElement[bool]) -> tuple[Membership, ...]:
        rows = self._connection.execute(select(memberships).where(*wanted).order_by(_K.name, _K.id))
        return tuple(_kind(row) for row in rows)

    # -- members -----------------------------------------------------------------------------

    def of(self, user_id: str, *, lock: bool = False) -> tuple[Member, ...]:
        """See the port."""
        query = _MEMBERS.where(_M.user_id == user_id).order_by(_M.valid_from.desc(), _M.id.desc())
        return self._members(query.with_for_update(of=members) if lock else query)

    def member(self, member_id: str) -> Member:
        """See the port."""
        found = self._members(_MEMBERS.where(_M.id == member_id))
        if not found:
            raise NotFound("member", member_id)
        return found[0]

    def add(self, member: Member) -> None:
        """See the port."""
        self._connection.execute(
            insert(members),
            {
                "id": member.id,
                "membership_id": member.membership_id,
                "user_id": member.user_id,
                "number": member.number,
                "valid_from": to_micros(member.valid_from),
                "valid_until": to_micros(member.valid_until),
                "item_id": member.item_id,
                "ended_at": None if member.ended_at is None else to_micros(member.ended_at),
            },
        )

    def end(self, member_ids: Collection[str]) -> None:
        """See the port."""
        self._connection.execute(
            update(members)
            .where(_M.id.in_(sorted(member_ids)), _M.ended_at.is_(None))
            .values(ended_at=self._now)
        )

    def bought_as(self, item_ids: Collection[str]) -> tuple[Member, ...]:
        """See the port."""
        return self._members(_MEMBERS.where(_M.item_id.in_(sorted(item_ids))))

    def used(
        self, user_id: str, membership_ids: Collection[str], *, besides: Collection[str] = ()
    ) -> Mapping[tuple[str, str], int]:
        """See the port. A ticket keeps the name of its price type, so that is what is counted by."""
        t, p = s.tickets.c, s.price_types.c
        rows = self._connection.execute(
            select(p.membership_id, t.performance_id, func.count())
            .select_from(s.tickets)
            .join(s.price_types, p.name == t.price_type)
            .where(
                t.user_id == user_id,
                t.status != TicketStatus.CANCELLED.value,
                t.id.not_in(sorted(besides)),
                p.membership_id.in_(sorted(membership_ids)),
            )
            .group_by(p.membership_id, t.performance_id)
        )
        return {(row[0], row[1]): row[2] for row in rows}

    def _members(self, query: Select[Any]) -> tuple[Member, ...]:
        return tuple(
            Member(
                id=row.id,
                membership_id=row.membership_id,
                membership=row.membership,
                user_id=row.user_id,
                number=row.number,
                valid_from=from_micros(row.valid_from),
                valid_until=from_micros(row.valid_until),
                item_id=row.item_id,
                ended_at=None if row.ended_at is None else from_micros(row.ended_at),
            )
            for row in self._connection.execute(query)
        )


_MEMBERS = select(members, _K.name.label("membership")).join(memberships, _K.id == _M.membership_id)


def _kind(row: Row[Any]) -> Membership:
    return Membership(
        id=row.id,
        name=row.name,
        months=row.months,
        per_performance=row.per_performance,
        active=bool(row.active),
        version=row.version,
    )


def _row(kind: Membership) -> dict[str, Any]:
    return {
        "id": kind.id,
        "name": kind.name,
        "months": kind.months,
        "per_performance": kind.per_performance,
        "active": int(kind.active),
        "version": kind.version,
    }
