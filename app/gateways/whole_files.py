"""Files that are written whole or not at all: an export that failed half-way never looks like one."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.domain.errors import FileUnusable
from app.domain.values import new_id

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


@contextmanager
def whole_or_not(path: Path) -> Iterator[Path]:
    """A file beside `path` that takes its place when all went well, and else is gone. FileUnusable says
    why it cannot be."""
    part = path.with_name(f".{new_id()}.part")
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "a folder")
        part.touch(exist_ok=False)
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise FileUnusable(str(path), _REASONS.get(error.errno or 0, "other")) from error
    finally:
        with suppress(OSError):
            part.unlink()
