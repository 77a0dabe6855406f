"""What tables are made of: the naming of constraints, and the columns that recur.

Instants are microseconds since 1970 UTC, money is minor units beside its currency, identities are
UUIDv7 text, flags are 0 or 1: the same plain values on both databases, so that one statement serves
both and no driver converts anything on the way.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def identity(name: str = "id", *, primary_key: bool = True) -> Column[str]:
    """A UUIDv7 as text."""
    return Column(name, String(36), primary_key=primary_key, nullable=False)


def to(target: str, name: str, *, nullable: bool = False) -> Column[str]:
    """A reference."""
    return Column(name, String(36), ForeignKey(target), nullable=nullable)


def instant(name: str, *, nullable: bool = False) -> Column[int]:
    """Microseconds since 1970 UTC."""
    return Column(name, BigInteger, nullable=nullable)


def words(name: str, length: int, *, nullable: bool = False) -> Column[str]:
    """A bounded text."""
    return Column(name, String(length), nullable=nullable)


def filled(name: str, length: int) -> Column[str]:
    """A bounded text, empty by default."""
    return Column(name, String(length), nullable=False, server_default="")


def long_text(name: str) -> Column[str]:
    """A text without a bound, empty by default."""
    return Column(name, Text, nullable=False, server_default="")


def version() -> Column[int]:
    """Counts changes, so that whoever edits an older state is told."""
    return Column("version", Integer, nullable=False, server_default="1")


_PARTIAL: list[tuple[str, tuple[Column[Any], ...], str, bool]] = []


def partial_index(name: str, *columns: Column[Any], where: str, unique: bool = False) -> None:
    """An index of the rows that fit `where` only. It joins the metadata in `whole_metadata`: describing
    one to SQLAlchemy loads PostgreSQL's dialect, which a local house never needs (30 ms of every start)."""
    _PARTIAL.append((name, columns, where, unique))


def whole_metadata() -> MetaData:
    """Every table with every index, as a migration makes them."""
    while _PARTIAL:
        name, columns, where, unique = _PARTIAL.pop()
        only = text(where)
        Index(name, *columns, unique=unique, sqlite_where=only, postgresql_where=only)
    return metadata
