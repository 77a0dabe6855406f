"""Backups in a folder: found again by the note beside each, which says what was proven, and of which bytes.

A database has no checksums of its own, and one flipped bit in it may be seen by nobody: the note's digest
sees it.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from app.config import data_folder
from app.domain.backups import KeptBackup, Proof
from app.domain.errors import BackupAltered, FileUnusable
from app.domain.values import from_micros, to_micros
from app.gateways.whole_files import whole_or_not

_NOTE = ".proof.json"
_UNFINISHED = (
    ".houselights-*.db.part*"  # as whole backups of a plan are called while they are written
)
_SURELY_OVER_S = 3_600.0
_AT_ONCE = 1 << 20  # bytes
_REASONS = {
    errno.ENOENT: "missing",
    errno.ENOTDIR: "missing",
    errno.EACCES: "read_only",
    errno.EPERM: "read_only",
    errno.EROFS: "read_only",
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
}


class NotedBackups:
    """See `app.domain.backups.BackupFolders`."""

    def usual(self) -> Path:
        """See the port."""
        return data_folder() / "backups"

    def prepare(self, folder: Path) -> None:
        """See the port."""
        with _said(folder):
            folder.mkdir(parents=True, exist_ok=True)
            if not os.access(folder, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
                raise PermissionError(errno.EACCES, "read only")
            for part in folder.glob(_UNFINISHED):  # of one that was killed
                if time.time() - part.stat().st_mtime > _SURELY_OVER_S:
                    part.unlink()

    def kept(self, folder: Path) -> tuple[KeptBackup, ...]:
        """See the port."""
        if not folder.is_dir():
            return ()
        with _said(folder):
            notes = sorted(folder.glob(f"*{_NOTE}"))
        found = [_read(note) for note in notes]
        backups = [one for one in found if one is not None]
        return tuple(sorted(backups, key=lambda one: one.made_at, reverse=True))

    def note(
        self, file: Path, proof: Proof, *, house: str, station: str, at: datetime
    ) -> KeptBackup:
        """See the port."""
        known = _read(_note_of(file))
        with _said(file):
            digest, size = _digest(file), file.stat().st_size
        same = known is not None and known.digest == digest
        made = known if same and known is not None else None
        backup = KeptBackup(
            path=file,
            made_at=made.made_at if made else at,
            size=size,
            house=made.house if made else house,
            station=made.station if made else station,
            revision=proof.revision,
            digest=digest,
            proven_at=at,
            figures=dict(proof.checked),
        )
        with whole_or_not(_note_of(file)) as part:
            part.write_text(json.dumps(_document(backup), indent=1), encoding="utf-8")
        return backup

    def refuse_altered(self, file: Path) -> None:
        """See the port."""
        known = _read(_note_of(file))
        if known is None:
            return
        with _said(file):
            if _digest(file) != known.digest:
                raise BackupAltered(str(file))

    def forget(self, backup: KeptBackup) -> None:
        """See the port."""
        with _said(backup.path):
            backup.path.unlink(missing_ok=True)
            _note_of(backup.path).unlink(missing_ok=True)


def _note_of(file: Path) -> Path:
    return file.with_name(file.name + _NOTE)


def _document(backup: KeptBackup) -> dict[str, Any]:
    return {
        "made_at": to_micros(backup.made_at),
        "proven_at": None if backup.proven_at is None else to_micros(backup.proven_at),
        "size": backup.size,
        "sha256": backup.digest,
        "house": backup.house,
        "station": backup.station,
        "revision": backup.revision,
        "checked": dict(backup.figures),
    }


def _read(note: Path) -> KeptBackup | None:
    """None for what is no note of ours, or whose file is gone."""
    file = note.with_name(note.name.removesuffix(_NOTE))
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads(note.read_text(encoding="utf-8"))
        proven = kept["proven_at"]
        return KeptBackup(
            path=file,
            made_at=from_micros(kept["made_at"]),
            size=file.stat().st_size,
            house=str(kept["house"]),
            station=str(kept["station"]),
            revision=str(kept["revision"]),
            digest=str(kept["sha256"]),
            proven_at=None if proven is None else from_micros(proven),
            figures={str(name): int(count) for name, count in kept["checked"].items()},
        )
    return None


def _digest(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while piece := opened.read(_AT_ONCE):
            digest.update(piece)
    return digest.hexdigest()


@contextmanager
def _said(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FileUnusable(str(path), _REASONS.get(error.errno or 0, "other")) from error
