"""Gift vouchers in a table; the chosen one's code, balance and entries at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.domain.errors import HouselightsError
from app.domain.payments import Tender
from app.domain.values import Money
from app.domain.vouchers import Voucher, VoucherEntry, VoucherStatus, shown_code
from ui.i18n import amount, date_short, moment, moment_brief, money, tr
from ui.payments.voucher_dialog import SellVoucherDialog
from ui.payments.voucher_words import voucher_file, voucher_lines
from ui.payments.vouchers import Gifts
from ui.widgets.buttons import Button
from ui.widgets.cells import StatusCell
from ui.widgets.fields import SearchField
from ui.widgets.frames import Empty, Label, LineLabel, Rule, SidePanel
from ui.widgets.paper import PaperDialog
from ui.widgets.rows import Column, RowsModel
from ui.widgets.table import Table

_BOUGHT, _STATUS, _UNTIL = 1, 5, 6
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class VoucherPanel(SidePanel):
    """One voucher; `booking_asked` carries the booking it was bought in."""

    booking_asked = Signal(str)
    paper_asked = Signal(object)
    paper_saved = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._voucher: Voucher | None = None
        self.paper = Button(tr("Print"), look="primary", icon="printer")
        self.code = Label("", "title")
        self.balance = Label("", "total")
        self.line = Label("", "muted", wrap=True)
        self.booking = Button(tr("Open booking"), icon="arrow-right")
        self._empty = Empty(
            tr("No voucher chosen"),
            tr("Choose one to see what is left on it, and where the rest went."),
            icon="tag",
        )
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._parts = (
            self.code,
            self.line,
            self.balance,
            self._scroll,
            self.booking,
            self.paper,
        )
        for label in (self.code, self.line, self.balance):
            self.body.addWidget(label)
        self.body.addWidget(self._empty, 1)
        self.body.addWidget(self._scroll, 1)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        acts.addWidget(self.booking, 1)
        acts.addWidget(self.paper, 1)
        self.body.addLayout(acts)
        for part in self._parts:
            part.hide()
        self.booking.clicked.connect(self._on_booking)
        self.paper.clicked.connect(self._on_paper)

    def show_voucher(self, voucher: Voucher | None, entries: tuple[VoucherEntry, ...]) -> None:
        """Show this one."""
        self._voucher = voucher
        self._empty.setVisible(voucher is None)
        for part in self._parts:
            part.setVisible(voucher is not None)
        if voucher is None:
            return
        self.code.setText(shown_code(voucher.code))
        bought = tr("Bought {when} for {amount}")
        self.line.setText(
            bought.format(when=moment(voucher.created_at), amount=money(voucher.amount))
        )
        self.balance.setText(money(voucher.balance))
        self.booking.setText(voucher.booking_number)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 4, 4, 8)
        column.setSpacing(8)
        column.addWidget(Label(tr("Entries"), "heading"))
        for entry in entries:
            column.addLayout(_entry_row(entry, first=entry is entries[0]))
            column.addWidget(Rule())
        column.addStretch(1)
        self._scroll.setWidget(inside)

    def _on_booking(self) -> None:
        if self._voucher is not None:
            self.booking_asked.emit(self._voucher.booking_id)

    def _on_paper(self) -> None:
        if self._voucher is not None:
            self.paper_asked.emit(self._voucher)


def _entry_row(entry: VoucherEntry, *, first: bool) -> QHBoxLayout:
    words = QVBoxLayout()
    words.setSpacing(0)
    if first:
        said = tr("Bought")
    else:
        said = tr("Paid with it") if entry.amount.minor < 0 else tr("Given back onto it")
    words.addWidget(Label(said))
    words.addWidget(LineLabel(moment(entry.at), "small"))
    row = QHBoxLayout()
    row.addLayout(words, 1)
    row.addWidget(Label(amount(entry.amount), "strong"), 0, _RIGHT)
    return row


class VouchersPage(QWidget):
    """Shows `Gifts`."""

    def __init__(self, gifts: Gifts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.gifts = gifts
        self.search = SearchField(tr("Search code or booking"), key="F3")
        self.rows: RowsModel[Voucher] = RowsModel(_columns(), key=_key, parent=self)
        self.table = Table(self.rows, accessible=tr("Gift vouchers"))
        self._cell = StatusCell(_dot, self.table)
        self.table.setItemDelegateForColumn(_STATUS, self._cell)
        self.panel = VoucherPanel()
        self._empty = Empty(
            tr("No gift vouchers"),
            tr("A voucher appears here when it is sold. The search finds codes and bookings."),
            icon="tag",
            action=tr("Sell a voucher"),
        )
        place = QWidget()
        self._stack = QStackedLayout(place)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        self.search.setMaximumWidth(380)
        left = QVBoxLayout(self)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(12)
        left.addWidget(self.search)
        left.addWidget(place, 1)
        self.dialog: SellVoucherDialog | None = None
        self.search.searched.connect(gifts.look_for)
        self.panel.paper_asked.connect(self.show_paper)
        self._empty.acted.connect(self.ask_sell)
        gifts.sold.connect(self._on_sold)
        gifts.refused.connect(self._on_refused)
        self.table.picked.connect(self._on_picked)
        gifts.changed.connect(self.show_state)

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks."""
        self.gifts.watch(watched=True)
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        self.gifts.watch(watched=False)
        super().hideEvent(event)

    def set_small(self, *, small: bool) -> None:
        """On a small screen without the columns one can do without."""
        for column in (_BOUGHT, _UNTIL):
            self.table.setColumnHidden(column, small)

    def ask_sell(self) -> None:
        """Ask how much, and with what it is paid."""
        state = self.gifts.state
        dialog = SellVoucherDialog(state.currency, card=self.gifts.card, parent=self.window())
        dialog.agreed.connect(self._sell)
        dialog.finished.connect(self._forget)
        self.dialog = dialog
        dialog.open()

    def show_paper(self, voucher: Voucher) -> None:
        """The slip, to print or to keep."""
        title = tr("Gift voucher")
        paper = PaperDialog(
            voucher_lines(voucher), title=title, file=voucher_file(voucher), parent=self.window()
        )
        paper.saved.connect(self.panel.paper_saved)
        paper.failed.connect(self.gifts.fail)
        paper.open()

    def _sell(self, amount: Money, tender: Tender, slip: str) -> None:
        self.gifts.sell(amount, tender=tender, slip=slip)

    def _forget(self) -> None:
        self.dialog = None

    def _on_sold(self, voucher: Voucher) -> None:
        if self.dialog is not None:
            self.dialog.accept()
        self.gifts.open(voucher)
        self.show_paper(voucher)

    def _on_refused(self, error: HouselightsError) -> None:
        if self.dialog is not None:
            self.dialog.show_refusal(error)
        else:
            self.gifts.fail(error)

    def _on_picked(self, voucher: Voucher | None) -> None:
        if voucher is not None:
            self.gifts.open(voucher)

    def show_state(self) -> None:
        """Show what was found."""
        state = self.gifts.state
        self.rows.set_rows(state.vouchers)
        self._stack.setCurrentWidget(
            self._empty if state.loaded and not state.vouchers else self.table
        )
        self.panel.show_voucher(state.opened, state.entries)


def _key(voucher: Voucher) -> str:
    return voucher.id


def _status(voucher: Voucher) -> str:
    if voucher.status is VoucherStatus.VOID:
        return tr("Void")
    return tr("Can pay") if voucher.balance else tr("Used up")


def _dot(voucher: Voucher) -> str:
    usable = voucher.status is VoucherStatus.VALID and bool(voucher.balance)
    return "good" if usable else "faint"


def _columns() -> tuple[Column[Voucher], ...]:
    return (
        Column(tr("Code"), lambda v: shown_code(v.code)),
        Column(tr("Bought"), lambda v: moment_brief(v.created_at), width=132),
        Column(tr("Booking"), lambda v: v.booking_number, width=100),
        Column(tr("For"), lambda v: amount(v.amount), figures=True, width=92),
        Column(tr("Left"), lambda v: amount(v.balance), figures=True, width=92),
        Column(tr("Status"), _status, width=112),
        Column(
            tr("Until"),
            lambda v: date_short(v.last_day) if v.last_day else "",
            width=136,
        ),
    )
