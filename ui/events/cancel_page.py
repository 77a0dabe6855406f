"""Calling a performance off: in figures what it means, a reason, a tick, then how it goes on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from app.domain.cancellations import Cancellation, CancellationPlan, Returned
from ui.errors import level, words
from ui.events.cancelling import Cancelling, State
from ui.events.words import when_words
from ui.i18n import money, number, plural, tr
from ui.widgets.buttons import Button
from ui.widgets.forms import TextArea
from ui.widgets.frames import Card, Header, Label, Rule
from ui.widgets.notice import NoticeBar
from ui.widgets.tenders import tender_words

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_WIDEST = 760
_MOST_OWED = 12


class CancelPage(QWidget):
    """Shows a Cancelling; `left` fires when one goes back."""

    left = Signal()

    def __init__(self, cancelling: Cancelling, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cancelling = cancelling
        self._shown: object = None
        self.back = Button(tr("Back"), look="quiet", icon="arrow-left", key="Esc", height="chip")
        self.header = Header(tr("Cancel a performance"))
        self.notice = NoticeBar()
        self.figures = Card(padding=24)
        self.reason = TextArea(
            tr("Reason, as the holders will read it"),
            hint=tr("Our lead singer is ill. We are sorry."),
            height=84,
        )
        self.sure = QCheckBox("")
        self.run = Button("", look="danger", icon="x-circle", height="button")
        self.pause = Button(tr("Pause"), icon="pause")
        self.again = Button(tr("Try these refunds again"), icon="refresh")
        self.bar = QProgressBar()
        self.progress = Label("", "muted")
        self.outcome = Label("", "strong", wrap=True)
        self._inside = QWidget()
        self.figures.body.addWidget(self._inside)
        self._lay_out()
        self._connect_parts()
        self._show()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(12, 12, 24, 0)
        top.addWidget(self.back)
        top.addStretch(1)
        self._act = Card(padding=24)
        self._act.body.setSpacing(16)
        self._act.body.addWidget(self.reason)
        self._act.body.addWidget(self.sure)
        self._act.body.addWidget(self.outcome)
        self._act.body.addWidget(self.bar)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.progress, 1)
        buttons.addWidget(self.pause)
        buttons.addWidget(self.run)
        self._act.body.addLayout(buttons)
        self.bar.setTextVisible(False)
        middle = QVBoxLayout()
        middle.setSpacing(16)
        middle.addWidget(self.notice)
        middle.addWidget(self.figures)
        middle.addWidget(self._act)
        middle.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeft)
        middle.addStretch(1)
        place = QWidget()
        place.setLayout(middle)
        place.setMaximumWidth(_WIDEST)
        middle.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout()
        column.setContentsMargins(24, 8, 24, 20)
        column.setSpacing(12)
        column.addWidget(self.header)
        row = QHBoxLayout()
        row.addWidget(place, 1)
        row.addStretch(0)
        column.addLayout(row, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(top)
        whole.addLayout(column, 1)

    def _connect_parts(self) -> None:
        self.back.clicked.connect(self.left)
        self.reason.edited.connect(self._cancelling.give_reason)
        self.sure.toggled.connect(self._on_sure)
        self.run.clicked.connect(self._cancelling.run)
        self.again.clicked.connect(self._cancelling.ask_again)
        self.pause.clicked.connect(self._cancelling.pause)
        self.notice.closed.connect(self._cancelling.forget_problem)
        self._cancelling.changed.connect(self._show)

    def _on_sure(self, sure: bool) -> None:
        self._cancelling.be_sure(sure=sure)

    # -- showing -------------------------------------------------------------------------------

    def _show(self) -> None:
        state = self._cancelling.state
        row = state.row
        if row is not None:
            when = when_words(row.performance.starts_at, row.performance.zone)
            self.header.set_line(
                tr("{title}, {when}, {venue}", title=state.title, when=when, venue=row.venue)
            )
        if state.problem is None:
            self.notice.clear()
        else:
            self.notice.say(words(state.problem), level=level(state.problem))
        shown = (state.plan, state.outcome)
        if shown != self._shown:
            self._shown = shown
            self._show_figures(state)
        self._show_act(state)

    def _show_figures(self, state: State) -> None:
        inside = QWidget()
        body = QVBoxLayout(inside)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(10)
        if state.finished and state.outcome is not None:
            _add_outcome(body, state.outcome)
        elif state.plan is None:
            body.addWidget(Label(tr("Looking what this would mean …"), "muted"))
        else:
            begun = state.outcome is not None
            title = tr("What is left to do") if begun else tr("What this will do")
            body.addWidget(Label(title, "lead"))
            _add_plan(body, state.plan)
        self.figures.body.replaceWidget(self._inside, inside)
        self._inside.hide()
        self._inside.deleteLater()
        self._inside = inside

    def _show_act(self, state: State) -> None:
        plan, begun = state.plan, state.outcome is not None
        self._act.setVisible(plan is not None and not state.finished)
        self.again.setVisible(state.owing)
        self.again.setEnabled(not state.running)
        self.reason.set_text(state.reason)
        self.reason.area.setReadOnly(begun or state.running)
        bookings = plan.bookings if plan else 0
        sure = plural(
            "I have looked at the figures: {count} booking is to be cancelled for good.",
            "I have looked at the figures: {count} bookings are to be cancelled for good.",
            bookings,
        )
        self.sure.setText(sure)
        self.sure.setChecked(state.sure)
        self.sure.setEnabled(not state.running)
        text = plural("Cancel {count} booking", "Cancel {count} bookings", bookings)
        if not bookings:
            text = tr("Cancel the performance")
        self.run.setText(tr("Continue") if begun else text)
        self.run.setEnabled(state.ready)
        self.run.setVisible(not state.running)
        self.pause.setVisible(state.running)
        paused = begun and not state.running and not state.finished
        self.bar.setVisible(state.running or paused)
        of, done = state.of, state.done
        if paused and state.outcome is not None:
            of, done = state.outcome.bookings, state.outcome.done
        self.bar.setMaximum(max(of, 1))
        self.bar.setValue(done)
        self.outcome.setVisible(paused)
        if paused and state.outcome is not None:
            self.outcome.setText(
                tr(
                    "Interrupted after {done} of {of} bookings. What was done stays done; continue when"
                    " you are ready.",
                    done=number(state.outcome.done),
                    of=number(state.outcome.bookings),
                )
            )
        self.progress.setText(
            tr("{done} of {of} bookings done", done=number(state.done), of=number(state.of))
            if state.running
            else ""
        )


def _add_plan(body: QVBoxLayout, plan: CancellationPlan) -> None:
    row = QHBoxLayout()
    row.setSpacing(40)
    figures = [
        (number(plan.bookings), tr("bookings")),
        (number(plan.tickets), tr("tickets")),
        (number(plan.told), tr("people are told")),
    ]
    if plan.reservations:
        figures.insert(2, (number(plan.reservations), tr("reservations among them")))
    for figure, name in figures:
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(Label(figure, "total"))
        column.addWidget(Label(name, "muted"))
        row.addLayout(column)
    row.addStretch(1)
    body.addLayout(row)
    body.addWidget(Rule())
    body.addWidget(Label(tr("Money that goes back"), "heading"))
    _add_money(body, plan.money)
    if plan.without_email:
        text = plural(
            "{count} of them has no e-mail address and reads it only inside the program. Call them.",
            "{count} of them have no e-mail address and read it only inside the program. Call them.",
            plan.without_email,
        )
        body.addWidget(Label(text, "warn", wrap=True))
    if plan.anonymous:
        text = plural(
            "{count} booking has no customer: nobody can be told. Put up a notice at the box office.",
            "{count} bookings have no customer: nobody can be told. Put up a notice at the box office.",
            plan.anonymous,
        )
        body.addWidget(Label(text, "warn", wrap=True))


def _add_money(body: QVBoxLayout, returned: tuple[Returned, ...]) -> None:
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(2, 1)
    for position, part in enumerate(returned):
        grid.addWidget(Label(tender_words(part.tender)), position, 0)
        figure = Label(money(part.amount), "strong")
        figure.setAlignment(_RIGHT)
        grid.addWidget(figure, position, 1)
    if not returned:
        grid.addWidget(Label(tr("None was taken."), "muted"), 0, 0)
    body.addLayout(grid)


def _add_outcome(body: QVBoxLayout, outcome: Cancellation) -> None:
    body.addWidget(Label(tr("The performance is cancelled"), "lead"))
    said = plural(
        "{count} booking was cancelled, its places are free.",
        "{count} bookings were cancelled, their places are free.",
        outcome.done,
    )
    body.addWidget(Label(said, wrap=True))
    body.addWidget(Rule())
    body.addWidget(Label(tr("Money given back"), "heading"))
    _add_money(body, outcome.refunded)
    if not outcome.owed:
        return
    body.addWidget(Rule())
    still = plural(
        "{count} refund is still owed", "{count} refunds are still owed", len(outcome.owed)
    )
    body.addWidget(Label(still, "warn"))
    for owed in outcome.owed[:_MOST_OWED]:
        line = tr(
            "Booking {number}: {amount} by {tender}",
            number=owed.number,
            amount=money(owed.amount),
            tender=tender_words(owed.tender).lower(),
        )
        body.addWidget(Label(line, "muted", wrap=True))
