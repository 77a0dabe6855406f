"""A report laid out on A4 pages: head that repeats, figures under each other, totals that stand out.

Knows no printer and no file: pages are strokes in millimetres, which `report_pdf` and the screen's
printing draw. So what is printed and what is saved are the same to the hair.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.domain.notation import Notation
from app.domain.report_parts import Column, Kind, Line, LineKind, Report, Table

# How wide a text is, in ems, plain or bold.
Measure = Callable[[str, bool], float]

POINT = 25.4 / 72  # mm
_MARGIN = 15.0  # as all lengths here in mm
_PORTRAIT, _LANDSCAPE = (210.0, 297.0), (297.0, 210.0)
_ROW, _HEAD_LINE = 5.8, 3.6
_GAP = 4.0  # between two columns
_FOOT, _RUNNING_HEAD = 12.0, 9.0
_BODY, _LEAST_BODY, _HEAD_SHARE = 8.2, 5.2, 0.92  # points, and the head's part of them
_NARROWEST, _WIDEST = 18.0, 60.0  # a column of text
_FIGURE_ROW, _PROOF, _NOTE = 16.0, 5.2, 4.2
_LONGEST = 240  # letters of a cell anybody could see
_SAMPLED = 400  # rows whose text decides how wide a column is
_WRITTEN = (Kind.TEXT, Kind.WORD)


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text with its baseline at `y`, from `x`, or up to `x` when `right`."""

    x: float
    y: float
    text: str
    points: float
    bold: bool = False
    ink: str = "text"
    right: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across."""

    x: float
    y: float
    width: float
    thick: float
    ink: str


@dataclass(frozen=True, slots=True)
class Ground:
    """A filled box."""

    x: float
    y: float
    width: float
    height: float
    ink: str


Stroke = Words | Rule | Ground


@dataclass(frozen=True, slots=True)
class _Block:
    """A table with what its columns need at the size of body text, and where they stand."""

    table: Table
    needs: tuple[float, ...]
    lefts: tuple[float, ...] = ()
    widths: tuple[float, ...] = ()
    points: float = _BODY
    heads: tuple[tuple[str, ...], ...] = ()

    @property
    def natural(self) -> float:
        """How wide it would like to be."""
        return sum(self.needs) + _GAP * (len(self.needs) - 1)

    @property
    def head_lines(self) -> int:
        """How many lines its head takes."""
        return max((len(lines) for lines in self.heads), default=1)


@dataclass(frozen=True, slots=True)
class _Piece:
    """The part of a table that stands on one page."""

    block: _Block
    lines: tuple[Line, ...]
    top: float


class ReportPages:
    """The pages of a report. `width` and `height` in mm; all pages are alike."""

    def __init__(self, report: Report, *, notation: Notation, measure: Measure) -> None:
        self._report = report
        self._notation = notation
        self._measure = measure
        blocks = [_Block(table, self._needs(table)) for table in report.tables]
        wide = any(block.natural > _PORTRAIT[0] - 2 * _MARGIN for block in blocks)
        self.width, self.height = _LANDSCAPE if wide else _PORTRAIT
        self._room = self.width - 2 * _MARGIN
        self._right = self.width - _MARGIN
        self._bottom = self.height - _MARGIN - _FOOT
        self._titled = len(report.tables) > 1
        self._pages = self._paginated([self._placed(block) for block in blocks])

    def __len__(self) -> int:
        """How many pages there are, at least one."""
        return len(self._pages)

    def __iter__(self) -> Iterator[tuple[Stroke, ...]]:
        """The strokes of each page, in the order to draw them in."""
        for number, pieces in enumerate(self._pages, start=1):
            strokes = [*(self._title() if number == 1 else self._running_head())]
            for piece in pieces:
                strokes += self._head(piece)
                strokes += self._lines(piece)
            if number == len(self._pages):
                strokes += self._notes(pieces)
            yield (*strokes, *self._foot(number))

    # -- columns -----------------------------------------------------------------------------------

    def _needs(self, table: Table) -> tuple[float, ...]:
        return tuple(self._need(table, place, c) for place, c in enumerate(table.columns))

    def _need(self, table: Table, place: int, column: Column) -> float:
        em = _BODY * POINT
        words = self._notation.say(column.title).split()
        needs = [self._measure(word, True) * em * _HEAD_SHARE for word in words]
        for value in _telling(table, place, column):
            text = self._notation.cell(column, value)
            needs.append(self._measure(text[:_LONGEST], False) * em)
        if table.total is not None and place:
            text = self._notation.cell(column, table.total[place])
            needs.append(self._measure(text, True) * em)
        most = _WIDEST if column.kind in _WRITTEN else 90.0
        return min(max(9.0, *needs) + 0.4, most) if needs else 9.0

    def _placed(self, block: _Block) -> _Block:
        """Fill the width: text gives way and grows first, then the size of the text."""
        room = self._room - _GAP * (len(block.needs) - 1)
        widths, points = list(block.needs), _BODY
        texts = [i for i, c in enumerate(block.table.columns) if c.kind in _WRITTEN]
        spare = room - sum(widths)
        if spare < 0:
            _shrink(widths, texts, -spare)
            short = room / sum(widths)
            if short < 1:
                points = max(_LEAST_BODY, _BODY * short)
                widths = [width * short for width in widths]
        else:
            grows = texts or range(len(widths))
            for place in grows:
                widths[place] += spare / len(grows)
        lefts = [_MARGIN + sum(widths[:i]) + i * _GAP for i in range(len(widths))]
        heads = tuple(
            self._wrapped(column, width, points)
            for column, width in zip(block.table.columns, widths, strict=True)
        )
        return replace(block, lefts=tuple(lefts), widths=tuple(widths), points=points, heads=heads)

    def _wrapped(self, column: Column, width: float, points: float) -> tuple[str, ...]:
        em = points * _HEAD_SHARE * POINT
        lines: list[str] = []
        for word in self._notation.say(column.title).split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self._measure(longer, True) * em <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return tuple(lines) or ("",)

    # -- reckoning pages ---------------------------------------------------------------------------

    def _first_top(self) -> float:
        figures = _FIGURE_ROW * -(-len(self._report.figures) // self._figures_a_row())
        return _MARGIN + 21.0 + figures + _PROOF * len(self._report.proofs)

    def _figures_a_row(self) -> int:
        return 6 if self.width > 250 else 4

    def _head_height(self, block: _Block) -> float:
        title = 9.0 if self._titled or block.table.currency else 3.0
        return title + block.head_lines * _HEAD_LINE + 2.4

    def _paginated(self, blocks: Sequence[_Block]) -> list[list[_Piece]]:
        pages: list[list[_Piece]] = [[]]
        top = self._first_top()
        for block in blocks:
            head = self._head_height(block)
            lines, at = list(block.table.lines()), 0
            groups = [place for place, line in enumerate(lines) if line[0] is LineKind.GROUP]
            while at < len(lines):
                room = int((self._bottom - top - head) // _ROW)
                if room < min(4, len(lines) - at):
                    pages.append([])
                    top = _MARGIN + _RUNNING_HEAD
                    room = int((self._bottom - top - head) // _ROW)
                opening = self._opening(_group_going_on(lines, at, groups))
                count = _count(lines, at, room - len(opening))
                piece = _Piece(block, (*opening, *lines[at : at + count]), top)
                pages[-1].append(piece)
                top += head + len(piece.lines) * _ROW + 6.0
                at += count
        if self._bottom - self._lowest(pages[-1]) < _NOTE * len(self._report.notes) + 3.0:
            pages.append([])
        return pages

    def _opening(self, title: str) -> tuple[Line, ...]:
        """A group that goes on from the page before says its title again."""
        if not title:
            return ()
        return ((LineKind.GROUP, (self._notation.say("{title}, continued").format(title=title),)),)

    def _lowest(self, pieces: Sequence[_Piece]) -> float:
        if not pieces:
            return self._first_top() if not self._report.tables else _MARGIN + _RUNNING_HEAD
        last = pieces[-1]
        return last.top + self._head_height(last.block) + len(last.lines) * _ROW

    # -- strokes -----------------------------------------------------------------------------------

    def _title(self) -> Iterator[Stroke]:
        notation, report = self._notation, self._report
        yield Ground(_MARGIN, _MARGIN, 12.0, 1.0, "brass")
        yield Words(_MARGIN, _MARGIN + 10.0, notation.say(report.title), 19, bold=True)
        about = self._fitting(notation.about(report), self._room * 0.72, 9)
        yield Words(_MARGIN, _MARGIN + 16.0, about, 9, ink="muted")
        made = notation.made(report)
        yield Words(self._right, _MARGIN + 16.0, made, 9, ink="muted", right=True)
        yield from self._figures(_MARGIN + 23.0)
        y = self._first_top() - _PROOF * len(report.proofs) + 2.0
        for proof in report.proofs:
            ink, sign = ("good", "✓") if proof.holds else ("bad", "✗")
            yield Words(_MARGIN, y, sign, 9, ink=ink)
            text = self._fitting(notation.proof(proof), self._room - 5.0, 8.5)
            yield Words(_MARGIN + 5.0, y, text, 8.5, ink=ink)
            y += _PROOF

    def _figures(self, top: float) -> Iterator[Stroke]:
        a_row = self._figures_a_row()
        room = self._room / a_row
        for number, entry in enumerate(self._report.figures):
            x, y = _MARGIN + number % a_row * room, top + number // a_row * _FIGURE_ROW
            yield Words(x, y + 3.0, self._notation.say(entry.title), 8, ink="muted")
            value = self._notation.entry(entry)
            needed = self._measure(value, True) * 15 * POINT
            yield Words(x, y + 9.6, value, min(15.0, 15.0 * (room - 3.0) / needed), bold=True)

    def _running_head(self) -> Iterator[Stroke]:
        text = f"{self._notation.say(self._report.title)}, {self._notation.about(self._report)}"
        text = self._fitting(text, self._room, 8)
        yield Words(_MARGIN, _MARGIN + 2.0, text, 8, ink="muted")
        yield Rule(_MARGIN, _MARGIN + 4.4, self._room, 0.1, "line")

    def _foot(self, number: int) -> Iterator[Stroke]:
        y, say = self.height - _MARGIN, self._notation.say
        yield Rule(_MARGIN, y - 4.6, self._room, 0.1, "line")
        text = say("Page {number} of {count}").format(number=number, count=len(self))
        yield Words(self._right, y, text, 8, ink="muted", right=True)
        made = f"{self._report.house}, {self._notation.made(self._report)}".removeprefix(", ")
        yield Words(_MARGIN, y, self._fitting(made, self._room * 0.8, 8), 8, ink="muted")

    def _notes(self, pieces: Sequence[_Piece]) -> Iterator[Stroke]:
        y = self._lowest(pieces)
        if not self._report.tables:
            text = self._notation.say("Nothing of this kind happened on these days.")
            yield Words(_MARGIN, y + 8.0, text, 10, ink="muted")
            y += 10.0
        for number, note in enumerate(self._report.notes):
            text = self._fitting(self._notation.say(note), self._room, 7.5)
            yield Words(_MARGIN, y + 7.0 + number * _NOTE, text, 7.5, ink="muted")

    def _head(self, piece: _Piece) -> Iterator[Stroke]:
        block, table, say = piece.block, piece.block.table, self._notation.say
        if self._titled:
            yield Words(_MARGIN, piece.top + 6.4, say(table.title), 11, bold=True)
        if table.currency:
            text = say("Amounts in {currency}").format(currency=table.currency)
            yield Words(self._right, piece.top + 6.4, text, 8, ink="muted", right=True)
        base = piece.top + self._head_height(block) - 2.4
        points = block.points * _HEAD_SHARE
        for place, lines in enumerate(block.heads):
            right = table.at_right(place)
            x = block.lefts[place] + (block.widths[place] if right else 0.0)
            for number, text in enumerate(reversed(lines)):
                y = base - number * _HEAD_LINE
                yield Words(x, y, text, points, bold=True, ink="muted", right=right)
        yield Rule(_MARGIN, base + 1.6, self._room, 0.25, "text")

    def _lines(self, piece: _Piece) -> Iterator[Stroke]:
        y = piece.top + self._head_height(piece.block)
        for line in piece.lines:
            if line[0] is LineKind.GROUP:
                yield Ground(_MARGIN, y, self._room, _ROW, "sunk")
                title = self._fitting(str(line[1][0]), self._room, piece.block.points, bold=True)
                yield Words(_MARGIN, y + _ROW - 1.9, title, piece.block.points, bold=True)
            else:
                yield from self._cells(piece.block, line, y)
                yield self._rule_of(line[0], y)
            y += _ROW

    def _rule_of(self, kind: LineKind, y: float) -> Rule:
        if kind is LineKind.ROW:
            return Rule(_MARGIN, y + _ROW, self._room, 0.1, "line")
        total = kind is LineKind.TOTAL
        thick, ink = (0.25, "text") if total else (0.15, "muted")
        return Rule(_MARGIN, y, self._room, thick, ink)

    def _cells(self, block: _Block, line: Line, y: float) -> Iterator[Stroke]:
        kind, row = line
        bold, points = kind is not LineKind.ROW, block.points
        texts = self._notation.line(block.table, line)
        for place, text in enumerate(texts):
            if not text:
                continue
            x, width = block.lefts[place], block.widths[place]
            if block.table.at_right(place):
                ink = "muted" if row[place] == 0 and not bold else "text"
                yield Words(x + width, y + _ROW - 1.9, text, points, bold, ink, right=True)
            else:
                shown = self._fitting(text, width, points, bold=bold)
                yield Words(x, y + _ROW - 1.9, shown, points, bold)

    def _fitting(self, text: str, room: float, points: float, *, bold: bool = False) -> str:
        """As much of the text as fits into `room`, with dots where it was cut."""
        ems = room / (points * POINT)
        shown = text[:_LONGEST]
        if not shown.isprintable():
            shown = " ".join(shown.split())
        if len(text) <= _LONGEST and self._measure(shown, bold) <= ems:
            return shown
        low, high = 0, len(shown)
        while low < high:
            middle = (low + high + 1) // 2
            if self._measure(f"{shown[:middle]}…", bold) <= ems:
                low = middle
            else:
                high = middle - 1
        return f"{shown[:low].rstrip()}…"


def _telling(table: Table, place: int, column: Column) -> Iterator[str | int | None]:
    """The values that decide a width: the extremes of figures, a sample of texts."""
    if column.kind.figures:
        figures = [v for s in table.sections for row in s.rows if isinstance(v := row[place], int)]
        yield from (max(figures), min(figures)) if figures else ()
        return
    step = max(1, table.length // _SAMPLED)
    for section in table.sections:
        for row in section.rows[::step]:
            yield row[place]


def _shrink(widths: list[float], texts: Sequence[int], missing: float) -> None:
    """Take what is missing from the widest texts first, none below the narrowest."""
    while missing > 0.01 and texts:
        most = max(widths[place] for place in texts)
        if most <= _NARROWEST:
            return
        widest = [place for place in texts if widths[place] == most]
        others = [widths[place] for place in texts if widths[place] < most]
        floor = max(_NARROWEST, *others) if others else _NARROWEST
        step = min(missing / len(widest), most - floor)
        for place in widest:
            widths[place] -= step
        missing -= step * len(widest)


def _count(lines: Sequence[Line], at: int, room: int) -> int:
    """How many lines from `at` go on a page with `room` for so many: no title at its foot, no total
    alone on the next."""
    count = min(room, len(lines) - at)
    if at + count < len(lines):
        if count > 1 and lines[at + count][0] not in {LineKind.ROW, LineKind.GROUP}:
            count -= 1
        while count > 1 and lines[at + count - 1][0] is LineKind.GROUP:
            count -= 1
    return max(count, 1)


def _group_going_on(lines: Sequence[Line], at: int, groups: Sequence[int]) -> str:
    """The title of the group that the line at `at` is in the middle of; "" for none. `groups` are the
    lines that are titles."""
    before = bisect_right(groups, at) - 1
    if before < 0 or lines[at][0] in {LineKind.GROUP, LineKind.TOTAL}:
        return ""
    return str(lines[groups[before]][1][0])
