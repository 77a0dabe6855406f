"""The log of acts in SQL."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select
from sqlalchemy.sql.elements import ColumnElement

from app.domain.history import Note
from app.domain.users import Operator
from app.domain.values import from_micros, new_id, to_micros
from app.persistence.records import audit_log
from app.persistence.schema import users


class SqlHistory:
    """The `History` port on one connection; `now` dates what is written."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = to_micros(now)

    def note(
        self,
        action: str,
        *,
        subject_kind: str,
        subject_id: str,
        body: Mapping[str, object] | None = None,
        by: Operator,
    ) -> None:
        """See the port."""
        self._connection.execute(
            insert(audit_log),
            {
                "id": new_id(),
                "at": self._now,
                "user_id": by.user_id,
                "station_code": by.station_code,
                "action": action,
                "subject_kind": subject_kind,
                "subject_id": subject_id,
                "body": json.dumps(body or {}, ensure_ascii=False, sort_keys=True),
            },
        )

    def of(self, subject_kind: str, subject_id: str, *, limit: int = 500) -> tuple[Note, ...]:
        """See the port."""
        a = audit_log.c
        return self._notes((a.subject_kind == subject_kind) & (a.subject_id == subject_id), limit)

    def by_user(self, user_id: str, *, limit: int = 500) -> tuple[Note, ...]:
        """See the port."""
        return self._notes(audit_log.c.user_id == user_id, limit)

    def _notes(self, wanted: ColumnElement[bool], limit: int) -> tuple[Note, ...]:
        a = audit_log.c
        rows = self._connection.execute(
            select(
                a.at,
                a.user_id,
                users.c.name,
                a.station_code,
                a.action,
                a.subject_kind,
                a.subject_id,
                a.body,
            )
            .outerjoin(users, users.c.id == a.user_id)
            .where(wanted)
            .order_by(a.at.desc(), a.id.desc())
            .limit(limit)
        )
        return tuple(
            Note(from_micros(r[0]), r[1], r[2] or "", *r[3:7], json.loads(r[7])) for r in rows
        )
