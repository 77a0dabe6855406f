"""A house that several stations share: which of them have a login of their own, and what it may do.

What a login may do is kept by the database server itself (`app/persistence/rights.py`); what its operator
may do is asked by the services, as in any house.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.domain.errors import Invalid

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,19}")
_LONGEST_NAME = 100


class Right(StrEnum):
    """What a login may do. A till is enrolled with `station`, a manager's computer with `station` and
    `organizer`, a program that only draws figures with `analyst`."""

    STATION = "station"  # sell, book, cancel, refund; customers, drawers, notifications
    ORGANIZER = "organizer"  # programme, prices, venues, discounts, goods, staff, settings
    ANALYST = "analyst"  # read what was sold, without people and secrets


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A station and its login. `login` is "" while it was never enrolled; one whose `revoked_at` is set
    cannot come in until it is enrolled again."""

    code: str
    name: str
    login: str = ""
    rights: tuple[Right, ...] = ()
    enrolled_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def active(self) -> bool:
        """Whether its login can come in."""
        return bool(self.login) and self.revoked_at is None


@dataclass(frozen=True, slots=True)
class NewLogin:
    """Shown once, kept nowhere: `connection` is what the station opens the house with, password included."""

    enrolment: Enrolment
    connection: str


@dataclass(frozen=True, slots=True)
class OwnerLogin:
    """The database's login of whoever set the house up, typed for one act and forgotten."""

    name: str
    password: str = field(repr=False)


class SharedHouse(Protocol):
    """The logins of a shared database, each method a transaction of its own. All but the questions raise
    LoginMayNot when this program's own login may not do that."""

    @property
    def shared(self) -> bool:
        """Whether there are logins at all: not in a local file."""

    def may_enrol(self) -> bool:
        """Whether this program's own login may make others."""

    def opened_by(self, owner: OwnerLogin) -> AbstractContextManager[SharedHouse]:
        """The same house by another login, for as long as the context lasts."""

    def enrolments(self) -> tuple[Enrolment, ...]:
        """Every station, by code."""

    def enrol(self, code: str, *, name: str, rights: tuple[Right, ...]) -> NewLogin:
        """A login for the station, with a password made now; NotInitialised. One it had goes on under
        the new password and rights only. A `name` of "" keeps what it is called, or calls it by its code."""

    def revoke(self, code: str) -> Enrolment:
        """Let its login in no more and end what it has open; NotFound."""


def checked_code(text: str) -> str:
    """The station's code trimmed; Invalid({"code": …}) when it cannot be one."""
    code = text.strip()
    if not code:
        raise Invalid({"code": "missing"})
    if not _CODE.fullmatch(code):
        raise Invalid({"code": "not_a_station_code"})
    return code


def checked_station_name(text: str) -> str:
    """The name in single spaces, "" for none; Invalid({"name": …}) when it is too long."""
    name = " ".join(text.split())
    if len(name) > _LONGEST_NAME:
        raise Invalid({"name": "too_long"})
    return name


def checked_rights(rights: Collection[Right]) -> tuple[Right, ...]:
    """In the order of `Right`, each once; Invalid({"rights": …}) for none, or for one that reads only beside
    others."""
    chosen = tuple(right for right in Right if right in rights)
    if not chosen:
        raise Invalid({"rights": "missing"})
    if Right.ANALYST in chosen and len(chosen) > 1:
        raise Invalid({"rights": "analyst_is_alone"})
    return chosen


def written(rights: Collection[Right]) -> str:
    """As `stations.rights` keeps them."""
    return " ".join(right for right in Right if right in rights)


def read(text: str) -> tuple[Right, ...]:
    """What `written` wrote."""
    return tuple(right for right in Right if right in text.split())
