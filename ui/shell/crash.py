"""When a bug of ours surfaces: keep it in the log under a number, say so kindly, sell on.

Whatever was being done is rolled back already, so going on is safe. Our own refusals never come
here; a screen shows those as notices.
"""

from __future__ import annotations

import logging
import platform
import secrets
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from PySide6.QtCore import QObject, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from ui.i18n import tr
from ui.widgets.buttons import Button
from ui.widgets.frames import Label

_log = logging.getLogger(__name__)
# without letters and figures that are mistaken for each other on the telephone
_LETTERS = "ACDEFHJKMNPRTWXY34679"


@dataclass(frozen=True)
class CrashReport:
    """One bug: the number it is kept under, and everything whoever mends it needs."""

    reference: str
    details: str


def describe(error: BaseException) -> CrashReport:
    """A new reference number and the details of `error`, fit to be passed on."""
    reference = "HL-" + "".join(secrets.choice(_LETTERS) for _ in range(6))
    lines = [
        f"{reference}  {type(error).__name__}",
        f"Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}",
        "",
        *traceback.format_exception(error),
    ]
    return CrashReport(reference, "\n".join(line.rstrip("\n") for line in lines))


class CrashDialog(QDialog):
    """Friendly words, the reference, details to look at or copy; `closed` is told at the end."""

    def __init__(
        self, report: CrashReport, *, closed: Callable[[], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._report = report
        self.setWindowTitle(tr("Something went wrong"))
        self.setFixedWidth(560)
        self._details = QPlainTextEdit(report.details)
        self._details.setReadOnly(True)
        self._details.setAccessibleName(tr("Details"))
        self._details.setMinimumHeight(220)
        self._details.hide()
        self._show = Button(tr("Show details"), look="quiet")
        self._copy = Button(tr("Copy details"), icon="copy")
        self._go_on = Button(tr("Carry on"), look="primary")
        self._lay_out()
        self._show.clicked.connect(self._toggle)
        self._copy.clicked.connect(self._copy_details)
        self._go_on.clicked.connect(self.accept)
        self.finished.connect(closed)
        self._go_on.setFocus()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(8)
        column.addWidget(Label(tr("Something went wrong"), "title"))
        words = tr(
            "That was our mistake, not yours. What you were doing was not saved; everything"
            " before it is. Look before you try again."
        )
        column.addWidget(Label(words, wrap=True))
        text = tr("Please pass on this number: {reference}", reference=self._report.reference)
        reference = Label(text, "strong")
        column.addWidget(reference)
        column.addWidget(self._details)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._show)
        row.addStretch(1)
        row.addWidget(self._copy)
        row.addWidget(self._go_on)
        column.addSpacing(8)
        column.addLayout(row)

    def _toggle(self) -> None:
        shown = self._details.isHidden()
        self._details.setVisible(shown)
        self._show.setText(tr("Hide details") if shown else tr("Show details"))
        self.adjustSize()

    def _copy_details(self) -> None:
        QGuiApplication.clipboard().setText(self._report.details)
        self._copy.set_glyph("check")
        self._copy.setText(tr("Copied"))


class CrashGuard(QObject):
    """Catches what nobody caught; one dialog at a time, for a bug in painting comes in swarms."""

    def __init__(self, *, parent: Callable[[], QWidget | None]) -> None:
        super().__init__()
        self._parent = parent
        self._dialog: CrashDialog | None = None

    def install(self) -> None:
        """Be the program's excepthook from now on."""
        sys.excepthook = self._caught

    def uninstall(self) -> None:
        """Give the excepthook back."""
        sys.excepthook = sys.__excepthook__

    @property
    def dialog(self) -> CrashDialog | None:
        """The dialog on show."""
        return self._dialog

    def report(self, error: BaseException) -> None:
        """Log `error` and show it; also the slot for `ThreadTasks.crashed`."""
        report = describe(error)
        _log.critical("%s", report.details)
        if self._dialog is not None:
            return
        try:
            self._dialog = CrashDialog(report, closed=self._closed, parent=self._parent())
            self._dialog.open()
        except Exception:  # the log has the first; a second must not hide it
            self._dialog = None
            _log.exception("%s could not be shown", report.reference)

    def _closed(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
        self._dialog = None

    def _caught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self.report(error)
