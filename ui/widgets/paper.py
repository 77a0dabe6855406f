"""A slip with what one does with it: print it, or keep it as a PDF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.domain.errors import FileUnusable
from ui.i18n import tr
from ui.widgets.buttons import Button
from ui.widgets.receipt import Receipt, ReceiptLine, print_receipt, receipt_pdf

_WIDTH = 400
_LOWEST, _TALLEST = 520, 660
_DOCUMENTS = QStandardPaths.StandardLocation.DocumentsLocation


def ask_for_file(parent: QWidget, suggested: str) -> str:
    """Where to save it; "" when a person changed their mind."""
    path, _ = QFileDialog.getSaveFileName(
        parent, tr("Save as PDF"), suggested, tr("PDF files (*.pdf)")
    )
    return path


def ask_for_printer(parent: QWidget, printer: QPrinter) -> bool:
    """Let a person set `printer`; False when they changed their mind."""
    return QPrintDialog(printer, parent).exec() == QDialog.DialogCode.Accepted


class Paper(QWidget):
    """Shows a slip. `saved` carries the file's name, `failed` a FileUnusable; the system's dialogs can
    be replaced."""

    failed = Signal(object)
    saved = Signal(str)

    def __init__(
        self,
        *,
        choose_file: Callable[[QWidget, str], str] = ask_for_file,
        choose_printer: Callable[[QWidget, QPrinter], bool] = ask_for_printer,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.choose_file = choose_file
        self.choose_printer = choose_printer
        self._title = ""
        self._file = ""
        self.receipt = Receipt()
        self.print = Button(tr("Print"), look="primary", icon="printer")
        self.save = Button(tr("Save as PDF…"), icon="download")
        inside = QWidget()
        slip = QVBoxLayout(inside)
        slip.setContentsMargins(0, 0, 0, 0)
        slip.addWidget(self.receipt)
        slip.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        acts.addWidget(self.save, 1)
        acts.addWidget(self.print, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(scroll, 1)
        column.addLayout(acts)
        self.print.clicked.connect(self._print)
        self.save.clicked.connect(self._save)

    def show_lines(self, lines: Sequence[ReceiptLine], *, title: str, file: str) -> None:
        """Show another slip; `file` is the name suggested for its PDF."""
        self._title, self._file = title, file
        self.receipt.show_lines(lines)

    def _print(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(self._title)
        if self.choose_printer(self, printer):
            print_receipt(self.receipt.lines, printer)

    def _save(self) -> None:
        suggested = Path(QStandardPaths.writableLocation(_DOCUMENTS)) / self._file
        path = self.choose_file(self, str(suggested))
        if not path:
            return
        try:
            Path(path).write_bytes(receipt_pdf(self.receipt.lines, title=self._title))
        except OSError:
            self.failed.emit(FileUnusable(path, "refused"))
        else:
            self.saved.emit(Path(path).name)


class PaperDialog(QDialog):
    """A slip by itself, once something was sold; signals as `Paper`."""

    failed = Signal(object)
    saved = Signal(str)

    def __init__(
        self,
        lines: Sequence[ReceiptLine],
        *,
        title: str,
        file: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setFixedWidth(_WIDTH)
        self.paper = Paper()
        self.paper.show_lines(lines, title=title, file=file)
        self.done_button = Button(tr("Close"), key="Esc")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(12)
        column.addWidget(self.paper, 1)
        column.addWidget(self.done_button)
        slip = self.paper.receipt.heightForWidth(_WIDTH - 48)
        self.setMinimumHeight(min(_TALLEST, max(_LOWEST, slip + 150)))
        self.done_button.clicked.connect(self.accept)
        self.paper.saved.connect(self.saved)
        self.paper.failed.connect(self.failed)
