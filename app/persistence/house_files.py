"""Files of whole houses: copied page by page, looked through, put aside and put in place.

Never deletes a house: what is in the way is renamed.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pysqlite3

from app.domain.errors import DatabaseUnavailable, FileUnusable, HouseInUse
from app.persistence.failures import translated

_MAGIC = b"SQLite format 3\0"
_BESIDE = ("-wal", "-shm", "-journal")  # what SQLite writes beside a file
_REASONS = {
    errno.ENOENT: "missing",
    errno.ENOTDIR: "missing",
    errno.EACCES: "read_only",
    errno.EPERM: "read_only",
    errno.EROFS: "read_only",
    errno.EISDIR: "is_folder",
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
}
# What the database says when it is the file being written that cannot be.
_OF_THE_TARGET = {"disk_full", "read_only"}


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """A name beside `target` that takes its place when all went well, durably, and else is gone.
    FileUnusable; what is there is never overwritten."""
    part = target.with_name(f".{target.name}.part")
    if target.exists():
        raise FileUnusable(str(target), "is_folder" if target.is_dir() else "exists")
    remove(part)
    try:
        with _disk(target):
            part.touch(exist_ok=False)
            yield part
            _flush(part)
            part.replace(target)
            _flush(target.parent)
    finally:
        remove(part)


def refuse_other_files(file: Path) -> None:
    """FileUnusable for what is no database of SQLite at all."""
    with _disk(file):
        if file.is_dir():
            raise FileUnusable(str(file), "is_folder")
        with file.open("rb") as opened:
            begins = opened.read(len(_MAGIC))
    if begins != _MAGIC:
        raise FileUnusable(str(file), "not_a_database")


def copy_pages(source: Path, target: Path, *, where: str, read_only: bool = False) -> None:
    """All pages in one step: a stepwise copy starts over at every sale (measured). `where` names the source.
    One that may only be read, or lies on a medium that is read only, is taken as it stands."""
    with translated(where), closing(pysqlite3.connect(str(target))) as copy:
        copy.execute("PRAGMA synchronous = OFF")  # made durable as a whole, later
        ways = ("?mode=ro", "?mode=ro&immutable=1") if read_only else ("?mode=rw",)
        for last, way in enumerate(ways, 1):
            try:
                with closing(pysqlite3.connect(source.resolve().as_uri() + way, uri=True)) as there:
                    there.backup(copy, pages=-1)
            except pysqlite3.OperationalError as error:
                if last == len(ways) or "unable to open" not in str(error):
                    raise
            else:
                return


def quick_check(file: Path, *, where: str) -> None:
    """DatabaseUnavailable for a file that is damaged, or is no house at all; `where` names it."""
    with translated(where), closing(pysqlite3.connect(str(file))) as connection:
        verdict = connection.execute("PRAGMA quick_check").fetchone()[0]
    if verdict != "ok":
        raise DatabaseUnavailable("corrupt", where)


def as_one_file(file: Path) -> None:
    """Nothing beside it any more, so that it can be carried away and opened on a read-only medium."""
    with translated(str(file)), closing(pysqlite3.connect(str(file))) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def put_aside(target: Path) -> Path | None:
    """Another name for the file that is there, never to be deleted by us; None when there is none.
    HouseInUse when a window or command has it open: it would go on selling into it."""
    if not target.exists():
        return None
    _close_off(target)
    stamp = f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
    aside = target.with_name(f"{target.name}.before-restore-{stamp}")
    with _disk(aside):
        if aside.exists():
            raise FileUnusable(str(aside), "exists")
        for beside in ("", *_BESIDE):
            part = target.with_name(target.name + beside)
            if part.exists():
                part.rename(aside.with_name(aside.name + beside))
    return aside


def _close_off(target: Path) -> None:
    """Everything into the one file. SQLite leaves WAL only when nobody else has the file open, which is also
    how we know; a damaged file is past that, and the reason why somebody restores."""
    try:
        with closing(pysqlite3.connect(str(target), timeout=0.2)) as connection:
            mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
    except pysqlite3.OperationalError as error:
        if "locked" in str(error):
            raise HouseInUse(str(target)) from error
    except pysqlite3.DatabaseError:
        return
    else:
        if mode != "delete":
            raise HouseInUse(str(target))


def put_in_place(part: Path, target: Path) -> None:
    """A whole file becomes the house, as the program opens one."""
    with _disk(target):
        with translated(str(part)), closing(pysqlite3.connect(str(part))) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
        _flush(part)
        part.replace(target)
        _flush(target.parent)


def remove(part: Path) -> None:
    """A file of ours that was not finished, with what lies beside it."""
    for beside in ("", *_BESIDE):
        with suppress(OSError):
            part.with_name(part.name + beside).unlink()


@contextmanager
def _disk(path: Path) -> Iterator[None]:
    """What the system says about writing `path`."""
    try:
        yield
    except OSError as error:
        raise FileUnusable(str(path), _REASONS.get(error.errno or 0, "other")) from error
    except DatabaseUnavailable as error:
        if error.reason in _OF_THE_TARGET:
            raise FileUnusable(str(path), error.reason) from error
        raise


def _flush(path: Path) -> None:
    """To the disk itself; a folder's own entry too, where the system can."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
