"""What databases complain about, as our own errors. The only place that reads driver messages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pysqlite3
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.domain.errors import (
    CannotBeKept,
    Conflict,
    DatabaseUnavailable,
    HouselightsError,
    HouseMoved,
    Invalid,
    LoginMayNot,
)

# PostgreSQL: serialization failure, deadlock, lock not available in time.
_TRY_AGAIN = {"40001", "40P01", "55P03"}

# PostgreSQL: this login may not do that.
_NO_RIGHT = "42501"

# PostgreSQL: a row that is not there (any more) or is there already.
_MET_ANOTHER = {"23503", "23505"}

# A constraint as either database names it -> what the person has to know.
_CONSTRAINTS: dict[str, HouselightsError] = {
    "house_has_moved": HouseMoved(),
    "uq_bookings_idempotency_key": Conflict("idempotency_key"),
    "bookings.idempotency_key": Conflict("idempotency_key"),
    "uq_tickets_live_place": Conflict("seats"),
    "tickets.performance_id, tickets.seat_no": Conflict("seats"),
    "uq_users_email_key": Invalid({"email": "taken"}),
    "users.email_key": Invalid({"email": "taken"}),
    "fk_seat_claims_performance_id": Conflict("performance"),
    "uq_categories_name": Invalid({"category": "taken"}),
    "categories.name": Invalid({"category": "taken"}),
    "uq_venues_name": Invalid({"venue": "taken"}),
    "venues.name": Invalid({"venue": "taken"}),
    "uq_discounts_code_key": Invalid({"code": "taken"}),
    "discounts.code_key": Invalid({"code": "taken"}),
    "uq_memberships_name": Invalid({"name": "taken"}),
    "memberships.name": Invalid({"name": "taken"}),
}

_SQLITE_REASONS = (
    ("unable to open database file", "missing"),
    ("readonly database", "read_only"),
    ("file is not a database", "not_a_database"),
    ("malformed", "corrupt"),
    ("disk image", "corrupt"),
    ("locked", "locked"),
    ("disk is full", "disk_full"),
    ("disk i/o error", "disk_full"),
)

# How an SQLSTATE begins -> our reason; the first that fits.
_SQLSTATES = (
    *((state, "locked") for state in _TRY_AGAIN),
    ("53300", "no_answer"),  # too many connections
    ("53", "disk_full"),
    ("28", "refused"),
    ("3D", "missing"),
    ("25006", "read_only"),
    ("08", "no_answer"),
    ("57", "no_answer"),
)

# A refused connection carries no SQLSTATE, only what the server said.
_POSTGRESQL_REASONS = (
    ("certificate", "certificate"),
    ("ssl was required", "no_tls"),
    ("authentication failed", "refused"),
    ("no password supplied", "refused"),
    ("no pg_hba.conf entry", "refused"),
    ("permission denied", "refused"),
    ('role "', "refused"),
    ("does not exist", "missing"),
)


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Inside, a driver's exception leaves as one of ours, `from` its cause. `where` names the database."""
    try:
        yield
    except DBAPIError as error:
        raise _ours(error.orig or error, where) from error
    except (pysqlite3.Error, *_psycopg("Error")) as error:
        raise _ours(error, where) from error
    except (UnicodeEncodeError, OverflowError) as error:  # before it came to the database at all
        raise Invalid({"entry": "not_storable"}) from error
    except PoolTimeout as error:
        raise DatabaseUnavailable("no_answer", where) from error


@contextmanager
def unkept(table: str) -> Iterator[None]:
    """Inside, rows are copied into this table: what the database cannot keep leaves as CannotBeKept."""
    try:
        yield
    except _psycopg("DataError") as error:
        raise CannotBeKept(table) from error
    except (pysqlite3.IntegrityError, *_psycopg("IntegrityError")) as error:
        raise CannotBeKept(table) from error
    except DBAPIError as error:
        if isinstance(error.orig, (pysqlite3.IntegrityError, *_psycopg("IntegrityError"))):
            raise CannotBeKept(table) from error
        raise


def asks_for_retry(error: BaseException) -> bool:
    """Whether the server says: nothing is wrong with this transaction, run it once more."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return isinstance(cause, _psycopg("Error")) and getattr(cause, "sqlstate", "") in _TRY_AGAIN


def met_another(error: BaseException) -> bool:
    """Whether what was looked up first has changed before it was written: looked up again, the act sees
    what the other one did, and says so. SQLite has one writer at a time, so there it never happens."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return isinstance(cause, _psycopg("Error")) and getattr(cause, "sqlstate", "") in _MET_ANOTHER


def _psycopg(name: str) -> tuple[type[BaseException], ...]:
    """A class of psycopg's, none while nobody loaded it: a local house never does."""
    module = sys.modules.get("psycopg")
    return () if module is None else (getattr(module, name),)


def _ours(error: BaseException, where: str) -> HouselightsError:
    if isinstance(error, (pysqlite3.IntegrityError, *_psycopg("IntegrityError"))):
        return _broken_constraint(error)
    if isinstance(error, _psycopg("DataError")):  # a NUL, too long, too large a number
        return Invalid({"entry": "not_storable"})
    if isinstance(error, _psycopg("Error")) and getattr(error, "sqlstate", "") == _NO_RIGHT:
        return LoginMayNot(str(error).splitlines()[0].rpartition(" ")[2].strip('"'))
    if isinstance(error, _psycopg("Error")):
        return DatabaseUnavailable(_postgresql_reason(error), where)
    message = str(error).lower()
    reason = next((r for words, r in _SQLITE_REASONS if words in message), None)
    if reason is None:
        return DatabaseUnavailable("other", f"{where}: {error}")
    return DatabaseUnavailable(reason, where)


def _broken_constraint(error: BaseException) -> HouselightsError:
    name = getattr(getattr(error, "diag", None), "constraint_name", None)
    message = name or str(error)
    for known, ours in _CONSTRAINTS.items():
        if known in message:
            return type(ours)(*ours.args) if ours.args else _again(ours)
    return Conflict("entry")  # which one stands in the cause


def _again(error: HouselightsError) -> HouselightsError:
    if isinstance(error, HouseMoved):
        return HouseMoved()
    if isinstance(error, Invalid):
        return Invalid(dict(error.problems))
    return Conflict(error.what if isinstance(error, Conflict) else str(error))


def _postgresql_reason(error: Any) -> str:
    state = error.sqlstate or ""
    if not state:
        message = str(error).lower()
        return next((r for words, r in _POSTGRESQL_REASONS if words in message), "no_answer")
    return next((r for start, r in _SQLSTATES if state.startswith(start)), "other")
