"""Reports as workbooks: a sheet a table, real numbers and days, totals as values.

Text is never anything but text here: a name that looks like a formula or a link stays a name.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from app.domain.notation import (
    Notation,
    decimal,
)
from app.domain.report_parts import (
    Cell,
    Column,
    Kind,
    Line,
    LineKind,
    Report,
    Stop,
    Table,
)
from app.domain.values import exponent

_LONGEST_TEXT = 32_767
_MOST_ROWS = 1_048_576
_HEAD_ROW = 3
# a spreadsheet reckons in 15 digits; beyond them an amount is written as text, to the cent
_EXACT = 10**15
_WIDTHS = {Kind.COUNT: 11, Kind.MONEY: 15, Kind.INSTANT: 17, Kind.DAY: 12, Kind.SHARE: 9}
_INK, _LINE, _GROUND = "#241F1C", "#C9C0B3", "#F4F1EC"


def write_xlsx(report: Report, path: Path, *, notation: Notation, stop: Stop) -> None:
    """A sheet a table: title, what it is about, frozen head, rows, totals as values."""
    book = xlsxwriter.Workbook(
        str(path),
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"title": notation.say(report.title), "author": report.house})
    formats = _Formats(book)
    names: set[str] = set()
    try:
        for table in report.tables or (Table(report.title, (Column(""),), ()),):
            name = _sheet_name(table, names, notation)
            _Sheet(book.add_worksheet(name), formats, report, table, notation).fill(stop)
    finally:
        book.close()  # whatever happened: it has files of its own to put away


def _sheet_name(table: Table, taken: set[str], notation: Notation) -> str:
    plain = "".join(c for c in notation.say(table.title) if c not in "[]:*?/\\'") or "Sheet"
    wanted = plain[:31]
    if wanted.casefold() in taken and table.currency:
        wanted = f"{plain[:27]} {table.currency}"
    number = 2
    while wanted.casefold() in taken:
        wanted = f"{plain[:27]} {number}"
        number += 1
    taken.add(wanted.casefold())
    return wanted


class _Formats:
    """Cell formats by what is in the cell and what line it stands in, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[str, bool], Any] = {}
        self.title = book.add_format({"bold": True, "font_size": 16, "font_color": _INK})
        self.line = book.add_format({"font_color": "#6A625A"})
        self.group = book.add_format({"bold": True, "bg_color": _GROUND, "font_color": _INK})

    def cell(self, column: Column, *, total: bool, right: bool) -> Any:
        """For a value of this column."""
        return self._format(_number_format(column), total=total, right=right)

    def head(self, *, right: bool) -> Any:
        """For a column's head."""
        key = ("head right" if right else "head", False)
        if key not in self._made:
            look = {"bold": True, "bottom": 1, "bottom_color": _INK, "text_wrap": True}
            look |= {"valign": "bottom", "align": "right" if right else "left"}
            self._made[key] = self._book.add_format(look)
        return self._made[key]

    def _format(self, number_format: str, *, total: bool, right: bool) -> Any:
        key = (number_format + (" right" if right else ""), total)
        if key not in self._made:
            look: dict[str, Any] = {"num_format": number_format, "valign": "top"}
            look["align"] = "right" if right else "left"
            if total:
                look |= {"bold": True, "top": 1, "top_color": _LINE}
            self._made[key] = self._book.add_format(look)
        return self._made[key]


def _number_format(column: Column) -> str:
    if column.kind is Kind.MONEY:
        places = exponent(column.currency)
        return "#,##0" + ("." + "0" * places if places else "")
    return {
        Kind.COUNT: "#,##0",
        Kind.SHARE: "0.0%",
        Kind.DAY: "yyyy-mm-dd",
        Kind.INSTANT: "yyyy-mm-dd hh:mm",
    }.get(column.kind, "@")


class _Sheet:
    """One worksheet, written row by row from the top."""

    def __init__(
        self, sheet: Any, formats: _Formats, report: Report, table: Table, notation: Notation
    ) -> None:
        self._sheet = sheet
        self._formats = formats
        self._report = report
        self._table = table
        self._notation = notation
        self._label = formats.cell(Column(""), total=True, right=False)
        self._looks = {
            total: [
                formats.cell(column, total=total, right=table.at_right(place))
                for place, column in enumerate(table.columns)
            ]
            for total in (False, True)
        }

    def fill(self, stop: Stop) -> None:
        """Everything; what is beyond a sheet's last row is not lost in silence but named there."""
        self._set_up()
        self._write_head()
        row = _HEAD_ROW + 1
        for line in self._table.watched(stop):
            if row >= _MOST_ROWS - 1 - len(self._closing()):
                text = "More rows than a sheet can hold: take fewer days, or CSV."
                self._sheet.write_string(row, 0, self._notation.say(text), self._formats.line)
                return
            self._write_line(row, line)
            row += 1
        for place, text in enumerate(self._closing(), start=row + 1):
            self._sheet.write_string(place, 0, text, self._formats.line)

    def _set_up(self) -> None:
        for place, column in enumerate(self._table.columns):
            self._sheet.set_column(place, place, self._width(place, column))
        self._sheet.freeze_panes(_HEAD_ROW + 1, 1)
        self._sheet.repeat_rows(_HEAD_ROW)
        self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.hide_gridlines(2)
        self._sheet.set_footer("&L&8&F&R&8&P / &N")

    def _width(self, place: int, column: Column) -> float:
        width = _WIDTHS.get(column.kind, 0)
        if width:
            return max(width, min(len(self._notation.heading(column)) + 2, 22))
        few = (row[place] for section in self._table.sections for row in section.rows[:200])
        longest = max((len(str(cell or "")) for cell in few), default=0)
        return max(10, min(longest + 2, 44))

    def _write_head(self) -> None:
        report, say = self._report, self._notation.say
        self._sheet.write_string(0, 0, _fitting(say(report.title)), self._formats.title)
        about = f"{self._notation.about(report)}. {self._notation.made(report)}"
        self._sheet.write_string(1, 0, _fitting(about), self._formats.line)
        for place, column in enumerate(self._table.columns):
            text = self._notation.heading(column)
            head = self._formats.head(right=self._table.at_right(place))
            self._sheet.write_string(_HEAD_ROW, place, text, head)

    def _write_line(self, row: int, line: Line) -> None:
        kind, cells = line
        if kind is LineKind.GROUP:
            for place in range(len(self._table.columns)):
                text = _fitting(str(cells[0])) if place == 0 else ""
                self._put(row, place, text, self._formats.group)
            return
        total = kind is not LineKind.ROW
        looks = self._looks[total]
        if total:
            self._put(row, 0, self._notation.say(str(cells[0])), self._label)
        for place in range(1 if total else 0, len(cells)):
            self._write_cell(row, place, cells[place], looks[place])

    def _write_cell(self, row: int, place: int, cell: Cell, look: Any) -> None:
        column = self._table.columns[place]
        if cell is None:
            self._sheet.write_blank(row, place, None, look)
        elif isinstance(cell, int):
            self._write_figure(row, place, cell, look)
        elif column.kind is Kind.DAY:
            self._sheet.write_datetime(row, place, date.fromisoformat(cell), look)
        elif column.kind is Kind.INSTANT:
            self._sheet.write_datetime(row, place, datetime.fromisoformat(cell), look)
        else:
            text = self._notation.say(cell) if column.kind is Kind.WORD else cell
            self._put(row, place, text, look)

    def _write_figure(self, row: int, place: int, value: int, look: Any) -> None:
        column = self._table.columns[place]
        if abs(value) >= _EXACT:
            self._put(row, place, decimal(value, column.currency), look)
        elif column.kind is Kind.MONEY:
            self._sheet.write_number(row, place, value / 10 ** exponent(column.currency), look)
        else:
            scale = 10_000 if column.kind is Kind.SHARE else 1
            self._sheet.write_number(row, place, value / scale, look)

    def _put(self, row: int, place: int, text: str, look: Any) -> None:
        """Text and never anything else: `write_string` knows no formulas and no links."""
        if text:
            self._sheet.write_string(row, place, _fitting(text), look)
        else:
            self._sheet.write_blank(row, place, None, look)

    def _closing(self) -> list[str]:
        proofs = [p for p in self._report.proofs if p.currency == self._table.currency]
        return [
            *(self._notation.proof(proof) for proof in proofs),
            *(self._notation.say(note) for note in self._report.notes),
        ]


def _fitting(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"
