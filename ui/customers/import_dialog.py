"""Importing customers: columns at the left, what comes of them at the right, then the result."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QProgressBar,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.domain.customer_sheets import BadRow, OnKnown, Outcome
from ui.customers.importing import FirstRow, Importing, State, Step, reason
from ui.customers.mapping_panel import MappingPanel
from ui.errors import Level, words
from ui.i18n import number, plural, tr
from ui.widgets.buttons import Button
from ui.widgets.frames import Empty, Header, Label, Rule
from ui.widgets.notice import NoticeBar
from ui.widgets.rows import Column, RowsModel
from ui.widgets.segmented import Segmented
from ui.widgets.table import Table

_OPENS_AT = QSize(1080, 720)
_MOST_SHOWN = 2000  # bad rows in the table; all of them go into the file


class ImportDialog(QDialog):
    """Shows an `Importing` from reading the file to the rows that were left out."""

    def __init__(self, importing: Importing, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._importing = importing
        importing.setParent(self)
        self.header = Header(tr("Import customers"))
        self.notice = NoticeBar()
        self.mapping = MappingPanel()
        self.shown = Segmented(
            (("first", tr("As they come in")), ("bad", tr("Left out"))),
            accessible=tr("Which rows"),
        )
        self.first: RowsModel[FirstRow] = RowsModel(_contacts(), key=_number)
        self.bad: RowsModel[BadRow] = RowsModel(_reasons(), key=_bad_key)
        self.first_table = Table(self.first, accessible=tr("First rows"))
        self.bad_table = Table(self.bad, accessible=tr("Rows left out"))
        self._nothing_bad = Empty(
            tr("Every row is fine"), tr("Nothing would be left out."), icon="check-circle"
        )
        self._more = Label("", "small")
        self._sum = Label("", "strong", wrap=True)
        self.known = Segmented(
            (("update", tr("Update")), ("skip", tr("Leave as they are"))),
            accessible=tr("Customers who are there already"),
        )
        self._known_of = Label(tr("Known already"), "muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.save_bad = Button(tr("Save left out rows…"), icon="download")
        self.cancel = Button(tr("Cancel"), key="Esc")
        self.go = Button(tr("Import"), look="primary", icon="upload")
        self.setWindowTitle(tr("Import customers"))
        self.resize(_OPENS_AT)
        self._lay_out()
        self._connect_parts()
        self._show()

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setContentsMargins(24, 16, 24, 16)
        right.setSpacing(12)
        right.addWidget(self.shown, 0, Qt.AlignmentFlag.AlignLeft)
        place = QWidget()
        self._tables = QStackedLayout(place)
        for part in (self.first_table, self.bad_table, self._nothing_bad):
            self._tables.addWidget(part)
        right.addWidget(place, 1)
        right.addWidget(self._more)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.mapping)
        middle.addLayout(right, 1)
        top = QVBoxLayout()
        top.setContentsMargins(24, 20, 24, 16)
        top.setSpacing(12)
        top.addWidget(self.header)
        top.addWidget(self.notice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(Rule())
        column.addLayout(middle, 1)
        column.addWidget(Rule())
        column.addLayout(self._foot())

    def _foot(self) -> QHBoxLayout:
        said = QVBoxLayout()
        said.setSpacing(8)
        said.addWidget(self._sum)
        said.addWidget(self.bar)
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 16, 24, 16)
        foot.setSpacing(8)
        foot.addLayout(said, 1)
        foot.addSpacing(16)
        for part in (self._known_of, self.known, self.save_bad, self.cancel, self.go):
            foot.addWidget(part)
        return foot

    def _connect_parts(self) -> None:
        importing = self._importing
        importing.changed.connect(self._show)
        importing.rows_saved.connect(self._on_rows_saved)
        self.mapping.mapped.connect(importing.map)
        self.shown.chosen.connect(self._show_rows)
        self.known.chosen.connect(self._on_known)
        self.notice.closed.connect(importing.forget_problem)
        self.save_bad.clicked.connect(self._choose_file)
        self.cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self._on_go)

    def _on_known(self, key: str) -> None:
        self._importing.choose_known(OnKnown(key))

    def _on_go(self) -> None:
        if self._importing.state.step is Step.DONE:
            self.accept()
        else:
            self._importing.start()

    def _choose_file(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, tr("Save left out rows"), "left-out.csv", tr("CSV files (*.csv)")
        )
        if path:
            self._importing.save_bad(Path(path))

    def _on_rows_saved(self) -> None:
        self.notice.say(
            tr("The rows are in the file. Mend them there, then import it."), level=Level.GOOD
        )

    # -- what is shown -------------------------------------------------------------------------

    def _show(self) -> None:
        state = self._importing.state
        sheet = state.sheet
        if sheet is not None:
            rows = plural("{count} row", "{count} rows", len(sheet.rows))
            self.header.set_line(
                tr(
                    "{file}, {rows}, {encoding}",
                    file=sheet.name,
                    rows=rows,
                    encoding=sheet.encoding,
                )
            )
            self.mapping.show_sheet(sheet, state.mapped)
        self.mapping.setEnabled(state.step is Step.MAPPING)
        self.first.set_rows(state.first)
        self.bad.set_rows(state.bad[:_MOST_SHOWN])
        self._show_foot(state)
        if state.problem is not None:
            self.notice.say(words(state.problem), level=Level.BAD)
        elif state.step is not Step.DONE:
            self.notice.clear()
        if state.step is Step.DONE:
            self.shown.choose("bad")
        self._show_rows()

    def _show_rows(self) -> None:
        state = self._importing.state
        bad = self.shown.choice() == "bad"
        part = self.bad_table if state.bad else self._nothing_bad
        self._tables.setCurrentWidget(part if bad else self.first_table)
        more = len(state.bad) - _MOST_SHOWN if bad else 0
        self._more.setVisible(more > 0)
        self._more.setText(tr("and {count} more, all of them in the file", count=number(more)))

    def _show_foot(self, state: State) -> None:
        running, done = state.step is Step.RUNNING, state.step is Step.DONE
        self.bar.setVisible(running)
        self.bar.setRange(0, max(1, state.whole))
        self.bar.setValue(state.done)
        mapping = state.step is Step.MAPPING
        for part in (self._known_of, self.known):
            part.setVisible(mapping and bool(state.preview and state.preview.known))
        self.save_bad.setVisible(done and bool(state.bad))
        self.cancel.setVisible(not done)
        self.cancel.setEnabled(not state.stopping)
        self.cancel.setText(tr("Stop") if running else tr("Cancel"))
        self.go.setEnabled(done or (mapping and state.incoming > 0))
        self.go.setText(_go_words(state))
        self.go.set_glyph("" if done else "upload")
        self._sum.setText(_sum_words(state))

    # -- leaving -------------------------------------------------------------------------------

    def reject(self) -> None:
        """Esc stops a running import first; the result stays to be read."""
        if self._importing.state.step is Step.RUNNING:
            self._importing.cancel()
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The same for the window's own button."""
        if self._importing.state.step is Step.RUNNING:
            self._importing.cancel()
            event.ignore()
        else:
            super().closeEvent(event)


def _go_words(state: State) -> str:
    if state.step is Step.DONE:
        return tr("Done")
    if state.step is Step.RUNNING:
        return tr("One moment …")
    if not state.incoming:
        return tr("Import")
    return plural("Import {count} customer", "Import {count} customers", state.incoming)


def _sum_words(state: State) -> str:
    if state.outcome is not None:
        return _outcome_words(state.outcome)
    if state.step is Step.RUNNING:
        text = tr("Stopping …") if state.stopping else tr("{done} of {whole} rows")
        return text.format(done=number(state.done), whole=number(state.whole))
    if state.step is Step.READING:
        return tr("Reading the file …")
    if state.step is Step.REFUSED or state.problem is not None:
        return ""
    if state.preview is None:
        return tr("Looking through the rows …")
    parts = [tr("{count} new", count=number(state.preview.new))]
    if state.preview.known:
        parts.append(tr("{count} known", count=number(state.preview.known)))
    parts.append(tr("{count} left out", count=number(state.preview.left_out)))
    return ", ".join(parts)


def _outcome_words(outcome: Outcome) -> str:
    parts = [tr("{count} added", count=number(outcome.added))]
    for count, text in (
        (outcome.updated, tr("{count} updated")),
        (outcome.same, tr("{count} unchanged")),
        (outcome.left_out, tr("{count} left out")),
        (outcome.left, tr("{count} not reached")),
    ):
        if count:
            parts.append(text.format(count=number(count)))
    return ", ".join(parts)


def _number(row: FirstRow) -> int:
    return row.line


def _bad_key(bad: BadRow) -> tuple[int, str]:
    return bad.row.line, bad.field.value


def _contacts() -> tuple[Column[FirstRow], ...]:
    def column(title: str, name: str, *, width: int = 0) -> Column[FirstRow]:
        def text(row: FirstRow) -> str:
            shown = " ".join(str(getattr(row.contact, name)).split())[:200]
            return shown or (tr("missing") if name in row.problems else "")

        def tone(row: FirstRow) -> str:
            return "bad" if name in row.problems else ""

        return Column(
            title, text, tone=tone, tip=lambda row: row.problems.get(name, ""), width=width
        )

    return (
        column(tr("Name"), "name"),
        column(tr("E-mail"), "email"),
        column(tr("Phone"), "phone", width=168),
        column(tr("Notes"), "notes", width=120),
    )


def _reasons() -> tuple[Column[BadRow], ...]:
    return (
        Column(tr("Line"), lambda bad: number(bad.row.line), figures=True, width=76),
        Column(tr("Reason"), reason),
        Column(tr("What stands there"), lambda bad: ", ".join(filter(None, bad.row.cells))[:300]),
    )
