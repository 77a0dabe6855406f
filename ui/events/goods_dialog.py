"""The forms of a product and of a kind of membership."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from ui.errors import Level, field_words, words
from ui.events.goods_forms import Editing
from ui.i18n import tr
from ui.widgets import painting
from ui.widgets.buttons import Button
from ui.widgets.fields import Field
from ui.widgets.forms import ChoiceField
from ui.widgets.frames import Header, Label
from ui.widgets.notice import NoticeBar

_WIDTH = 480
_NARROW = 136


class GoodsDialog(QDialog):
    """Shows an `Editing`: `rows` of parts by the name of their field. Esc asks once before typed words are
    thrown away: the second Esc means it."""

    saved = Signal()

    def __init__(
        self,
        editing: Editing,
        title: str,
        *,
        rows: Sequence[Mapping[str, Field | ChoiceField]],
        hint: str,
        width: int = _WIDTH,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setFixedWidth(width)
        self._editing = editing
        self._warned = False
        editing.setParent(self)
        self.fields: dict[str, Field | ChoiceField] = {}
        self.notice = NoticeBar()
        self.save = Button(tr("Save"), look="primary", key="Ctrl+S")
        self.cancel = Button(tr("Cancel"), key="Esc")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(16)
        column.addWidget(Header(title))
        column.addWidget(self.notice)
        for row in rows:
            column.addLayout(self._row(row))
        column.addWidget(Label(hint, "small", wrap=True))
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.save)
        column.addLayout(foot)
        QShortcut(QKeySequence("Ctrl+S"), self).activated.connect(self._save)
        self.save.clicked.connect(self._save)
        self.cancel.clicked.connect(self.reject)
        self.notice.closed.connect(editing.forget_problem)
        editing.changed.connect(self._show)
        editing.saved.connect(self._on_saved)
        self._fill()
        self._grow()
        next(iter(self.fields.values())).setFocus()

    def _row(self, parts: Mapping[str, Field | ChoiceField]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        for place, (name, part) in enumerate(parts.items()):
            self.fields[name] = part
            row.addWidget(part, 1 if place == 0 else 0, Qt.AlignmentFlag.AlignTop)
            if isinstance(part, Field):
                part.edited.connect(self._on_typed)
                part.entered.connect(self._save)
            else:
                part.chosen.connect(self._on_typed)
        return row

    def _typed(self) -> dict[str, str]:
        return {
            name: part.text() if isinstance(part, Field) else part.choice()
            for name, part in self.fields.items()
        }

    def _on_typed(self, _: str) -> None:
        self._warned = False
        self._editing.type(**self._typed())

    def _save(self) -> None:
        self._editing.type(**self._typed())
        self._editing.save()

    def _on_saved(self) -> None:
        self.saved.emit()
        self.accept()

    def _fill(self) -> None:
        for name, value in asdict(self._editing.state.typed).items():
            part = self.fields[name]
            if isinstance(part, ChoiceField):
                part.choose(value)
            elif part.edit.text() != value:
                part.set_text(value)

    def _show(self) -> None:
        state = self._editing.state
        self._fill()
        self.save.setEnabled(not state.busy)
        sentences = field_words(state.problems)
        for name, value in state.theirs.items():
            part = self.fields[name]
            written = dict(part.options())[value] if isinstance(part, ChoiceField) else value
            now = tr("Now: {words}", words=written) if written else tr("Now empty.")
            sentences.setdefault(name, now)
        for name, part in self.fields.items():
            part.set_problem(sentences.get(name, ""))
        if state.problem is not None:
            self.notice.say(words(state.problem), level=Level.BAD)
        elif state.overtaken:
            self.notice.say(_overtaken(differs=bool(state.theirs)), level=Level.WARN)
        else:
            self.notice.clear()
        self._grow()

    def _grow(self) -> None:
        """A long form is as high as its parts want, never less: its fields would be cut."""
        layout = self.layout()
        if layout is not None:
            self.setMinimumHeight(layout.totalHeightForWidth(self.width()))

    def reject(self) -> None:
        """Close; typed words are given up only when asked twice."""
        if self._warned or not self._editing.state.dirty:
            super().reject()
            return
        self._warned = True
        text = tr("This is not saved. Press Esc again to give it up, or save it.")
        self.notice.say(text, level=Level.WARN)


def _overtaken(*, differs: bool) -> str:
    if differs:
        return tr(
            "Somebody else changed this meanwhile. What they wrote stands below your words; save again"
            " to keep yours."
        )
    return tr(
        "Somebody else changed this meanwhile. Their changes are in the form now, beside yours; save"
        " again to keep both."
    )


def product_dialog(
    editing: Editing,
    *,
    kinds: Sequence[tuple[str, str]],
    currency: str,
    parent: QWidget | None = None,
) -> GoodsDialog:
    """`kinds` are the memberships (id, name) it may make."""
    name = Field(tr("Name"), hint=tr("Programme booklet"))
    price = Field(tr("Price in {currency}", currency=currency), hint=tr("4.50"))
    tax = Field(tr("Tax inside it, %"), hint=tr("7"))
    for figures in (price, tax):
        figures.edit.setAlignment(painting.RIGHT)
    tax.setFixedWidth(_NARROW)
    makes = ChoiceField(tr("Makes a member of"), [("", tr("Nothing")), *kinds])
    return GoodsDialog(
        editing,
        tr("New product") if editing.base is None else tr("Edit product"),
        rows=({"name": name}, {"price": price, "tax": tax}, {"membership": makes}),
        hint=tr("What was sold keeps its name and price."),
        parent=parent,
    )


def membership_dialog(editing: Editing, *, parent: QWidget | None = None) -> GoodsDialog:
    """The form of a kind of membership."""
    name = Field(tr("Name"), hint=tr("Friends of the house"))
    months = Field(tr("Months"), hint="12")
    months.setFixedWidth(_NARROW)
    months.edit.setAlignment(painting.RIGHT)
    most = Field(tr("Tickets a performance"), hint=tr("Any number"))
    most.edit.setAlignment(painting.RIGHT)
    return GoodsDialog(
        editing,
        tr("New membership") if editing.base is None else tr("Edit membership"),
        rows=({"name": name}, {"per_performance": most, "months": months}),
        hint=tr(
            "So many tickets at a member's price for one performance. Whoever is a member already stays"
            " one until the day they were told."
        ),
        parent=parent,
    )
