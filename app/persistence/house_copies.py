"""Backups of a house, their proof, putting one in place, and moving: the `HouseCopies` of a database.

A backup is always a file of SQLite, of whichever database: one file that opens anywhere, is proven by the
program itself, and needs no server and no other tool on the day it is needed. It is not in WAL mode, so that
nothing lies beside it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from app.domain.backups import Comparison, Follow, Proof, Restored
from app.domain.errors import DatabaseUnavailable, FileUnusable, HouseMoved, HouseThere
from app.domain.house_figures import HouseFigures
from app.domain.ports import UnitOfWork
from app.domain.values import to_micros
from app.persistence.copying import (
    Check,
    copy_house,
    nobody_writes,
    refuse_occupied,
    refuse_same,
    snapshot,
)
from app.persistence.database import Database, without_password
from app.persistence.failures import translated
from app.persistence.house_figures import MOVED, figures
from app.persistence.house_files import (
    as_one_file,
    copy_pages,
    put_aside,
    put_in_place,
    quick_check,
    refuse_other_files,
    remove,
    whole_file,
)
from app.persistence.schema import HEAD
from app.persistence.settings import SqlSettings
from app.persistence.unit_of_work import SqlUnitOfWork, SqlWork

# what proves a password is what a station may least of all read
_MAY_READ = "SELECT has_column_privilege('users', 'password', 'SELECT')"
_SHARE_COPIED, _SHARE_SOUND = 0.4, 0.6  # of making or proving a file

CatchUp = Callable[[UnitOfWork], object]


class SqlHouseCopies:
    """See the port. `check` proves the rules of a house, `catch_up` does what a migration cannot."""

    def __init__(self, database: Database, *, check: Check, catch_up: CatchUp) -> None:
        self._database = database
        self._check = check
        self._catch_up = catch_up

    def where(self) -> str:
        """See the port."""
        return self._database.where()

    def is_shared(self) -> bool:
        """See the port."""
        return not self._database.is_sqlite

    def may_read_all(self) -> bool:
        """See the port."""
        if self._database.is_sqlite:
            return True
        where = self._database.where()
        with translated(where), self._database.engine.connect() as connection:
            return bool(connection.exec_driver_sql(_MAY_READ).scalar_one())

    def counted(self) -> HouseFigures:
        """See the port."""
        with snapshot(self._database) as connection:
            return figures(connection, prints={})

    # -- backups -----------------------------------------------------------------------------------

    def back_up(self, target: Path, *, follow: Follow) -> Proof:
        """See the port."""
        with whole_file(target) as part:
            if self._database.path is None:
                return self._carried_to(part, follow=follow)
            where = self._database.where()
            follow(0.0, "copy")
            copy_pages(self._database.path, part, where=where)
            return self._proven(part, where=where, follow=follow)

    def _carried_to(self, part: Path, *, follow: Follow) -> Proof:
        made = Database(f"sqlite:///{part}", durable=False)
        try:
            with snapshot(self._database) as source:
                names = (self._database.where(), str(part))
                copied = copy_house(source, made, names=names, check=self._check, follow=follow)
            with snapshot(made) as connection:
                proof = Proof(HEAD, figures(connection, prints={}), copied.checked)
        finally:
            made.close()
        as_one_file(part)
        return proof

    def prove(self, file: Path, *, follow: Follow) -> Proof:
        """See the port."""
        with tempfile.TemporaryDirectory(prefix="houselights-proof-") as folder:
            return self._brought(file, Path(folder) / "house.db", follow=follow)

    def _brought(self, file: Path, copy: Path, *, follow: Follow) -> Proof:
        """A copy of a backup, whole and up to date."""
        refuse_other_files(file)
        follow(0.0, "copy")
        with _about(file):
            copy_pages(file, copy, where=str(file), read_only=True)
            return self._proven(copy, where=str(file), follow=follow)

    def _proven(self, file: Path, *, where: str, follow: Follow) -> Proof:
        """The rules hold in this file of ours, which is brought up to date first."""
        follow(_SHARE_COPIED, "quick_check")
        quick_check(file, where=where)
        follow(_SHARE_SOUND, "check")
        made = Database(f"sqlite:///{file}", durable=False)
        try:
            found = made.revision()
            if found is None:
                raise DatabaseUnavailable("not_a_database", where)
            made.upgrade()
            self._catch_up(SqlUnitOfWork(made, bus=_Nobody()))
            with snapshot(made) as connection:
                checked = self._check(SqlWork(connection, now=datetime.now(UTC)))
                proof = Proof(found, figures(connection, prints={}), checked)
        finally:
            made.close()
        as_one_file(file)
        follow(1.0, "done")
        return proof

    def restore(self, file: Path, *, replace: bool, follow: Follow) -> Restored:
        """Make a backup the house of this database, which must be empty; with `replace` the local file of now
        is put aside first. HouseThere, HouseInUse, and what `prove` raises."""
        if self._database.path is not None:
            return self._restore_file(file, self._database.path, replace=replace, follow=follow)
        with tempfile.TemporaryDirectory(prefix="houselights-restore-") as folder:
            copy = Path(folder) / "house.db"
            refuse_occupied(self._database)
            proof = self._brought(file, copy, follow=_first_half(follow))
            source = Database(f"sqlite:///{copy}")
            try:
                with snapshot(source) as connection:
                    names = (str(file), self._database.where())
                    copy_house(
                        connection,
                        self._database,
                        names=names,
                        check=self._check,
                        follow=_second_half(follow),
                    )
            finally:
                source.close()
        return Restored(self._database.where(), proof)

    def _restore_file(self, file: Path, target: Path, *, replace: bool, follow: Follow) -> Restored:
        if target.exists() and file.exists() and target.samefile(file):
            raise HouseThere(str(target), {})
        self._database.refuse_unwritable()
        if not replace:
            refuse_occupied(self._database)
        part = target.with_name(target.name + ".restoring")
        remove(part)  # of a restore that was killed
        try:
            proof = self._brought(file, part, follow=follow)
            self._database.close()
            aside = put_aside(target)
            put_in_place(part, target)
        finally:
            remove(part)
        return Restored(str(target), proof, aside)

    # -- moving ------------------------------------------------------------------------------------

    def room_at(self, address: str) -> str:
        """See the port."""
        target = Database(address)
        try:
            self._refuse(target)
            return target.where()
        finally:
            target.close()

    def _refuse(self, target: Database) -> None:
        refuse_same(self._database, target)
        refuse_occupied(target)
        target.refuse_unwritable()

    def move(self, address: str, *, follow: Follow) -> Comparison:
        """See the port."""
        target = Database(address)
        try:
            self._refuse(target)
            with _made_or_gone(target):
                return self._moved_to(target, address, follow=follow)
        finally:
            target.close()

    def _moved_to(self, target: Database, address: str, *, follow: Follow) -> Comparison:
        names = (self._database.where(), target.where())
        with nobody_writes(self._database) as source:
            before = SqlSettings(source).value(MOVED)
            if isinstance(before, dict):
                raise HouseMoved(str(before["where"]))
            # before the copy, which leaves it out: once that is there, only the commit can fail
            bare = without_password(address)[0]
            moved = {"where": names[1], "address": bare, "at": to_micros(datetime.now(UTC))}
            SqlSettings(source).keep(MOVED, moved)
            return copy_house(source, target, names=names, check=self._check, follow=follow)


class _Nobody:
    """Hears what is told of a copy that nobody looks at."""

    def publish(self, fact: object) -> None:
        """Nothing."""


@contextmanager
def _made_or_gone(target: Database) -> Iterator[None]:
    """A file that was made for a house that then did not come is taken away again."""
    made = target.path if target.path is not None and not target.path.exists() else None
    arrived = False
    try:
        yield
        arrived = True
    finally:
        target.close()
        if made is not None and not arrived:
            remove(made)


@contextmanager
def _about(file: Path) -> Iterator[None]:
    """What is wrong with a copy of ours is wrong with this file of the operator's."""
    try:
        yield
    except DatabaseUnavailable as error:
        reason = "not_a_database" if error.reason in {"foreign", "not_a_database"} else error.reason
        raise FileUnusable(str(file), reason) from error


def _first_half(follow: Follow) -> Follow:
    return lambda share, step: follow(share / 2, step)


def _second_half(follow: Follow) -> Follow:
    return lambda share, step: follow(0.5 + share / 2, step)
