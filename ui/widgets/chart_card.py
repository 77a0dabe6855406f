"""One question and its answer: the question small, the answer as the title, the chart as the proof.

With nothing to show there is a sentence, never an empty axis. What is shown can be saved as a picture or
as a table.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.domain.errors import FileUnusable, HouselightsError
from ui import theme
from ui.i18n import tr
from ui.tasks import Tasks
from ui.widgets.buttons import Button
from ui.widgets.chart import INSET, Chart
from ui.widgets.chart_drawing import Look, look_of, to_file
from ui.widgets.chart_specs import Rows, Spec
from ui.widgets.frames import Card, Label, LineLabel

ChooseFile = Callable[[QWidget, str, str], str]  # parent, suggested name, kinds -> path or ""

_CENTRE = Qt.AlignmentFlag.AlignCenter
_TOP = Qt.AlignmentFlag.AlignTop
_KINDS = {
    "png": "PNG pictures (*.png)",
    "svg": "SVG drawings (*.svg)",
    "csv": "CSV tables (*.csv)",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_FILE_SIZE = (960, 480)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a card says: the answer in a few words, a note beside it, the chart; `spec` None when there
    is nothing to show, which `nothing` then says in a sentence."""

    title: str
    note: str = ""
    spec: Spec | None = None
    nothing: str = ""


def ask_for_file(parent: QWidget, suggested: str, kinds: str) -> str:
    """The path a person chose; "" when they changed their mind."""
    path, _ = QFileDialog.getSaveFileName(parent, tr("Save chart"), suggested, kinds)
    return path


class ChartCard(Card):
    """Shows answers to one question. `saved` carries the path, `refused` why it could not be saved."""

    saved = Signal(str)
    refused = Signal(object)

    def __init__(
        self,
        question: str,
        tasks: Tasks,
        *,
        height: int = 200,
        choose_file: ChooseFile = ask_for_file,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(padding=18 - INSET, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._tasks = tasks
        self._choose_file = choose_file
        self._answer = Answer("")
        self.question = LineLabel(question, "heading")
        self.title = LineLabel("", "lead")
        self.note = LineLabel("", "small")
        self.sentence = Label("", "muted", wrap=True)
        self.sentence.setAlignment(_CENTRE)
        self.chart = Chart(tasks, accessible=question, height=height)
        self.more = Button(
            "", look="quiet", icon="download", height="chip", accessible=tr("Save this chart …")
        )
        self.kinds = QMenu(self)
        for kind, words in (
            ("png", tr("As a picture (PNG)")),
            ("svg", tr("As a drawing (SVG)")),
            ("csv", tr("As a table (CSV)")),
        ):
            self.kinds.addAction(words).setData(kind)
        self._lay_out()
        self.more.clicked.connect(self._open_kinds)
        self.kinds.triggered.connect(self._on_kind)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setContentsMargins(INSET, INSET, INSET, 0)
        words.setSpacing(2)
        for label in (self.question, self.title, self.note):
            words.addWidget(label)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addLayout(words, 1)
        head.addWidget(self.more, 0, _TOP)
        place = QWidget()
        self._stack = QStackedLayout(place)
        self._stack.addWidget(self.chart)
        self._stack.addWidget(self.sentence)
        self.body.setSpacing(2)
        self.body.addLayout(head)
        self.body.addWidget(place, 1)

    def set_answer(self, answer: Answer) -> None:
        """Say this."""
        self._answer = answer
        self.title.setText(answer.title)
        self.note.setText(answer.note)
        self.note.setVisible(bool(answer.note))
        self.more.setVisible(answer.spec is not None)
        self.chart.setAccessibleDescription(f"{answer.title}. {answer.note}")
        if answer.spec is None:
            self.sentence.setText(answer.nothing)
            self._stack.setCurrentWidget(self.sentence)
        else:
            self._stack.setCurrentWidget(self.chart)
            self.chart.set_spec(answer.spec)

    def answer(self) -> Answer:
        """What is said."""
        return self._answer

    def _open_kinds(self) -> None:
        self.kinds.popup(self.more.mapToGlobal(QPoint(0, self.more.height() + 4)))

    def _on_kind(self, action: QAction) -> None:
        self.save(str(action.data()))

    def save(self, kind: str) -> None:
        """Ask for a file and write the chart there as "png", "svg" or "csv"."""
        answer, spec = self._answer, self._answer.spec
        if spec is None:
            return
        name = re.sub(r"\W+", "-", self.question.text()).strip("-").lower()
        path = self._choose_file(self, f"{name}.{kind}", tr(_KINDS[kind]))
        if not path:
            return
        look = look_of(theme.current().colours)
        self._tasks.run(
            self,
            lambda: _write(Path(path), _contents(kind, answer, spec, look)),
            done=self.saved.emit,
            failed=self._on_refused,
            lane="charts",
        )

    def _on_refused(self, error: HouselightsError) -> None:
        self.refused.emit(error)


def _contents(kind: str, answer: Answer, spec: Spec, look: Look) -> bytes:
    if kind == "csv":
        return as_csv(spec.table)
    width, height = _FILE_SIZE
    return to_file(
        spec,
        title=answer.title,
        note=answer.note,
        kind="svg" if kind == "svg" else "png",
        width=width,
        height=height,
        look=look,
    )


def as_csv(rows: Rows) -> bytes:
    """The table as spreadsheets read it: UTF-8 with a mark, and no name that is taken for a formula."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    for row in rows:
        writer.writerow([_harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return target.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _write(path: Path, contents: bytes) -> str:
    try:
        path.write_bytes(contents)
    except IsADirectoryError:
        raise FileUnusable(str(path), "is_folder") from None
    except PermissionError:
        raise FileUnusable(str(path), "read_only") from None
    except OSError:
        raise FileUnusable(str(path), "other") from None
    return str(path)
