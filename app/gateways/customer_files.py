"""Tables of customers as CSV files, from whatever program wrote them, and back.

Nobody says in which encoding and with which delimiter a file was written, so both are recognised.
What a spreadsheet would take for a formula leaves as text (a ' before it) and loses that on its way
back in.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.domain.customer_sheets import Sheet, SheetRow
from app.domain.customers import Customer
from app.domain.errors import FileUnusable, SheetRefused
from app.gateways.whole_files import whole_or_not

MAX_BYTES = 100 * 2**20
MAX_ROWS = 500_000
_DELIMITERS = ",;\t|"
_SAMPLE_LINES = 40
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# what a spreadsheet runs when a cell begins with it, and what was put before it by `_harmless`
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NEUTRALISED = re.compile(r"'+[=+\-@\t\r]")
_HEADER = ("Name", "E-mail", "Phone", "Notes", "Since")


class CsvCustomerFiles:
    """The `CustomerFiles` port."""

    def read(self, path: Path) -> Sheet:
        """See the port. The first line is the header, unless an address stands in it."""
        text, encoding = _decoded(_bytes(path), path)
        text, delimiter = _delimiter(text)
        records = _records(text, delimiter, path)
        first = next(records, None)
        if first is None:
            raise SheetRefused(str(path), "empty")
        rows = []
        header = first.cells
        if any("@" in cell for cell in header):
            rows.append(first)
            header = ("",) * len(first.cells)
        for row in records:
            if len(rows) == MAX_ROWS:
                raise SheetRefused(str(path), "too_many")
            rows.append(row)
        if not rows:
            raise SheetRefused(str(path), "no_rows")
        return Sheet(path.name, encoding, delimiter, header, tuple(rows))

    def write(self, path: Path, customers: Sequence[Customer]) -> None:
        """See the port: UTF-8 with a mark, so that spreadsheets read every script."""
        rows = [(c.name, c.email, c.phone, c.notes, c.since.date().isoformat()) for c in customers]
        self.write_rows(path, _HEADER, rows)

    def write_rows(self, path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """See the port."""
        with whole_or_not(path) as part, part.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([_harmless(cell) for cell in header])
            writer.writerows([_harmless(cell) for cell in row] for row in rows)


def _harmless(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _meant(cell: str) -> str:
    return cell[1:] if _NEUTRALISED.match(cell) else cell


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise FileUnusable(str(path), "is_folder")
        if path.stat().st_size > MAX_BYTES:
            raise SheetRefused(str(path), "too_large")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (FileNotFoundError, ValueError) as error:
        raise FileUnusable(str(path), "missing") from error
    except PermissionError as error:
        raise FileUnusable(str(path), "refused") from error
    except OSError as error:
        raise FileUnusable(str(path), "other") from error
    if len(data) > MAX_BYTES:
        raise SheetRefused(str(path), "too_large")
    return data


def _decoded(data: bytes, path: Path) -> tuple[str, str]:
    """The text, and the encoding it was recognised to be in."""
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), "")
    for candidate in (encoding,) if encoding else (*_without_mark(data), "utf-8", "cp1252"):
        try:
            text = data.decode(candidate)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, {"utf-8-sig": "utf-8"}.get(candidate, candidate)
    raise FileUnusable(str(path), "not_text")


def _without_mark(data: bytes) -> tuple[str, ...]:
    """UTF-16 without its mark: every other byte of Latin text is nothing."""
    even, odd = data[:2000:2].count(0), data[1:2000:2].count(0)
    if max(even, odd) * 4 < len(data[:2000]) // 2:
        return ()
    return ("utf-16-le",) if odd > even else ("utf-16-be",)


def _delimiter(text: str) -> tuple[str, str]:
    """The text without the line that names its delimiter, and the delimiter: the one that cuts the
    first lines into the same number of columns most often."""
    named = re.match(r"sep=(.)\r?\n", text)
    if named:
        # the line stays as an empty one, so that lines are counted as an editor does
        return "\n" + text[named.end() :], named[1]
    sample = "\n".join(text[:200_000].splitlines()[:_SAMPLE_LINES])
    return text, max(_DELIMITERS, key=lambda mark: _fit(sample, mark))


def _fit(sample: str, mark: str) -> tuple[float, int]:
    try:
        widths = [len(row) for row in csv.reader(io.StringIO(sample), delimiter=mark) if row]
    except csv.Error:
        return 0.0, 0
    if not widths:
        return 0.0, 0
    (width, often), *_ = Counter(widths).most_common(1)
    return (often / len(widths) if width > 1 else 0.0), width


def _records(text: str, delimiter: str, path: Path) -> Iterator[SheetRow]:
    """Every record that is not blank, with the line it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise SheetRefused(str(path), "not_a_table", line) from error
        if any(cell.strip() for cell in cells):
            yield SheetRow(line, tuple(_meant(cell.strip()).strip() for cell in cells))
        line = reader.line_num + 1
