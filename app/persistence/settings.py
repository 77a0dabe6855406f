"""Settings of the whole house in SQL: a name and a JSON text each."""

from __future__ import annotations

import json
from dataclasses import asdict, fields

from sqlalchemy import Connection, delete, insert, select, update

from app.domain.house import HouseSettings
from app.persistence.records import settings
from app.persistence.schema import venues

_HOUSE = "house"
_S = settings.c


class SqlSettings:
    """The `Settings` port on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def house(self, *, lock: bool = False) -> HouseSettings:
        """See the port."""
        kept = self.value(_HOUSE, lock=lock)
        if isinstance(kept, dict):
            known = {f.name for f in fields(HouseSettings)}
            return HouseSettings(**{key: value for key, value in kept.items() if key in known})
        v = venues.c
        first = self._connection.execute(
            select(v.name, v.zone, v.currency).order_by(v.id).limit(1)
        ).first()
        return HouseSettings(*first) if first else HouseSettings("", "UTC", "EUR")

    def set_house(self, house: HouseSettings) -> None:
        """See the port."""
        self.keep(_HOUSE, asdict(house))

    def value(self, name: str, *, lock: bool = False) -> object | None:
        """See the port."""
        query = select(_S.value).where(_S.name == name)
        row = self._connection.execute(query.with_for_update() if lock else query).first()
        return None if row is None else json.loads(row[0])

    def keep(self, name: str, value: object) -> None:
        """See the port."""
        text = json.dumps(value, ensure_ascii=False, sort_keys=True)
        changed = self._connection.execute(
            update(settings).where(_S.name == name).values(value=text)
        )
        if not changed.rowcount:
            self._connection.execute(insert(settings), {"name": name, "value": text})

    def drop(self, name: str) -> None:
        """See the port."""
        self._connection.execute(delete(settings).where(_S.name == name))

    def drop_all(self, *, beginning: str, holding: str) -> int:
        """See the port."""
        dropped = self._connection.execute(
            delete(settings).where(
                _S.name.startswith(beginning, autoescape=True),
                _S.value.contains(holding, autoescape=True),
            )
        )
        return dropped.rowcount
