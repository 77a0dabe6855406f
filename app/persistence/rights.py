"""What each kind of login of a shared house may do, as PostgreSQL enforces it: grants, columns, policies.

Grants say which tables, columns and functions; policies say which rows: whatever bears a station bears the
station of the login that writes it. Reading stays whole, because the program proves the whole ledger
(`houselights check`) and shows the whole house. The owner of the tables is bound by none of this.

Roles belong to a server, not to a database: their names begin with the database's, so that two houses on
one server keep apart.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.domain.shared_house import Right

# What is only added to.
LEDGER = (
    "journal",
    "payments",
    "payment_shares",
    "refunds",
    "refund_shares",
    "item_shares",
    "refund_item_shares",
    "exchanges",
    "exchange_shares",
    "voucher_entries",
    "cash_movements",
    "ticket_sales",
    "audit_log",
    "checkins",
    "user_interactions",
)
_PERSON = "name email email_key phone notes search language theme version"
_NEW_PERSON = f"id role active password created_at {_PERSON}"
_FUNCTIONS = (
    "login_recipe, login_try, login_answer, login_set, has_password, my_station, my_station_code"
)


@dataclass(frozen=True, slots=True)
class _May:
    """On one table: column names in one text, "*" for all of them, "" for not at all."""

    insert: str = ""
    update: str = ""
    delete: bool = False


_ADD = _May(insert="*")
_EVERYTHING = _May(insert="*", update="*", delete=True)

_STATION: dict[str, _May] = {
    **dict.fromkeys(LEDGER, _ADD),
    "users": _May(insert=_NEW_PERSON, update=_PERSON),
    "station_counters": _May(update="journal_seq journal_hash booking_seq shift_id"),
    "bookings": _May(
        insert="*",
        update="customer_id status total expires_at cancelled_at notes version name deposit reminded_at"
        " event_id",
    ),
    "tickets": _May(
        insert="*", update="user_id status cancelled_at attendee code exchange_id price_type"
    ),
    "booking_items": _May(insert="*", update="status cancelled_at"),
    "vouchers": _May(insert="*", update="user_id balance status"),
    "seat_claims": _May(
        insert="*",
        update="status basket_id holder hold_until booking_id reason held_at",
        delete=True,
    ),
    "baskets": _May(insert="*", update="status station_id", delete=True),
    "card_attempts": _May(insert="*", update="status booking_id transaction_id card settled_at"),
    "shifts": _May(insert="*", update="closed_at counted expected report"),
    "event_metrics": _May(insert="*", update="sold gross returned refunded"),
    "members": _May(insert="*", update="valid_until ended_at"),
    "discounts": _May(update="used"),
    # a sale locks what it sells, for which PostgreSQL wants some right to update; the policy gives no more
    "performances": _May(update="id"),
    "events": _May(update="id"),
    "notifications": _May(insert="*", update="read_at"),
    "notification_preferences": _May(insert="*", update="wanted"),
    "deliveries": _May(
        insert="*",
        update="status done_at address attempts due_at lease_until problem subject sent_text",
    ),
    "drafts": _May(insert="*", update="body saved_at", delete=True),
    "changes": _May(insert="*", update="at", delete=True),  # `at`: to lock what is tidied away
    "settings": _May(insert="*", update="value", delete=True),
    "access_tokens": _EVERYTHING,
    "request_keys": _EVERYTHING,
}
_ORGANIZER: dict[str, _May] = {
    **dict.fromkeys(
        "categories events performances venues seating_plans price_zones seats ga_areas price_types prices"
        " price_changes products memberships posters cancellations drafts access_tokens"
        " request_keys".split(),
        _EVERYTHING,
    ),
    "discounts": _EVERYTHING,
    "settings": _EVERYTHING,
    "users": _May(
        insert=_NEW_PERSON,
        update=f"{_PERSON} role active failures locked_until code_verifier code_until",
    ),
    "members": _May(insert="*", update="valid_until ended_at"),
    "seat_claims": _May(delete=True),
    "notifications": _May(insert="*", update="read_at"),
    "notification_preferences": _May(insert="*", update="wanted"),
    "deliveries": _May(insert="*", update="status done_at due_at lease_until problem"),
    "changes": _May(insert="*", update="at", delete=True),
    "audit_log": _ADD,
    "user_interactions": _ADD,
}
_MAY = {Right.STATION: _STATION, Right.ORGANIZER: _ORGANIZER, Right.ANALYST: {}}

# Columns of `users` that nobody reads who is enrolled.
_HIDDEN = {"users": "password code_verifier failures attempt"}

# What an analyst reads: nothing that says who somebody is, opens a door or moves money.
_ANALYST = {
    "categories": "id name",
    "events": "id title category_id tax_bp status created_at",
    "performances": "id event_id venue_id plan_id starts_at wall_time zone currency status",
    "venues": "id name zone currency",
    "seating_plans": "id venue_id name version capacity",
    "price_zones": "plan_id zone_no name",
    "price_types": "id name short position active",
    "prices": "performance_id zone_no price_type_id amount",
    "price_changes": "performance_id zone_no price_type_id amount changed_at",
    "discounts": "id name kind value currency used most_uses valid_from valid_until active",
    "products": "id name price currency tax_bp active",
    "memberships": "id name months per_performance active",
    "stations": "id code name login rights",
    "alembic_version": "version_num",
    "bookings": "id number station_id channel status total currency created_at expires_at cancelled_at"
    " deposit",
    "tickets": "id booking_id performance_id seat_no seat_label zone_name price_type price tax currency"
    " status cancelled_at discount_id discount reduction",
    "booking_items": "id booking_id product_id name price tax currency status cancelled_at",
    "payments": "id booking_id tender amount given currency status created_at station_id shift_id",
    "payment_shares": "payment_id ticket_id amount",
    "refunds": "id booking_id payment_id tender amount currency status created_at station_id shift_id",
    "refund_shares": "refund_id ticket_id amount",
    "item_shares": "payment_id item_id amount",
    "refund_item_shares": "refund_id item_id amount",
    "exchanges": "id booking_id station_id created_at currency credit fee paid returned",
    "exchange_shares": "exchange_id payment_id ticket_id amount",
    "ticket_sales": "id ticket_id event_id performance_id kind amount currency sale_date day",
    "event_metrics": "event_id metric_type metric_key day currency station_id sold gross returned refunded",
    "checkins": "id ticket_id station_id result at",
    "journal": "station_id seq kind amount currency at prev_hash hash",
    "seat_claims": "performance_id seat_no status",
}

# Evaluated once a statement, not once a row: as sub-selects they depend on nothing. Written out because
# `my_station()` costs a sale twice as much (measured: 0.27 ms more than the owner's, 0.15 so).
_LOGIN = "FROM stations s WHERE s.login = session_user AND s.revoked_at IS NULL"
_ME = f"(SELECT s.id {_LOGIN})"
_MY_CODE = f"(SELECT s.code {_LOGIN})"
_NOW = "(SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)"
_DAY = 86_400_000_000
_OVER = f"status = 1 AND hold_until <= {_NOW}"
# what was put aside at another till is this one's once its basket is
_MY_BASKETS = f"SELECT b.id FROM baskets b WHERE b.station_id = {_ME}"  # noqa: S608 - our own text
_FREE_TO_US = (
    f"status <> 1 OR holder = {_MY_CODE} OR hold_until <= {_NOW} OR basket_id IN ({_MY_BASKETS})"
)
_OLD = f"at < {_NOW} - {_DAY // 2}"
_TILL, _OFFICE = (Right.STATION,), (Right.ORGANIZER,)
_BOTH = (Right.STATION, Right.ORGANIZER)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Which rows of a table: `using` those that are there already, `check` what may be written."""

    command: str
    to: tuple[Right, ...]
    using: str = ""
    check: str = ""


def _own(column: str, *, also_update: bool = False, allow_none: bool = False) -> tuple[_Rows, ...]:
    mine = f"{column} = {_MY_CODE if column == 'station_code' else _ME}"
    if allow_none:
        mine = f"({mine} OR {column} IS NULL)"
    rows = [_Rows("INSERT", _BOTH, check=mine)]
    if also_update:
        rows.append(_Rows("UPDATE", _TILL, using=mine, check=mine))
    return tuple(rows)


_LOCKED_BY_TILLS = (
    _Rows("UPDATE", _TILL, using="true", check="false"),
    _Rows("INSERT", _OFFICE, check="true"),
    _Rows("UPDATE", _OFFICE, using="true", check="true"),
    _Rows("DELETE", _OFFICE, using="true"),
)
_POLICIES: dict[str, tuple[_Rows, ...]] = {
    "journal": _own("station_id"),
    "payments": _own("station_id"),
    "refunds": _own("station_id"),
    "exchanges": _own("station_id"),
    "checkins": _own("station_id"),
    "audit_log": _own("station_code"),
    "user_interactions": _own("station_id", allow_none=True),
    "event_metrics": _own("station_id", also_update=True),
    "card_attempts": _own("station_id", also_update=True),
    "shifts": _own("station_id", also_update=True),
    "station_counters": (
        _Rows("UPDATE", _TILL, using=f"station_id = {_ME}", check=f"station_id = {_ME}"),
    ),
    # another till's booking is paid, changed and cancelled here; whose it is cannot be changed (columns)
    "bookings": (*_own("station_id"), _Rows("UPDATE", _TILL, using="true", check="true")),
    "cash_movements": (
        _Rows(
            "INSERT",
            _TILL,
            check=f"EXISTS (SELECT 1 FROM shifts s WHERE s.id = shift_id AND s.station_id = {_ME})",  # noqa: S608 - our own text
        ),
    ),
    "baskets": (
        *_own("station_id"),
        _Rows(
            "UPDATE",
            _TILL,
            using=f"station_id = {_ME} OR status = 'parked'",
            check=f"station_id = {_ME}",
        ),
        _Rows(
            "DELETE",
            _TILL,
            using=f"station_id = {_ME} OR status = 'parked' OR updated_at < {_NOW} - {_DAY}",
        ),
    ),
    # a hold is its station's until it is over; what is sold or blocked may be freed anywhere. Who holds is
    # besides kept by a trigger (`claim_for_another`), which sees both the old row and the new.
    "seat_claims": (
        _Rows("INSERT", _TILL, check=f"holder IS NULL OR holder = {_MY_CODE}"),
        _Rows(
            "UPDATE",
            _TILL,
            using=_FREE_TO_US,
            check="true",
        ),
        _Rows("DELETE", _TILL, using=_FREE_TO_US),
        _Rows("DELETE", _OFFICE, using=_OVER),
    ),
    "users": (
        _Rows("INSERT", _TILL, check="role = 'customer'"),
        _Rows("INSERT", _OFFICE, check="true"),
        _Rows("UPDATE", _BOTH, using="true", check="true"),
    ),
    "performances": _LOCKED_BY_TILLS,
    "events": _LOCKED_BY_TILLS,
    "changes": (
        _Rows("INSERT", _BOTH, check="true"),
        _Rows("UPDATE", _BOTH, using=_OLD, check="false"),
        _Rows("DELETE", _BOTH, using=_OLD),
    ),
    "settings": (
        *(
            _Rows(command, _TILL, **dict.fromkeys(parts, "name LIKE 'session:%' OR name = 'mail outage'"))
            for command, parts in (
                ("INSERT", ("check",)),
                ("UPDATE", ("using", "check")),
                ("DELETE", ("using",)),
            )
        ),
        *(
            _Rows(command, _OFFICE, **dict.fromkeys(parts, "name NOT LIKE 'secret:%'"))
            for command, parts in (
                ("INSERT", ("check",)),
                ("UPDATE", ("using", "check")),
                ("DELETE", ("using",)),
            )
        ),
    ),
}  # fmt: skip
_READ = {"settings": "name NOT LIKE 'secret:%'"}
_ANALYST_READS = {"event_metrics": "metric_type <> 'operator'"}


@dataclass(frozen=True, slots=True)
class Roles:
    """The names of a house's roles, made from its database's."""

    database: str
    prefix: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "prefix", _plain(self.database, longest=30))

    def right(self, right: Right) -> str:
        """The group of everybody with this right."""
        return f"{self.prefix}_right_{right}"

    def login(self, code: str) -> str:
        """The login of the station with this code."""
        return f"{self.prefix}_at_{_plain(code.lower() if code.isupper() else code, longest=20)}"


def _plain(name: str, *, longest: int) -> str:
    """Letters and figures that need no quoting; where that loses something, with a mark that does not."""
    plain = re.sub("[^a-z0-9_]", "_", name.lower())
    if plain == name and len(name) <= longest and name[:1].isalnum():
        return name
    mark = hashlib.sha256(name.encode()).hexdigest()[:6]
    return f"{plain[: longest - 7]}_{mark}"


def statements(roles: Roles, tables: dict[str, tuple[str, ...]], *, database: str) -> Iterator[str]:
    """What gives the groups their rights and takes away all others; `tables` names each one's columns,
    `database` is quoted. Running it again changes nothing."""
    groups = ", ".join(roles.right(right) for right in Right)
    yield f"REVOKE ALL ON DATABASE {database} FROM PUBLIC"
    yield f"GRANT CONNECT ON DATABASE {database} TO {groups}"
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    yield f"GRANT USAGE ON SCHEMA public TO {groups}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {groups}"
    yield f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {groups}"
    for right in Right:
        yield from _grants(roles, right, tables)
    for table in sorted(_POLICIES):
        yield from _policies(roles, table)


def _grants(roles: Roles, right: Right, tables: dict[str, tuple[str, ...]]) -> Iterator[str]:
    group = roles.right(right)
    if right is Right.ANALYST:
        for table, columns in _ANALYST.items():
            yield f"GRANT SELECT ({', '.join(columns.split())}) ON {table} TO {group}"
        return
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {group}"
    yield f"GRANT EXECUTE ON FUNCTION {_FUNCTIONS} TO {group}"
    for table, names in tables.items():
        hidden = _HIDDEN.get(table, "").split()
        seen = f" ({', '.join(c for c in names if c not in hidden)})" if hidden else ""
        yield f"GRANT SELECT{seen} ON {table} TO {group}"
    for table, may in _MAY[right].items():
        for verb, allowed in (("INSERT", may.insert), ("UPDATE", may.update)):
            if allowed:
                only = "" if allowed == "*" else f" ({', '.join(allowed.split())})"
                yield f"GRANT {verb}{only} ON {table} TO {group}"
        if may.delete:
            yield f"GRANT DELETE ON {table} TO {group}"


def _policies(roles: Roles, table: str) -> Iterator[str]:
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    reading: list[tuple[tuple[Right, ...], str]] = [(_BOTH, _READ.get(table, "true"))]
    if table in _ANALYST:
        reading.append(((Right.ANALYST,), _ANALYST_READS.get(table, "true")))
    rows = (*(_Rows("SELECT", to, using=using) for to, using in reading), *_POLICIES[table])
    for number, one in enumerate(rows):
        name = f"house_{one.command.lower()}_{number}"
        using = f" USING ({one.using})" if one.using else ""
        check = f" WITH CHECK ({one.check})" if one.check else ""
        yield f"DROP POLICY IF EXISTS {name} ON {table}"
        yield f"CREATE POLICY {name} ON {table} FOR {one.command} TO {_names(roles, one.to)}{using}{check}"


def _names(roles: Roles, rights: Iterable[Right]) -> str:
    return ", ".join(roles.right(right) for right in rights)
