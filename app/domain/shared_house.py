"""A house that several stations share: who may reach its database, and what for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Right(StrEnum):
    """What the database itself lets a station do."""

    STATION = "station"
    ORGANIZER = "organizer"
    ANALYST = "analyst"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One station's login; `revoked_at` is None while it counts."""

    code: str
    name: str
    login: str
    rights: frozenset[Right]
    enrolled_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A fresh login: `connection` holds its password and is shown once."""

    enrolment: Enrolment
    connection: str
