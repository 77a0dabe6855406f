"""The tickets of a booking as they will lie in the customer's hand, before they are printed.

What is shown is drawn by the printer's own painter, so the paper holds no surprise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, QStandardPaths, Qt, Signal
from PySide6.QtGui import QImage, QKeySequence, QPageSize, QPaintEvent, QShortcut
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.domain.errors import FileUnusable
from ui import errors, printing, theme
from ui.errors import Level
from ui.i18n import plural, tr
from ui.printing import Layout, TicketPage
from ui.widgets import painting
from ui.widgets.buttons import Button
from ui.widgets.frames import Header, Rule
from ui.widgets.notice import NoticeBar
from ui.widgets.segmented import Segmented

_PAGE_SIZES = {"a6": QPageSize.PageSizeId.A6, "a4": QPageSize.PageSizeId.A4}
_OPENS_AT = QSize(880, 800)
_AROUND = 32
_BETWEEN = 24
_WIDEST: dict[Layout, int] = {"a6": 816, "a4": 700}


def ask_for_file(parent: QWidget, suggested: str) -> str:
    """The path a person chose to save a PDF at; "" when they changed their mind."""
    path, _ = QFileDialog.getSaveFileName(
        parent, tr("Save tickets as PDF"), suggested, tr("PDF files (*.pdf)")
    )
    return path


def ask_for_printer(parent: QWidget, printer: QPrinter) -> bool:
    """Let a person set `printer` in the system's dialog; False when they changed their mind."""
    dialog = QPrintDialog(printer, parent)
    dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange, False)
    return dialog.exec() == QDialog.DialogCode.Accepted


class TicketPreview(QDialog):
    """Shows tickets, prints them, saves them; the signals carry the booking's id.

    Printing closes the preview, saving does not. `tickets` are those of one booking, at least one.
    The system's dialogs can be replaced: `printers` names what is installed.
    """

    printed = Signal(str)
    saved = Signal(str)

    def __init__(
        self,
        tickets: Sequence[TicketPage],
        *,
        choose_file: Callable[[QWidget, str], str] = ask_for_file,
        choose_printer: Callable[[QWidget, QPrinter], bool] = ask_for_printer,
        printers: Callable[[], Sequence[str]] = QPrinterInfo.availablePrinterNames,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tickets = tuple(tickets)
        self._choose_file = choose_file
        self._choose_printer = choose_printer
        self._printers = printers
        self._sheets = _Sheets(self._tickets)
        self._scroll = QScrollArea()
        self._notice = NoticeBar()
        self._paper = Segmented(
            (("a6", tr("One a page")), ("a4", tr("Three on A4"))), accessible=tr("Paper")
        )
        self._close = Button(tr("Close"), key="Esc")
        self._save = Button(tr("Save as PDF…"), icon="download", key="Ctrl+S")
        self._print = Button(tr("Print"), look="primary", icon="printer", key="Enter")
        self.setWindowTitle(tr("Tickets"))
        self._arrange()
        self._wire()

    def notice(self) -> str:
        """What the preview tells the operator now, "" when nothing."""
        return self._notice.text()

    def _arrange(self) -> None:
        count = plural("{count} ticket", "{count} tickets", len(self._tickets))
        line = tr(
            "{tickets}, booking {number}", tickets=count, number=self._tickets[0].booking_number
        )
        top = QVBoxLayout()
        top.setContentsMargins(24, 20, 24, 16)
        top.setSpacing(12)
        titles = {ticket.title for ticket in self._tickets}
        title = self._tickets[0].title if len(titles) == 1 else tr("Tickets")
        top.addWidget(Header(title, line))
        top.addWidget(self._notice)
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 16, 24, 16)
        foot.setSpacing(8)
        foot.addWidget(self._paper)
        foot.addStretch(1)
        for button in (self._close, self._save, self._print):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(Rule())
        column.addWidget(self._scroll, 1)
        column.addWidget(Rule())
        column.addLayout(foot)
        self._scroll.setWidget(self._sheets)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._print.setDefault(True)
        self._scroll.setFocus()
        room = self.screen().availableSize()
        self.resize(_OPENS_AT.width(), min(_OPENS_AT.height(), room.height()))

    def _wire(self) -> None:
        self._print.clicked.connect(self._print_tickets)
        self._save.clicked.connect(self._save_tickets)
        self._notice.acted.connect(self._save_tickets)
        self._close.clicked.connect(self.reject)
        self._paper.chosen.connect(self._change_paper)
        saving = QShortcut(QKeySequence.StandardKey.Save, self)
        saving.activated.connect(self._save_tickets)
        moves = (
            (self._go_back, ("Up", "PgUp")),
            (self._go_on, ("Down", "PgDown")),
            (self._go_first, ("Home",)),
            (self._go_last, ("End",)),
        )
        for move, keys in moves:
            shortcut = QShortcut(self)
            shortcut.setKeys([QKeySequence(key) for key in keys])
            shortcut.activated.connect(move)

    def _layout(self) -> Layout:
        return "a4" if self._paper.choice() == "a4" else "a6"

    def _change_paper(self) -> None:
        self._sheets.set_layout(self._layout())
        self._go_first()

    def _go_back(self) -> None:
        """Bring the sheet before the one on top there."""
        bar = self._scroll.verticalScrollBar()
        bar.setValue(max((top for top in self._tops() if top < bar.value()), default=0))

    def _go_on(self) -> None:
        """Bring the sheet after the one on top there."""
        bar = self._scroll.verticalScrollBar()
        bar.setValue(min((top for top in self._tops() if top > bar.value()), default=bar.maximum()))

    def _go_first(self) -> None:
        self._scroll.verticalScrollBar().setValue(0)

    def _go_last(self) -> None:
        bar = self._scroll.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _tops(self) -> list[int]:
        return [top - _AROUND for top in self._sheets.tops()]

    def _print_tickets(self) -> None:
        if not self._printers():
            self._without_printer()
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageSize(QPageSize(_PAGE_SIZES[self._layout()]))
        if not self._choose_printer(self, printer):
            return
        if printing.print_pages(self._tickets, printer):
            self.printed.emit(self._tickets[0].booking_id)
            self.accept()
        else:
            words = tr(
                "The printer {name} did not take the tickets. Look after it, then try again.",
                name=printer.printerName(),
            )
            self._notice.say(words, level=Level.BAD)

    def _without_printer(self) -> None:
        self._notice.say(
            tr(
                "No printer is installed on this computer. Save the tickets as a PDF and print them"
                " from another one."
            ),
            level=Level.WARN,
            action=tr("Save as PDF…"),
        )
        self._print.setEnabled(False)
        self._print.set_key("")
        self._save.setDefault(True)

    def _save_tickets(self) -> None:
        folder = Path(
            QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        )
        suggested = folder / f"{self._tickets[0].booking_number}.pdf"
        chosen = self._choose_file(self, str(suggested))
        if not chosen:
            return
        path = Path(chosen)
        path = path if path.suffix else path.with_suffix(".pdf")
        try:
            printing.save_pdf(self._tickets, path, layout=self._layout())
        except FileUnusable as error:
            self._notice.say(errors.words(error), level=errors.level(error))
            return
        self._notice.say(tr("Saved as {path}.", path=str(path)), level=Level.GOOD)
        self.saved.emit(self._tickets[0].booking_id)


class _Sheets(QWidget):
    """Sheets of paper below each other on a sunk ground; only those in sight are drawn."""

    def __init__(self, tickets: Sequence[TicketPage]) -> None:
        super().__init__()
        self._tickets = tickets
        self._layout: Layout = "a6"
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(tr("Tickets"))
        self.setAccessibleDescription("; ".join(f"{t.title}, {t.place}" for t in tickets))

    def set_layout(self, layout: Layout) -> None:
        """Lay the tickets on other paper."""
        self._layout = layout
        self.updateGeometry()
        self.update()

    def heightForWidth(self, width: int) -> int:
        """All sheets with the ground between and around them."""
        count = len(self._on_paper())
        height = self._sheet_size(width).height()
        return count * height + (count - 1) * _BETWEEN + 2 * _AROUND

    def sizeHint(self) -> QSize:
        """As at the width the preview opens with."""
        return QSize(_OPENS_AT.width(), self.heightForWidth(_OPENS_AT.width()))

    def minimumSizeHint(self) -> QSize:
        """Narrow enough for a small screen."""
        return QSize(360, 240)

    def tops(self) -> list[int]:
        """Where each sheet begins."""
        return [rect.top() for rect in self._places()]

    def _on_paper(self) -> tuple[tuple[TicketPage, ...], ...]:
        return printing.sheets(self._tickets, layout=self._layout)

    def _sheet_size(self, width: int) -> QSize:
        paper = printing.paper(self._layout)
        across = min(width - 2 * _AROUND, _WIDEST[self._layout])
        return QSize(across, round(across * paper.height() / paper.width()))

    def _places(self) -> list[QRect]:
        """The sheets, in the middle when there is room to spare."""
        size = self._sheet_size(self.width())
        spare = max(0, self.height() - self.heightForWidth(self.width()))
        corner = QPoint((self.width() - size.width()) // 2, _AROUND + spare // 2)
        step = QPoint(0, size.height() + _BETWEEN)
        return [QRect(corner + step * i, size) for i in range(len(self._on_paper()))]

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground, the shadow of each sheet, the sheet."""
        look = theme.current()
        painter = painting.begin(self)
        painter.fillRect(event.rect(), look.colour("sunk"))
        shadow = look.colour("shadow")
        shadow.setAlphaF(shadow.alphaF() / 3)
        ratio = self.devicePixelRatioF()
        for sheet, place in zip(self._on_paper(), self._places(), strict=True):
            if place.adjusted(-8, -8, 8, 8).intersects(event.rect()):
                for spread in range(6):
                    shade = QRectF(place).adjusted(-spread, 2 - spread, spread, 3 + spread)
                    painting.ground(painter, shade, radius=spread + 1, fill=shadow)
                picture = _picture(sheet, round(place.width() * ratio), self._layout)
                painter.drawImage(place, picture)
        painter.end()


@lru_cache(maxsize=8)
def _picture(sheet: tuple[TicketPage, ...], width: int, layout: Layout) -> QImage:
    return printing.render_sheet(sheet, width=width, layout=layout)
