"""Unsaved forms in SQL."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.sql.elements import ColumnElement

from app.domain.drafts import Draft
from app.domain.values import from_micros, to_micros
from app.persistence.records import drafts


class SqlDrafts:
    """The `Drafts` port on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, user_id: str, draft: Draft) -> None:
        """See the port."""
        self.drop(user_id, draft.form, draft.subject_id)
        self._connection.execute(
            insert(drafts),
            {
                "user_id": user_id,
                "form": draft.form,
                "subject_id": draft.subject_id,
                "body": json.dumps(draft.body),
                "saved_at": to_micros(draft.saved_at),
            },
        )

    def kept(self, user_id: str, form: str, subject_id: str) -> Draft | None:
        """See the port."""
        found = self._drafts(_key(user_id, form, subject_id))
        return found[0] if found else None

    def of(self, user_id: str) -> tuple[Draft, ...]:
        """See the port."""
        return self._drafts(drafts.c.user_id == user_id)

    def drop(self, user_id: str, form: str, subject_id: str) -> None:
        """See the port."""
        self._connection.execute(delete(drafts).where(_key(user_id, form, subject_id)))

    def _drafts(self, wanted: ColumnElement[bool]) -> tuple[Draft, ...]:
        d = drafts.c
        rows = self._connection.execute(
            select(d.form, d.subject_id, d.body, d.saved_at)
            .where(wanted)
            .order_by(d.saved_at.desc(), d.form, d.subject_id)
        )
        return tuple(Draft(r[0], r[1], _body(r[2]), from_micros(r[3])) for r in rows)


def _key(user_id: str, form: str, subject_id: str) -> ColumnElement[bool]:
    d = drafts.c
    return (d.user_id == user_id) & (d.form == form) & (d.subject_id == subject_id)


def _body(text: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(text)
    return body
