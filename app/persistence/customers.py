"""Customers in SQL: found by their key in an index that holds all a search needs, read page by page."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    Connection,
    Select,
    Text,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from app.domain.customers import (
    Admission,
    Contact,
    Counts,
    Customer,
    CustomerLine,
    CustomerPage,
    Known,
    MoneyMoved,
    Purchase,
    Told,
    identity,
)
from app.domain.errors import Conflict, NotFound
from app.domain.users import NO_PASSWORD, Role
from app.domain.values import Money, from_micros, to_micros
from app.persistence import schema as s
from app.persistence.history import SqlHistory
from app.persistence.records import notifications

_U = s.users.c
_CUSTOMER = (_U.id, _U.name, _U.email, _U.phone, _U.notes, _U.created_at, _U.version)
_IS_CUSTOMER = _U.role == Role.CUSTOMER.value


def customers_found(dialect: str, words: Sequence[str]) -> Select[Any]:
    """Ids of all customers who are found by these words."""
    return select(_U.id).where(*_holding(dialect, words))


def _holding(dialect: str, words: Sequence[str]) -> list[ColumnElement[bool]]:
    position = func.instr if dialect == "sqlite" else func.strpos
    return [_IS_CUSTOMER, *(position(_U.search, word) > 0 for word in words)]


class SqlCustomers:
    """The `Customers` port on one connection; `now` dates what is added."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = now

    # -- finding -------------------------------------------------------------------------------

    def count(self, words: Sequence[str]) -> int:
        """See the port."""
        query = select(func.count()).select_from(s.users).where(*self._found(words))
        return self._connection.execute(query).scalar_one()

    def find(self, words: Sequence[str], *, limit: int, after: int) -> tuple[CustomerLine, ...]:
        """See the port. Ids first, from the index alone; only the page's rows are looked up."""
        page = (
            select(_U.id)
            .where(*self._found(words))
            .order_by(_U.search, _U.id)
            .limit(limit)
            .offset(after)
        ).subquery()
        rows = self._connection.execute(
            select(_U.id, _U.name, _U.email, _U.phone)
            .join(page, page.c.id == _U.id)
            .order_by(_U.search, _U.id)
        )
        return tuple(CustomerLine(*row) for row in rows)

    def _found(self, words: Sequence[str]) -> list[ColumnElement[bool]]:
        return _holding(self._connection.dialect.name, words)

    def get(self, customer_id: str) -> Customer:
        """See the port."""
        row = self._connection.execute(
            select(*_CUSTOMER).where(_U.id == customer_id, _IS_CUSTOMER)
        ).first()
        if row is None:
            raise NotFound("customer", customer_id)
        return Customer(*row[:5], from_micros(row[5]), row[6])

    def all(self) -> tuple[Customer, ...]:
        """See the port."""
        rows = self._connection.execute(
            select(*_CUSTOMER).where(_IS_CUSTOMER).order_by(_U.search, _U.id)
        )
        return tuple(Customer(*row[:5], from_micros(row[5]), row[6]) for row in rows)

    # -- writing -------------------------------------------------------------------------------

    def add(self, customer_id: str, contact: Contact) -> None:
        """See the port."""
        self.add_all({customer_id: contact})

    def add_all(self, contacts: Mapping[str, Contact]) -> None:
        """See the port."""
        fixed = {
            "password": NO_PASSWORD,
            "role": Role.CUSTOMER.value,
            "created_at": to_micros(self._now),
        }
        rows = [
            {"id": customer_id} | _values(customer_id, contact) | fixed
            for customer_id, contact in contacts.items()
        ]
        if rows:
            self._connection.execute(insert(s.users), rows)

    def edit(self, customer_id: str, contact: Contact, *, version: int) -> None:
        """See the port."""
        written = self._connection.execute(
            update(s.users)
            .where(_U.id == customer_id, _U.version == version, _IS_CUSTOMER)
            .values(_values(customer_id, contact) | {"version": version + 1})
        )
        if not written.rowcount:
            self.get(customer_id)
            raise Conflict("customer")

    def overwrite(self, customer_id: str, contact: Contact) -> None:
        """See the port."""
        self._connection.execute(
            update(s.users)
            .where(_U.id == customer_id, _IS_CUSTOMER)
            .values(_values(customer_id, contact) | {"version": _U.version + 1})
        )

    def known(self, contacts: Collection[Contact]) -> Mapping[str, Known]:
        """See the port."""
        emails = [contact.email.casefold() for contact in contacts if contact.email]
        keys = [contact.search for contact in contacts if not contact.email]
        no_address = (_U.email == "") & _IS_CUSTOMER
        found: dict[str, Known] = {}
        for condition in (
            self._among(_U.email_key, emails),
            self._among(_U.search, keys) & no_address,
        ):
            rows = self._connection.execute(
                select(_U.id, _U.role, _U.name, _U.email, _U.phone, _U.notes).where(condition)
            )
            for user_id, role, *fields in rows:
                contact = Contact(*fields)
                is_customer = role == Role.CUSTOMER.value
                found.setdefault(identity(contact), Known(user_id, contact, customer=is_customer))
        return found

    def _among(self, column: Column[str], values: list[str]) -> ColumnElement[bool]:
        """Whether the column is one of the values. On PostgreSQL from a table of them: with IN (…) it
        walks through all people for each value while it has no statistics of a table that is just
        being filled (measured: 180 s for an import of 100,000 instead of 32)."""
        if self._connection.dialect.name == "sqlite":
            return column.in_(values)
        each = func.unnest(literal(values, ARRAY(Text))).table_valued("value").render_derived()
        return column.in_(select(each.c.value))

    # -- the page ------------------------------------------------------------------------------

    def page(self, customer_id: str, *, limit: int) -> CustomerPage:
        """See the port."""
        customer = self.get(customer_id)
        return CustomerPage(
            customer=customer,
            counts=self._counts(customer_id),
            spent=self._spent(customer_id),
            bookings=self._bookings(customer_id, limit),
            tickets=self._tickets(customer_id, limit),
            money=self._money(customer_id, limit),
            told=self._told(customer_id, limit),
            acts=SqlHistory(self._connection, now=self._now).of("user", customer_id, limit=limit),
        )

    def _counts(self, customer_id: str) -> Counts:
        owned = {
            "bookings": [s.bookings.c.customer_id],
            "tickets": [s.tickets.c.user_id],
            "money": [s.payments.c.user_id, s.refunds.c.user_id],
            "told": [notifications.c.user_id],
        }
        return Counts(
            **{
                part: sum(
                    self._connection.execute(
                        select(func.count()).where(column == customer_id)
                    ).scalar_one()
                    for column in columns
                )
                for part, columns in owned.items()
            }
        )

    def _spent(self, customer_id: str) -> tuple[Money, ...]:
        spent: dict[str, int] = {}
        for table, sign in ((s.payments, 1), (s.refunds, -1)):
            rows = self._connection.execute(
                select(table.c.currency, func.sum(table.c.amount))
                .where(table.c.user_id == customer_id)
                .group_by(table.c.currency)
            )
            for currency, amount in rows:
                spent[currency] = spent.get(currency, 0) + sign * int(amount)
        return tuple(Money(spent[currency], currency) for currency in sorted(spent))

    def _bookings(self, customer_id: str, limit: int) -> tuple[Purchase, ...]:
        b, t = s.bookings.c, s.tickets.c
        mine = t.booking_id == b.id
        titles = (
            select(func.min(s.events.c.title))
            .select_from(s.tickets)
            .join(s.performances, s.performances.c.id == t.performance_id)
            .join(s.events, s.events.c.id == s.performances.c.event_id)
            .where(mine)
            .scalar_subquery()
        )
        live = select(func.count()).where(mine, t.status != "cancelled").scalar_subquery()
        rows = self._connection.execute(
            select(b.id, b.number, b.created_at, titles, live, b.total, b.currency, b.status)
            .where(b.customer_id == customer_id)
            .order_by(b.created_at.desc(), b.id.desc())
            .limit(limit)
        )
        return tuple(
            Purchase(r[0], r[1], from_micros(r[2]), r[3] or "", r[4], Money(r[5], r[6]), r[7])
            for r in rows
        )

    def _tickets(self, customer_id: str, limit: int) -> tuple[Admission, ...]:
        t, p = s.tickets.c, s.performances.c
        rows = self._connection.execute(
            select(
                t.id,
                t.booking_id,
                s.events.c.title,
                p.starts_at,
                p.zone,
                t.seat_label,
                t.price_type,
                t.price,
                t.currency,
                t.status,
            )
            .join(s.performances, p.id == t.performance_id)
            .join(s.events, s.events.c.id == p.event_id)
            .where(t.user_id == customer_id)
            .order_by(p.starts_at.desc(), t.booking_id.desc(), t.seat_no)
            .limit(limit)
        )
        return tuple(
            Admission(*r[:3], from_micros(r[3]), *r[4:7], Money(r[7], r[8]), r[9]) for r in rows
        )

    def _money(self, customer_id: str, limit: int) -> tuple[MoneyMoved, ...]:
        moved: list[MoneyMoved] = []
        for table, sign in ((s.payments, 1), (s.refunds, -1)):
            c = table.c
            rows = self._connection.execute(
                select(
                    c.id,
                    c.booking_id,
                    s.bookings.c.number,
                    c.created_at,
                    c.tender,
                    c.amount,
                    c.currency,
                )
                .join(s.bookings, s.bookings.c.id == c.booking_id)
                .where(c.user_id == customer_id)
                .order_by(c.created_at.desc(), c.id.desc())
                .limit(limit)
            )
            moved += [
                MoneyMoved(*r[:3], from_micros(r[3]), r[4], Money(sign * r[5], r[6])) for r in rows
            ]
        moved.sort(key=lambda line: (line.at, line.id), reverse=True)
        return tuple(moved[:limit])

    def _told(self, customer_id: str, limit: int) -> tuple[Told, ...]:
        n = notifications.c
        rows = self._connection.execute(
            select(n.id, n.kind, n.subject_kind, n.subject_id, n.created_at, n.read_at)
            .where(n.user_id == customer_id)
            .order_by(n.created_at.desc(), n.id.desc())
            .limit(limit)
        )
        return tuple(
            Told(*r[:4], from_micros(r[4]), None if r[5] is None else from_micros(r[5]))
            for r in rows
        )


def _values(customer_id: str, contact: Contact) -> dict[str, object]:
    return {
        "name": contact.name,
        "email": contact.email,
        "email_key": contact.email.casefold() or customer_id,
        "phone": contact.phone,
        "notes": contact.notes,
        "search": contact.search,
    }
