"""Reports as files, whole or not at all; CSV (RFC 4180) here, the others in files of their own.

Names come from strangers. A spreadsheet would run a name that begins like a formula, so in CSV such
text gets an apostrophe before it.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from app.domain.notation import (
    Notation,
    decimal,
)
from app.domain.report_parts import (
    Cell,
    Column,
    Kind,
    LineKind,
    Report,
    Stop,
    Table,
)
from app.domain.reports import (
    ReportFormat,
)
from app.gateways.whole_files import whole_or_not

_STARTS_A_FORMULA = tuple("=+-@\t\r\n\0＝＋－＠")


class ReportWriter:
    """The `ReportFiles` port. `mark` False leaves the byte order mark, by which Excel knows UTF-8,
    out of CSV files."""

    def __init__(self, *, mark: bool = True) -> None:
        self._mark = mark

    def write(
        self,
        report: Report,
        path: Path,
        *,
        form: ReportFormat,
        notation: Notation,
        stop: Stop,
    ) -> None:
        """See the port."""
        with whole_or_not(path) as part:
            if form is ReportFormat.CSV:
                encoding = "utf-8-sig" if self._mark else "utf-8"
                with part.open("w", encoding=encoding, newline="") as file:
                    write_csv(report, file, notation=notation, stop=stop)
            else:
                _writer(form)(report, part, notation=notation, stop=stop)


def _writer(form: ReportFormat) -> Callable[..., None]:
    """XlsxWriter and fpdf2 take 200 ms to import: only who saves such a file pays."""
    if form is ReportFormat.XLSX:
        from app.gateways.report_xlsx import write_xlsx  # noqa: PLC0415

        return write_xlsx
    from app.gateways.report_pdf import write_pdf  # noqa: PLC0415

    return write_pdf


def write_csv(report: Report, file: TextIO, *, notation: Notation, stop: Stop) -> None:
    """Head, rows and totals of each table; every record as long as the longest, an empty one between
    two tables. Amounts with a point and no grouping, days as 2026-11-27, for programs to read."""
    writer = csv.writer(file, lineterminator="\r\n")
    width = max((len(table.columns) for table in report.tables), default=1)
    several = len(report.tables) > 1

    def record(cells: list[str]) -> None:
        writer.writerow(cells + [""] * (width - len(cells)))

    for number, table in enumerate(report.tables):
        if number:
            record([])
        if several:
            record([harmless(notation.say(table.title))])
        record([harmless(notation.heading(column)) for column in table.columns])
        for kind, row in table.watched(stop):
            if kind is LineKind.GROUP:
                record([harmless(str(row[0]))])
            else:
                record(_plain_line(table, kind, row, notation))


def _plain_line(
    table: Table, kind: LineKind, row: tuple[Cell, ...], notation: Notation
) -> list[str]:
    cells = [
        _plain(column, cell, notation) for column, cell in zip(table.columns, row, strict=True)
    ]
    if kind is not LineKind.ROW:
        cells[0] = harmless(notation.say(str(row[0])))
    return cells


def _plain(column: Column, cell: Cell, notation: Notation) -> str:
    if cell is None:
        return ""
    if isinstance(cell, int):
        if column.kind is Kind.MONEY:
            return decimal(cell, column.currency)
        return f"{decimal(cell, '')}%" if column.kind is Kind.SHARE else str(cell)
    if column.kind is Kind.INSTANT:
        return cell.replace("T", " ")
    return harmless(notation.say(cell) if column.kind is Kind.WORD else cell)


def harmless(text: str) -> str:
    """The text, with an apostrophe before it when a spreadsheet might take it for a formula."""
    bare = text.lstrip().lstrip("\ufeff\u200b\u200e\u200f")
    dangerous = text.startswith(_STARTS_A_FORMULA) or bare.startswith(_STARTS_A_FORMULA)
    return f"'{text}" if dangerous else text
