"""Discounts in SQL. Asking for those that may apply and counting their uses are on the selling path."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from app.domain.discounts import Discount, DiscountEntry, DiscountKind, Scope, code_key
from app.domain.errors import NotFound
from app.domain.tickets import Ticket
from app.domain.values import from_micros, to_micros
from app.persistence.counter_tables import discounts
from app.persistence.statements import Driver, Statement

_COLUMNS = (
    "id name code kind value currency takes pays scope from_tickets per_booking most_uses used "
    "valid_from valid_until self_service active version"
).split()
_APPLICABLE = """
SELECT {columns} FROM discounts
WHERE active = 1 AND code_key = '' OR code_key <> '' AND code_key {wanted} ORDER BY id"""
APPLICABLE = Statement(
    sqlite=_APPLICABLE.format(
        columns=", ".join(_COLUMNS), wanted="IN (SELECT value FROM json_each(:keys))"
    ),
    postgresql=_APPLICABLE.format(columns=", ".join(_COLUMNS), wanted="= ANY(%(keys)s::varchar[])"),
)
# One row at a time, in the order of ids: two tills that use the same discounts wait, but not in a circle.
_USE = """
UPDATE discounts SET used = used + {count}
WHERE id = {id} AND (most_uses IS NULL OR used + {count} <= most_uses) RETURNING id"""
USE = Statement(
    sqlite=_USE.format(count=":count", id=":id"),
    postgresql=_USE.format(count="%(count)s", id="%(id)s"),
)
_GIVE_BACK = """
UPDATE discounts SET used = CASE WHEN used > {count} THEN used - {count} ELSE 0 END
WHERE id = {id} RETURNING id"""
GIVE_BACK = Statement(
    sqlite=_GIVE_BACK.format(count=":count", id=":id"),
    postgresql=_GIVE_BACK.format(count="%(count)s", id="%(id)s"),
)


class SqlDiscounts:
    """The `Discounts` port on one connection; `now` dates what is written."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = to_micros(now)

    def applicable(self, codes: Collection[str]) -> tuple[Discount, ...]:
        """See the port. One statement."""
        driver = Driver(self._connection)
        keys = sorted(set(codes))
        wanted = json.dumps(keys) if driver.dialect == "sqlite" else keys
        return tuple(_discount(row) for row in driver.rows(APPLICABLE, {"keys": wanted}))

    def every(self) -> tuple[Discount, ...]:
        """See the port."""
        query = select(*(discounts.c[name] for name in _COLUMNS)).order_by(discounts.c.id.desc())
        return tuple(_discount(row) for row in self._connection.execute(query))

    def get(self, discount_id: str, *, lock: bool = False) -> Discount:
        """See the port."""
        query = select(*(discounts.c[name] for name in _COLUMNS)).where(
            discounts.c.id == discount_id
        )
        row = self._connection.execute(query.with_for_update() if lock else query).first()
        if row is None:
            raise NotFound("discount", discount_id)
        return _discount(row)

    def add(self, discount: Discount) -> None:
        """See the port."""
        self._connection.execute(
            insert(discounts), {**_row(discount), "id": discount.id, "created_at": self._now}
        )

    def save(self, discount: Discount) -> None:
        """See the port. Uses are counted elsewhere and stay as they are."""
        self._connection.execute(
            update(discounts)
            .where(discounts.c.id == discount.id)
            .values(**_row(discount), version=discounts.c.version + 1)
        )

    def use(self, counts: Mapping[str, int]) -> bool:
        """See the port."""
        driver = Driver(self._connection)
        return all(
            driver.rows(USE, {"id": discount_id, "count": count})
            for discount_id, count in sorted(counts.items())
        )

    def give_back(self, tickets: Iterable[Ticket]) -> None:
        """See the port."""
        driver = Driver(self._connection)
        counts = Counter(ticket.discount_id for ticket in tickets if ticket.discount_id)
        for discount_id, count in sorted(counts.items()):
            driver.rows(GIVE_BACK, {"id": discount_id, "count": count})


def _discount(row: Any) -> Discount:
    r = dict(zip(_COLUMNS, row, strict=True))
    return Discount(
        id=r["id"],
        terms=DiscountEntry(
            name=r["name"],
            kind=DiscountKind(r["kind"]),
            code=r["code"],
            value=r["value"],
            currency=r["currency"],
            takes=r["takes"],
            pays=r["pays"],
            scope=_scope(r["scope"]),
            from_tickets=r["from_tickets"],
            per_booking=r["per_booking"],
            most_uses=r["most_uses"],
            valid_from=_instant(r["valid_from"]),
            valid_until=_instant(r["valid_until"]),
            self_service=bool(r["self_service"]),
        ),
        used=r["used"],
        active=bool(r["active"]),
        version=r["version"],
    )


def _row(discount: Discount) -> dict[str, Any]:
    terms = discount.terms
    return {
        "name": terms.name,
        "code": terms.code,
        "code_key": code_key(terms.code),
        "kind": terms.kind.value,
        "value": terms.value,
        "currency": terms.currency,
        "takes": terms.takes,
        "pays": terms.pays,
        "scope": _scope_text(terms.scope),
        "from_tickets": terms.from_tickets,
        "per_booking": terms.per_booking,
        "most_uses": terms.most_uses,
        "valid_from": _micros(terms.valid_from),
        "valid_until": _micros(terms.valid_until),
        "self_service": int(terms.self_service),
        "active": int(discount.active),
    }


_SETS = ("events", "performances", "zones", "price_types")
_EVERYTHING = Scope()


def _scope(text: str) -> Scope:
    kept = json.loads(text or "{}")
    if not kept:
        return _EVERYTHING
    return Scope(
        **{name: frozenset(kept.get(name, ())) for name in _SETS},
        seats={key: frozenset(numbers) for key, numbers in kept.get("seats", {}).items()},
    )


def _scope_text(scope: Scope) -> str:
    kept: dict[str, object] = {
        name: sorted(getattr(scope, name)) for name in _SETS if getattr(scope, name)
    }
    if scope.seats:
        kept["seats"] = {key: sorted(numbers) for key, numbers in sorted(scope.seats.items())}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


def _micros(instant: datetime | None) -> int | None:
    return None if instant is None else to_micros(instant)
