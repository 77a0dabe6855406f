"""Price types in the order of the counter, and categories: two lists one types into."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.domain.events import PriceType
from app.domain.programme import Category
from ui.errors import field_words, level, words
from ui.events.kinds import Kinds
from ui.i18n import plural, tr
from ui.widgets.buttons import Button
from ui.widgets.fields import Field
from ui.widgets.forms import Choice
from ui.widgets.frames import Card, Header, Label, Rule
from ui.widgets.notice import NoticeBar

_TOP = Qt.AlignmentFlag.AlignTop
_WHO = 188  # px, for a name such as "Friends of the house"
_COUNT = 64  # px, so that the fields before it end alike
_LABEL = 19  # logical pixels of a field above its line


class _TypeRow(QWidget):
    """One price type: name, short name, whether it is sold, its place."""

    renamed = Signal(str, str, str)
    activated = Signal(str, bool)
    opened = Signal(str, bool)
    kept_to = Signal(str, str)
    moved = Signal(str, int)

    def __init__(
        self,
        kind: PriceType,
        memberships: Sequence[tuple[str, str]],
        *,
        first: bool,
        last: bool,
    ) -> None:
        super().__init__()
        self.kind = kind
        self.name = QLineEdit(kind.name)
        self.name.setAccessibleName(tr("Name"))
        self.name.setCursorPosition(0)  # a long one shows its beginning
        self.short = QLineEdit(kind.short)
        self.short.setAccessibleName(tr("Short name, for buttons"))
        self.short.setFixedWidth(84)
        self.active = QCheckBox(tr("sold"))
        self.active.setChecked(kind.active)
        self.open = QCheckBox(tr("customers too"))
        self.open.setToolTip(tr("Customers who book for themselves may choose it"))
        self.open.setChecked(kind.self_service)
        self.members = Choice()
        self.members.setAccessibleName(tr("Who may have it"))
        self.members.setToolTip(tr("Everybody, or members alone"))
        self._memberships = [("", tr("everybody")), *memberships]
        for _, name in self._memberships:
            self.members.addItem(name)
        keys = [key for key, _ in self._memberships]
        self.members.setCurrentIndex(keys.index(kind.membership_id or ""))
        self.members.setFixedWidth(_WHO)
        self.members.setVisible(bool(memberships))
        self.up = Button(
            "", look="quiet", icon="chevron-up", height="chip", accessible=tr("Earlier")
        )
        self.down = Button(
            "", look="quiet", icon="chevron-down", height="chip", accessible=tr("Later")
        )
        self.up.setEnabled(not first)
        self.down.setEnabled(not last)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.name, 1)
        for part in (self.short, self.members, self.active, self.open, self.up, self.down):
            row.addWidget(part)
        self.name.editingFinished.connect(self._rename)
        self.short.editingFinished.connect(self._rename)
        self.active.clicked.connect(self._activate)
        self.open.clicked.connect(self._open)
        self.members.activated.connect(self._keep)
        self.up.clicked.connect(self._up)
        self.down.clicked.connect(self._down)

    def _rename(self) -> None:
        self.renamed.emit(self.kind.id, self.name.text().strip(), self.short.text().strip())

    def _activate(self) -> None:
        self.activated.emit(self.kind.id, self.active.isChecked())

    def _open(self) -> None:
        self.opened.emit(self.kind.id, self.open.isChecked())

    def _keep(self, index: int) -> None:
        self.kept_to.emit(self.kind.id, self._memberships[index][0])

    def _up(self) -> None:
        self.moved.emit(self.kind.id, -1)

    def _down(self) -> None:
        self.moved.emit(self.kind.id, 1)


class _CategoryRow(QWidget):
    """One category: its name, how many events are of it, a way to take an unused one away."""

    renamed = Signal(str, str)
    deleted = Signal(str)

    def __init__(self, category: Category) -> None:
        super().__init__()
        self.category = category
        self.name = QLineEdit(category.name)
        self.name.setAccessibleName(tr("Name"))
        used = plural("{count} event", "{count} events", category.events)
        self.drop = Button(
            "", look="quiet", icon="trash", height="chip", accessible=tr("Take it away")
        )
        self.drop.setEnabled(category.events == 0)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        count = Label(used, "muted")
        count.setMinimumWidth(_COUNT)
        count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.name, 1)
        row.addWidget(count)
        row.addWidget(self.drop)
        self.name.editingFinished.connect(self._rename)
        self.drop.clicked.connect(self._delete)

    def _rename(self) -> None:
        self.renamed.emit(self.category.id, self.name.text().strip())

    def _delete(self) -> None:
        self.deleted.emit(self.category.id)


class KindsPage(QWidget):
    """Shows a Kinds; `left` fires when one goes back."""

    left = Signal()

    def __init__(self, kinds: Kinds, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kinds = kinds
        self._shown: tuple[object, ...] | None = None
        self.back = Button(tr("Events"), look="quiet", icon="arrow-left", key="Esc", height="chip")
        self.notice = NoticeBar()
        self.name = Field(tr("New price type"), hint=tr("Student"))
        self.short = Field(tr("Short"), hint=tr("Stud."))
        self.short.setFixedWidth(120)
        self.add_type = Button(tr("Add"), icon="plus")
        self.category = Field(tr("New category"), hint=tr("Cabaret"))
        self.add_category = Button(tr("Add"), icon="plus")
        self.types = QVBoxLayout()
        self.categories = QVBoxLayout()
        for column in (self.types, self.categories):
            column.setSpacing(6)
        self._lay_out()
        self.back.clicked.connect(self.left)
        self.add_type.clicked.connect(self._on_add_type)
        self.name.entered.connect(self._on_add_type)
        self.short.entered.connect(self._on_add_type)
        self.add_category.clicked.connect(self._on_add_category)
        self.category.entered.connect(self._on_add_category)
        self.notice.closed.connect(kinds.forget_problem)
        kinds.added.connect(self._on_added)
        kinds.changed.connect(self._show)

    def _lay_out(self) -> None:
        types = Card(padding=20)
        types.body.addWidget(Label(tr("Price types"), "lead"))
        hint = tr("Who pays what, in their order on the counter. Tickets sold keep the old name.")
        types.body.addWidget(Label(hint, "muted", wrap=True))
        types.body.addLayout(self.types)
        types.body.addWidget(Rule())
        types.body.addLayout(_line(self.name, self.short, self.add_type))
        categories = Card(padding=20)
        categories.body.addWidget(Label(tr("Categories"), "lead"))
        hint = tr("What kind of event it is; lists and figures are filtered by it.")
        categories.body.addWidget(Label(hint, "muted", wrap=True))
        categories.body.addLayout(self.categories)
        categories.body.addWidget(Rule())
        categories.body.addLayout(_line(self.category, self.add_category))
        inside = QWidget()
        cards = QHBoxLayout(inside)
        cards.setContentsMargins(24, 4, 24, 24)
        cards.setSpacing(16)
        cards.addWidget(types, 7, _TOP)
        cards.addWidget(categories, 3, _TOP)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        top = QHBoxLayout()
        top.setContentsMargins(12, 12, 24, 0)
        top.addWidget(self.back)
        top.addStretch(1)
        head = QVBoxLayout()
        head.setContentsMargins(24, 8, 24, 12)
        head.setSpacing(12)
        line = tr("They belong to the whole house: every event uses the same.")
        head.addWidget(Header(tr("Price types and categories"), line))
        head.addWidget(self.notice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addLayout(head)
        column.addWidget(scroll, 1)

    def _on_add_type(self) -> None:
        name = self.name.text()
        self._kinds.add_type(name, self.short.text() or name[:12])

    def _on_add_category(self) -> None:
        self._kinds.add_category(self.category.text())

    def _on_added(self) -> None:
        for field in (self.name, self.short, self.category):
            field.set_text("")

    def _on_opened(self, type_id: str, self_service: bool) -> None:
        self._kinds.open(type_id, self_service=self_service)

    def _on_activated(self, type_id: str, active: bool) -> None:
        self._kinds.activate(type_id, active=active)

    def _on_moved(self, type_id: str, places: int) -> None:
        self._kinds.move(type_id, by_places=places)

    def _show(self) -> None:
        state = self._kinds.state
        said = field_words(state.problems)
        self.name.set_problem(said.get("name", ""))
        self.short.set_problem(said.get("short", ""))
        self.category.set_problem(said.get("category", ""))
        if state.problem is None:
            self.notice.clear()
        else:
            self.notice.say(words(state.problem), level=level(state.problem))
        shown = (state.types, state.categories, state.memberships, state.problem)
        if shown == self._shown:
            return
        self._shown = shown
        self._fill()

    def _fill(self) -> None:
        state = self._kinds.state
        for column in (self.types, self.categories):
            while column.count():
                item = column.takeAt(0)
                widget = item.widget() if item is not None else None
                if widget is not None:
                    widget.blockSignals(True)
                    widget.hide()
                    widget.deleteLater()
        last = len(state.types) - 1
        for position, kind in enumerate(state.types):
            memberships = [
                (one.id, one.name)
                for one in state.memberships
                if one.active or one.id == kind.membership_id
            ]
            row = _TypeRow(kind, memberships, first=position == 0, last=position == last)
            row.renamed.connect(self._kinds.rename_type)
            row.activated.connect(self._on_activated)
            row.opened.connect(self._on_opened)
            row.kept_to.connect(self._kinds.keep_to)
            row.moved.connect(self._on_moved)
            self.types.addWidget(row)
        for category in state.categories:
            line = _CategoryRow(category)
            line.renamed.connect(self._kinds.rename_category)
            line.deleted.connect(self._kinds.delete_category)
            self.categories.addWidget(line)


def _line(*parts: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for position, part in enumerate(parts[:-1]):
        row.addWidget(part, 1 if position == 0 else 0, _TOP)
    button = QVBoxLayout()
    button.setContentsMargins(0, _LABEL, 0, 0)
    button.addWidget(parts[-1], 0, _TOP)
    row.addLayout(button)
    return row
