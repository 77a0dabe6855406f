"""The table model for lists too long to be held: a count, and pages read when they come into sight.

However long the list, the screen's thread only draws what is there: a row that was not read yet is
shown as a placeholder while a worker reads its page. A jump anywhere reads one page.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QModelIndex, QObject, Qt, QTimer, Signal

from app.domain.errors import HouselightsError
from ui import theme
from ui.tasks import Tasks
from ui.widgets.rows import Column, ColumnsModel, Index

T = TypeVar("T")

_DISPLAY = Qt.ItemDataRole.DisplayRole
_TONE = Qt.ItemDataRole.ForegroundRole
_NOWHERE = QModelIndex()
_KEPT = 40  # pages in memory
_MARGIN = 20  # rows before a page's edge at which the next one is fetched
_PLACEHOLDER = "…"


@dataclass(frozen=True)
class Source(Generic[T]):
    """One question to the database, asked piece by piece from a worker: how many rows answer it, and
    at most `limit` of them after the first `after`."""

    count: Callable[[], int]
    read: Callable[[int, int], Sequence[T]]  # after, limit


@dataclass(frozen=True)
class _Read(Generic[T]):
    """What a worker brought: pages by number, and the count when it was asked for."""

    source: Source[T]
    pages: dict[int, tuple[T, ...]]
    count: int | None


class WindowedModel(ColumnsModel[T]):
    """Rows of `T` out of a `Source`, told apart by `key`, a page at a time.

    `counted` fires with the number of rows whenever the source was counted; `failed` carries the
    HouselightsError that reading met: what was read before stays, `refresh` tries again.
    """

    counted = Signal(int)
    failed = Signal(object)

    def __init__(
        self,
        columns: Sequence[Column[T]],
        *,
        key: Callable[[T], Hashable],
        tasks: Tasks,
        page: int = 100,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, key=key, parent=parent)
        self._tasks = tasks
        self._page = page
        self._source: Source[T] | None = None  # the one whose rows are shown
        self._newest: Source[T] | None = None  # the one asked last; differs while its answer is out
        self._count = 0
        self._pages: OrderedDict[int, tuple[T, ...]] = OrderedDict()
        self._stale: set[int] = set()  # shown, but older than the last change
        self._asked: set[int] = set()  # at a worker
        self._wanted: set[int] = set()
        self._last_seen = 0
        # after the paint that missed them: what one paint misses is one reading
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._read_wanted)

    # -- what is shown -------------------------------------------------------------------------

    def show(self, source: Source[T]) -> None:
        """Show the answer to another question; the old rows stay until its first page is there."""
        self._newest = source
        self._ask(source, {0}, counting=True)

    def refresh(self) -> None:
        """Something changed: count again, and read again what is in sight. Nothing scrolls, and rows
        that moved take the selection with them."""
        if self._newest is None:
            return
        self._stale |= set(self._pages)
        page = self._last_seen if self._newest is self._source else 0
        self._ask(self._newest, {page}, counting=True)

    def value_at(self, position: int) -> T | None:
        """The value in that row; None while its page is not read. Asks for nothing."""
        page, offset = divmod(position, self._page)
        rows = self._pages.get(page, ())
        return rows[offset] if 0 <= offset < len(rows) else None

    def position(self, key: Hashable) -> int:
        """The row number of `key` among the pages that were read, -1 when it is in none."""
        for page, rows in self._pages.items():
            for offset, row in enumerate(rows):
                if self._key(row) == key:
                    return page * self._page + offset
        return -1

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """As many as there are, read or not."""
        return 0 if parent.isValid() else self._count

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """As any table's; a row that is not read yet asks for its page and shows a placeholder."""
        if not index.isValid():
            return None
        if role == _DISPLAY:
            self._in_sight(index.row())
        if self.value_at(index.row()) is None:
            if role == _DISPLAY:
                return _PLACEHOLDER if index.column() == 0 else ""
            if role == _TONE:
                return theme.current().colour("faint")
        return super().data(index, role)

    # -- reading -------------------------------------------------------------------------------

    def _in_sight(self, position: int) -> None:
        page, offset = divmod(position, self._page)
        self._last_seen = page
        if page not in self._pages or page in self._stale:
            self._want(page)
        elif offset < _MARGIN and page > 0:
            self._want_more(page - 1)
        elif offset >= self._page - _MARGIN and (page + 1) * self._page < self._count:
            self._want_more(page + 1)

    def _want_more(self, page: int) -> None:
        if page not in self._pages:
            self._want(page)

    def _want(self, page: int) -> None:
        if page not in self._asked and page not in self._wanted:
            self._wanted.add(page)
            self._soon.start()

    def _read_wanted(self) -> None:
        wanted, self._wanted = self._wanted, set()
        if self._source is None or not wanted:
            return
        # A newer request drops an older one: take along what the older one still owes nearby.
        near = {page for page in self._asked if any(abs(page - other) <= 1 for other in wanted)}
        self._ask(self._source, wanted | near, counting=False)

    def _ask(self, source: Source[T], pages: set[int], *, counting: bool) -> None:
        dropped = self._asked - pages
        self._asked = set(pages)
        size = self._page

        def work() -> _Read[T]:
            count = source.count() if counting else None
            return _Read(
                source,
                {page: tuple(source.read(page * size, size)) for page in sorted(pages)},
                count,
            )

        # counting has a request of its own, so that scrolling on does not drop it
        key = "count" if counting else "pages"
        self._tasks.run(self, work, done=self._on_read, failed=self._on_failure, key=key)
        self._repaint(dropped)

    def _on_read(self, read: _Read[T]) -> None:
        if read.count is None and read.source is not self._source:
            return  # of a question nobody asks any more
        self._asked -= set(read.pages)
        if read.source is not self._source:
            self._begin(read)
        else:
            if read.count is not None:
                self._resize(read.count)
            self._take(read.pages)
        if read.count is not None:
            self.counted.emit(read.count)

    def _begin(self, read: _Read[T]) -> None:
        """The first answer to a new question."""
        self.beginResetModel()
        self._source = read.source
        self._count = read.count or 0
        self._last_seen = 0
        self._pages = OrderedDict(read.pages)
        self._stale.clear()
        self._wanted.clear()
        self._asked.clear()
        self.endResetModel()

    def _resize(self, count: int) -> None:
        before = self._count
        if count > before:
            self.beginInsertRows(_NOWHERE, before, count - 1)
            self._count = count
            self.endInsertRows()
        elif count < before:
            self.beginRemoveRows(_NOWHERE, count, before - 1)
            self._count = count
            self.endRemoveRows()

    def _take(self, pages: dict[int, tuple[T, ...]]) -> None:
        for page, rows in pages.items():
            self._pages[page] = rows
            self._pages.move_to_end(page)
            self._stale.discard(page)
        while len(self._pages) > max(_KEPT, len(pages)):
            gone, _ = self._pages.popitem(last=False)
            self._stale.discard(gone)
        self._repaint(set(pages) | self._stale)

    def _repaint(self, pages: set[int]) -> None:
        last_column = len(self._columns) - 1
        for page in sorted(pages):
            first, last = page * self._page, min((page + 1) * self._page, self._count) - 1
            if first <= last:
                self.dataChanged.emit(self.index(first, 0), self.index(last, last_column))

    def _on_failure(self, error: HouselightsError) -> None:
        self._asked.clear()
        self.failed.emit(error)
