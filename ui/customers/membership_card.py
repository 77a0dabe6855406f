"""A customer's memberships on their page: number and last day, and the ways to give and to end one."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.domain.memberships import Member, Membership
from ui.customers.membership import CustomerMemberships, counts
from ui.i18n import date_short, plural, tr
from ui.widgets.ask import Ask
from ui.widgets.buttons import Button
from ui.widgets.frames import Card, Label, LineLabel

_SHOWN = 3  # those that are over scroll nothing away


class MembershipCard(Card):
    """Shows a CustomerMemberships; hidden where the house has no memberships and nobody is a member."""

    def __init__(self, model: CustomerMemberships, parent: QWidget | None = None) -> None:
        super().__init__(padding=12, parent=parent)
        self._model = model
        self._shown: object = None
        self.title = Label("", "muted")
        self.give = Button(tr("Make a member"), icon="plus", height="chip")
        self.kinds = QMenu(self.give)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title, 1)
        head.addWidget(self.give)
        self.lines = QVBoxLayout()
        self.lines.setSpacing(4)
        self.body.addLayout(head)
        self.body.addLayout(self.lines)
        self.hide()
        self.give.clicked.connect(self._choose)
        self.kinds.triggered.connect(self._on_chosen)
        model.changed.connect(self._show)

    def _show(self) -> None:
        state = self._model.state
        shown = (state.user_id, state.members, state.kinds, state.zone)
        if shown == self._shown:
            return
        self._shown = shown
        members = [member for member in state.members if counts(member)]
        over = [member for member in state.members if not counts(member)]
        kept = (*members, *over[: max(0, _SHOWN - len(members))])
        self.title.setText(tr("Memberships") if kept else tr("No membership"))
        self.give.setVisible(self._model.may_edit and bool(state.kinds))
        while self.lines.count():
            item = self.lines.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for member in kept:
            self.lines.addWidget(self._line(member, live=member in members))
        self.kinds.clear()
        for kind in state.kinds:
            self.kinds.addAction(kind.name).setData(kind.id)
        self.setVisible(bool(kept or state.kinds))

    def _line(self, member: Member, *, live: bool) -> QWidget:
        line = QWidget()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(LineLabel(member.membership, "text" if live else "muted"))
        words.addWidget(LineLabel(self._said(member, live=live), "small"))
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addLayout(words, 1)
        if live and self._model.may_edit:
            end = Button(
                "",
                look="quiet",
                icon="x",
                height="chip",
                accessible=tr("End the membership {number}", number=member.number),
            )
            end.setObjectName(member.id)
            end.clicked.connect(self._ask_to_end)
            row.addWidget(end)
        return line

    def _said(self, member: Member, *, live: bool) -> str:
        day = date_short(self._model.state.last_day(member))
        if not live:
            return tr("{number}, until {day}, over", number=member.number, day=day)
        return tr("{number}, until {day}", number=member.number, day=day)

    # -- giving and ending ---------------------------------------------------------------------

    def _choose(self) -> None:
        kinds = self._model.state.kinds
        if len(kinds) == 1:
            self.ask_to_give(kinds[0])
        else:
            below = self.give.mapToGlobal(QPoint(0, self.give.height() + 4))
            self.kinds.popup(below)

    def _on_chosen(self, action: QAction) -> None:
        for kind in self._model.state.kinds:
            if kind.id == action.data():
                self.ask_to_give(kind)

    def ask_to_give(self, kind: Membership) -> None:
        """Ask before somebody becomes a member without paying for it."""
        lasts = plural("{count} month", "{count} months", kind.months)
        ask = Ask(
            tr("Make a member of {kind}?", kind=kind.name),
            tr(
                "For {lasts}, from today or from the end of the one that runs. Nothing is paid for it:"
                " to sell one, add it to a sale.",
                lasts=lasts,
            ),
            action=tr("Make a member"),
            look="primary",
            stay=tr("Not now"),
            parent=self.window(),
        )
        ask.yes.setObjectName(kind.id)
        ask.agreed.connect(self._give)
        ask.open()

    def _give(self, _: str) -> None:
        ask = self.sender()
        if isinstance(ask, Ask):
            self._model.grant(ask.yes.objectName())

    def _ask_to_end(self) -> None:
        member_id = self.sender().objectName()
        ask = Ask(
            tr("End this membership?"),
            tr(
                "It gives no member's price from now on; tickets that were sold stay good. To give its"
                " money back cancel it in its booking."
            ),
            action=tr("End it"),
            parent=self.window(),
        )
        ask.yes.setObjectName(member_id)
        ask.agreed.connect(self._end)
        ask.open()

    def _end(self, _: str) -> None:
        ask = self.sender()
        if isinstance(ask, Ask):
            self._model.end(ask.yes.objectName())
