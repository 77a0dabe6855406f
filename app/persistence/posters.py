"""Posters in SQL."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from app.domain.posters import Poster
from app.persistence.records import posters


class SqlPosters:
    """The `Posters` port on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def poster(self, name: str) -> Poster | None:
        """See the port."""
        p = posters.c
        row = self._connection.execute(
            select(p.name, p.media, p.body).where(p.name == name)
        ).first()
        return None if row is None else Poster(row[0], row[1], bytes(row[2]))

    def add(self, poster: Poster) -> None:
        """See the port."""
        known = select(posters.c.name).where(posters.c.name == poster.name)
        if self._connection.execute(known).first() is None:
            self._connection.execute(
                insert(posters), {"name": poster.name, "media": poster.media, "body": poster.body}
            )
