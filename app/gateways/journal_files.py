"""The journal on paper, so to speak: one JSON document a line, for auditors and for safe keeping."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from app.domain.errors import FileUnusable, JournalBroken
from app.domain.payments import JournalLine
from app.gateways.whole_files import whole_or_not


def write_journal(path: Path, lines: Iterable[JournalLine]) -> None:
    """Write every line to a new file, whole or not at all; FileUnusable."""
    with whole_or_not(path) as part, part.open("w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(asdict(line), ensure_ascii=False) + "\n")


def read_journal(path: Path) -> Iterator[JournalLine]:
    """The lines of an export; FileUnusable, and JournalBroken for a line that is none."""
    try:
        with path.open(encoding="utf-8") as file:
            for number, text in enumerate(file, 1):
                try:
                    yield JournalLine(**json.loads(text))
                except (ValueError, TypeError) as error:
                    raise JournalBroken("", number, "not_a_line") from error
    except OSError as error:
        raise FileUnusable(str(path), "missing") from error
