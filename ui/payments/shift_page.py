"""The drawer's page: what is open, what was closed, and the report on paper at the right."""

from __future__ import annotations

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.domain.errors import HouselightsError
from app.domain.shifts import DrawerAct, Shift, ShiftReport
from app.domain.values import Money
from ui.i18n import amount, moment, moment_brief, money, number, tr
from ui.payments.drawer_dialog import CountDialog, MoveCashDialog, OpenShiftDialog
from ui.payments.report_words import report_lines, title_of, variance_words
from ui.payments.shift import Drawer
from ui.widgets.buttons import Button
from ui.widgets.frames import Card, Empty, Label, SidePanel
from ui.widgets.marks import Dot
from ui.widgets.paper import Paper
from ui.widgets.receipt import Receipt
from ui.widgets.rows import Column, RowsModel
from ui.widgets.table import Table


class _OpenCard(Card):
    """The drawer as it is now, and what can be done with it."""

    def __init__(self) -> None:
        super().__init__(padding=20)
        self._dot = Dot("faint")
        self.title = Label("", "lead")
        self.line = Label("", "muted", wrap=True)
        self.figures = QHBoxLayout()
        self.open = Button(tr("Open the drawer"), look="primary", icon="drawer")
        self.close_it = Button(tr("Count and close"), look="primary", icon="check")
        self.move_cash = Button(tr("Cash in or out"), icon="banknote")
        self.x_report = Button(tr("X report"), icon="receipt")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._dot)
        head.addWidget(self.title, 1)
        self._takings, self._bookings = _Figure(tr("Takings")), _Figure(tr("Bookings"))
        self._moved = _Figure(tr("In and out by hand"))
        figures = QHBoxLayout()
        figures.setSpacing(40)
        self._figures = (self._takings, self._bookings, self._moved)
        for figure in self._figures:
            figures.addWidget(figure)
        figures.addStretch(1)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        self._acts = (self.close_it, self.move_cash, self.x_report)
        for button in (*self._acts, self.open):
            acts.addWidget(button)
        acts.addStretch(1)
        self.body.addLayout(head)
        self.body.addWidget(self.line)
        self.body.addLayout(figures)
        self.body.addLayout(acts)

    def show_report(self, report: ShiftReport | None, *, busy: bool) -> None:
        """Open or not, since when, what came in. Never what cash should be there: it is counted blind."""
        running = report is not None
        for part in (*self._figures, *self._acts):
            part.setVisible(running)
        self.open.setVisible(not running)
        for button in (*self._acts, self.open):
            button.setEnabled(not busy)
        self._dot.set_token("good" if running else "faint")
        if report is None:
            self.title.setText(tr("The drawer is closed"))
            self.line.setText(
                tr(
                    "Open it with its float, and every sale here belongs to the shift until it is counted."
                )
            )
            return
        shift = report.shift
        self.title.setText(tr("Shift {number} is open", number=number(shift.number)))
        said = tr("Since {when}, opened by {name}, float {amount}")
        self.line.setText(
            said.format(
                when=moment(shift.opened_at),
                name=shift.operator,
                amount=money(shift.float_amount),
            )
        )
        by_hand = Money.total((m.amount for m in report.movements), shift.currency)
        self._takings.show_figure(money(report.net))
        self._bookings.show_figure(number(report.bookings))
        self._moved.show_figure(money(by_hand))


class _Figure(QWidget):
    """A figure with its name above."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.figure = Label("", "title")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Label(name, "small"))
        column.addWidget(self.figure)

    def show_figure(self, text: str) -> None:
        self.figure.setText(text)


class ReportPanel(SidePanel):
    """A report on paper, to print or to keep."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._report: ShiftReport | None = None
        self.paper = Paper()
        empty = Empty(
            tr("No report chosen"),
            tr(
                "Choose a closed shift to see its Z report as it was printed, or ask for the X report."
            ),
            icon="receipt",
        )
        place = QWidget()
        self._stack = QStackedLayout(place)
        self._pages = (empty, self.paper)
        for page in self._pages:
            self._stack.addWidget(page)
        self.body.addWidget(place, 1)

    @property
    def receipt(self) -> Receipt:
        """The slip."""
        return self.paper.receipt

    def show_report(self, report: ShiftReport | None) -> None:
        """Put it on paper."""
        self._stack.setCurrentWidget(self._pages[0 if report is None else 1])
        if report is not None and report != self._report:
            shift = report.shift
            kind = "Z" if shift.closed_at else "X"
            name = f"{kind}-{shift.station_code}-{shift.number:04d}.pdf"
            self.paper.show_lines(report_lines(report), title=title_of(report), file=name)
        self._report = report


class ShiftPage(QWidget):
    """Shows a `Drawer`."""

    def __init__(self, drawer: Drawer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.drawer = drawer
        self.dialog: OpenShiftDialog | MoveCashDialog | CountDialog | None = None
        self.card = _OpenCard()
        self.rows: RowsModel[Shift] = RowsModel(_columns(), key=_key, parent=self)
        self.table = Table(self.rows, accessible=tr("Closed shifts"))
        self.panel = ReportPanel()
        self._lay_out()
        self.card.open.clicked.connect(self.ask_open)
        self.card.move_cash.clicked.connect(self.ask_move)
        self.card.close_it.clicked.connect(self.ask_count)
        self.card.x_report.clicked.connect(self._show_x)
        self.table.picked.connect(self._on_picked)
        self.panel.paper.failed.connect(drawer.fail)
        drawer.changed.connect(self.show_state)
        drawer.done.connect(self._on_done)
        drawer.refused.connect(self._on_refused)

    def _lay_out(self) -> None:
        empty = Empty(
            tr("No shift was closed yet"),
            tr(
                "Its Z report appears here once the drawer was counted, and stays as it was printed."
            ),
            icon="drawer",
        )
        place = QWidget()
        self._stack = QStackedLayout(place)
        self._stack.addWidget(self.table)
        self._stack.addWidget(empty)
        self._empty = empty
        left = QVBoxLayout(self)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(12)
        left.addWidget(self.card)
        left.addWidget(Label(tr("Closed shifts"), "lead"))
        left.addWidget(place, 1)

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks."""
        self.drawer.watch(watched=True)
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        self.drawer.watch(watched=False)
        super().hideEvent(event)

    def set_small(self, *, small: bool) -> None:
        """On a small screen without the columns one can do without."""
        for column in (_EXPECTED, _COUNTED):
            self.table.setColumnHidden(column, small)

    def ask_open(self) -> None:
        """Ask for the float."""
        dialog = OpenShiftDialog(self.drawer.state.currency, parent=self.window())
        dialog.agreed.connect(self.drawer.open)
        dialog.finished.connect(self._forget)
        self._keep(dialog)

    def ask_move(self) -> None:
        """Ask what goes in or out."""
        report = self.drawer.state.report
        if report is None:
            return
        dialog = MoveCashDialog(report.shift.currency, parent=self.window())
        dialog.agreed.connect(self._move)
        dialog.finished.connect(self._forget)
        self._keep(dialog)

    def ask_count(self) -> None:
        """Ask for the count."""
        report = self.drawer.state.report
        if report is None:
            return
        dialog = CountDialog(report.shift.currency, parent=self.window())
        dialog.agreed.connect(self.drawer.close_with)
        dialog.finished.connect(self._forget)
        self._keep(dialog)
        self.show_state()

    def _keep(self, dialog: OpenShiftDialog | MoveCashDialog | CountDialog) -> None:
        self.dialog = dialog
        dialog.open()

    def _forget(self) -> None:
        self.dialog = None
        self.show_state()

    def _move(self, act: DrawerAct, value: Money, note: str) -> None:
        self.drawer.move(act, amount=value, note=note)

    def _on_done(self) -> None:
        if self.dialog is not None:
            self.dialog.accept()

    def _on_refused(self, error: HouselightsError) -> None:
        if self.dialog is not None:
            self.dialog.show_refusal(error)
        else:
            self.drawer.fail(error)

    def _show_x(self) -> None:
        self.table.choose(-1)
        self.drawer.show_x()

    def _on_picked(self, shift: Shift | None) -> None:
        if shift is not None:
            self.drawer.show_z(shift.id)

    def show_state(self) -> None:
        """Show the drawer's state."""
        state = self.drawer.state
        self.card.show_report(state.report, busy=state.busy)
        self.rows.set_rows(state.past)
        self._stack.setCurrentWidget(self._empty if state.loaded and not state.past else self.table)
        blind = isinstance(self.dialog, CountDialog)  # no X beside the count
        self.panel.show_report(None if blind else state.shown)
        if state.shown is not None and state.shown.shift.closed_at is not None:
            position = self.rows.position(state.shown.shift.id)
            if position >= 0 and self.table.currentIndex().row() != position:
                self.table.choose(position)


_EXPECTED, _COUNTED = 4, 5


def _key(shift: Shift) -> str:
    return shift.id


def _variance(shift: Shift) -> str:
    return "" if shift.variance is None else amount(shift.variance)


def _variance_tone(shift: Shift) -> str:
    if shift.variance is None or not shift.variance:
        return "muted"
    return "bad" if shift.variance.minor < 0 else "warn"


def _variance_tip(shift: Shift) -> str:
    return "" if shift.variance is None else variance_words(shift.variance)


def _columns() -> tuple[Column[Shift], ...]:
    return (
        Column(tr("Shift"), lambda s: f"{s.station_code} {number(s.number)}", width=92),
        Column(tr("Opened"), lambda s: moment_brief(s.opened_at), width=132),
        Column(tr("Closed"), lambda s: moment_brief(s.closed_at) if s.closed_at else "", width=132),
        Column(tr("Opened by"), lambda s: s.operator),
        Column(
            tr("Expected"),
            lambda s: amount(s.expected) if s.expected else "",
            figures=True,
            width=96,
        ),
        Column(
            tr("Counted"),
            lambda s: "" if s.counted is None else amount(s.counted),
            figures=True,
            width=96,
        ),
        Column(
            tr("Difference"),
            _variance,
            figures=True,
            tone=_variance_tone,
            tip=_variance_tip,
            width=104,
        ),
    )
