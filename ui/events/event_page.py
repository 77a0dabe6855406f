"""The form of an event: texts and belongings at the left, poster and status at the right."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.events import EventStatus
from ui.errors import Level, field_words
from ui.events.event_editor import EventEditor, State
from ui.events.form_page import EditorFrame
from ui.events.shelf import Shelf
from ui.events.words import event_status
from ui.i18n import tr
from ui.widgets.buttons import Button
from ui.widgets.fields import Field, in_row
from ui.widgets.forms import ChoiceField, TextArea
from ui.widgets.frames import Card, Label
from ui.widgets.poster import PosterView

_NEW_POSTER = "unsaved poster"
_NEW_CATEGORY = "\n"
_PICTURES = "*.png *.jpg *.jpeg *.svg"
_STATUSES = (EventStatus.DRAFT, EventStatus.PUBLISHED, EventStatus.ARCHIVED)
_LARGEST = 4_000_000  # bytes read from a file before the service says what is too large


class EventPage(EditorFrame):
    """Shows an EventEditor."""

    def __init__(self, editor: EventEditor, shelf: Shelf, parent: QWidget | None = None) -> None:
        super().__init__(back=tr("Back"), save=tr("Save"), parent=parent)
        self._editor = editor
        self._shelf = shelf
        self._said: set[str] = set()
        self.title = Field(tr("Title"), hint=tr("The Winter Garden"))
        self.description = TextArea(
            tr("Description"),
            hint=tr("What people read before they choose it."),
            height=196,
            grows=True,
        )
        self.category = ChoiceField(tr("Category"))
        self.new_category = Field(tr("Name of the new category"), hint=tr("Drama"))
        self.new_category.hide()
        self.organizer = ChoiceField(tr("Organizer"))
        self.tax = Field(tr("Tax included in prices, %"), hint="7")
        self.status = ChoiceField(tr("Status"))
        self.cancel_hours = Field(tr("Customers cancel until, hours before"), hint=tr("never"))
        self.cancel_fee = Field(tr("Fee for each of those tickets"), hint=tr("none"))
        self.exchange_fee = Field(tr("Fee for another performance"), hint=tr("none"))
        self.poster = PosterView(shelf.posters, width=232)
        self.choose = Button(tr("Choose a picture"), icon="upload")
        self.take_away = Button("", look="quiet", icon="trash", accessible=tr("Remove the poster"))
        self._poster_problem = Label("", "bad", wrap=True)
        self._lay_out()
        self.chain(
            self.title,
            self.category,
            self.new_category,
            self.organizer,
            self.cancel_hours,
            self.cancel_fee,
            self.exchange_fee,
            self.description,
            self.status,
            self.tax,
            self.choose,
            self.take_away,
        )
        self._connect_parts()
        self._fill()

    def _lay_out(self) -> None:
        card = Card(padding=24)
        card.body.setSpacing(16)
        card.body.addWidget(self.title)
        card.body.addLayout(in_row(self.category, self.organizer))
        card.body.addWidget(self.new_category)
        card.body.addLayout(in_row(self.cancel_hours, self.cancel_fee, self.exchange_fee))
        card.body.addWidget(self.description)
        self._hint = Label(
            tr("A draft is seen by whoever edits events. Publish it to put it on sale."),
            "small",
            wrap=True,
        )
        card.body.setStretchFactor(self.description, 1)
        left = QVBoxLayout()
        left.addWidget(card, 1)
        side = Card(padding=20)
        side.setFixedWidth(272)
        side.body.addWidget(Label(tr("Poster"), "heading"))
        side.body.addWidget(self.poster)
        side.body.addWidget(self._poster_problem)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        buttons.addWidget(self.choose, 1)
        buttons.addWidget(self.take_away)
        side.body.addLayout(buttons)
        side.body.addWidget(
            Label(tr("PNG, JPEG or SVG, upright, at most 2 MB."), "small", wrap=True)
        )
        terms = Card(padding=20)
        terms.setFixedWidth(272)
        terms.body.addWidget(self.status)
        terms.body.addWidget(self._hint)
        terms.body.addWidget(self.tax)
        right = QVBoxLayout()
        right.setSpacing(16)
        right.addWidget(terms)
        right.addWidget(side)
        right.addStretch(1)
        self.body.addLayout(left, 1)
        self.body.addLayout(right)

    def _connect_parts(self) -> None:
        editor = self._editor
        self.title.edited.connect(self._on_title)
        self.description.edited.connect(self._on_description)
        self.category.chosen.connect(self._on_category)
        self.new_category.edited.connect(self._on_new_category)
        self.organizer.chosen.connect(self._on_organizer)
        self.tax.edited.connect(self._on_tax)
        self.cancel_hours.edited.connect(self._on_cancel_hours)
        self.cancel_fee.edited.connect(self._on_cancel_fee)
        self.exchange_fee.edited.connect(self._on_exchange_fee)
        self.status.chosen.connect(self._on_status)
        self.choose.clicked.connect(self._ask_poster)
        self.take_away.clicked.connect(self._on_no_poster)
        self.save.clicked.connect(editor.save)
        self.offer.resumed.connect(editor.resume)
        self.offer.discarded.connect(editor.discard)
        self.conflict.taken.connect(editor.take_theirs)
        self.conflict.settled.connect(editor.settle)
        self.notice.closed.connect(editor.forget_problem)
        editor.form_replaced.connect(self._fill)
        editor.changed.connect(self._show)
        self._shelf.arrived.connect(self.poster.update)

    # -- acting --------------------------------------------------------------------------------

    def _on_title(self, text: str) -> None:
        self._editor.type(title=text)

    def _on_description(self, text: str) -> None:
        self._editor.type(description=text)

    def _on_category(self, key: str) -> None:
        new = key == _NEW_CATEGORY
        self.new_category.setVisible(new)
        if new:
            self.new_category.setFocus()
            self._editor.type(category=self.new_category.text())
        else:
            self._editor.type(category=key)

    def _on_new_category(self, text: str) -> None:
        self._editor.type(category=text)

    def _on_organizer(self, key: str) -> None:
        self._editor.type(organizer_id=key)

    def _on_tax(self, text: str) -> None:
        self._editor.type(tax=text)

    def _on_cancel_hours(self, text: str) -> None:
        self._editor.type(cancel_hours=text)

    def _on_cancel_fee(self, text: str) -> None:
        self._editor.type(cancel_fee=text)

    def _on_exchange_fee(self, text: str) -> None:
        self._editor.type(exchange_fee=text)

    def _on_status(self, key: str) -> None:
        self._editor.type(status=key)

    def _ask_poster(self) -> None:
        title, kinds = tr("Choose a poster"), tr("Pictures ({kinds})", kinds=_PICTURES)
        path, _ = QFileDialog.getOpenFileName(self, title, "", kinds)
        if path:
            self.take_poster(path)

    def take_poster(self, path: str) -> None:
        """Show the picture in this file; it is saved with the form."""
        try:
            with Path(path).open("rb") as file:
                body = file.read(_LARGEST)
        except OSError:
            text = tr("The file {path} cannot be read. Choose another one.", path=path)
            self.notice.say(text, level=Level.WARN)
            return
        if not self._shelf.posters.put(_NEW_POSTER, body):
            self._poster_problem.setText(field_words({"poster": "not_a_picture"})["poster"])
            self._poster_problem.show()
            return
        self._editor.choose_poster(body)

    def _on_no_poster(self) -> None:
        self._editor.choose_poster(b"")

    # -- showing -------------------------------------------------------------------------------

    def _fill(self) -> None:
        form = self._editor.state.form
        self.title.set_text(form.title)
        self.description.set_text(form.description)
        self.tax.set_text(form.tax)
        self.cancel_hours.set_text(form.cancel_hours)
        self.cancel_fee.set_text(form.cancel_fee)
        self.exchange_fee.set_text(form.exchange_fee)
        self.new_category.hide()
        self.new_category.set_text("")
        self._show()

    def _show(self) -> None:
        state = self._editor.state
        form = state.form
        self.header.title.setText(tr("New event") if state.new else (form.title or tr("Untitled")))
        self.header.set_line(
            tr("Texts first; performances and prices follow on the event's page.")
            if state.new
            else tr("Changes show on the programme as soon as they are saved.")
        )
        self.save.setText(tr("Create event") if state.new else tr("Save"))
        self._show_choices(state)
        self._show_poster(state)
        self._show_problems(state)
        self.show_problem(state.problem)
        self.show_kept(changed=state.changed)
        self.offer.offer(state.offered_at)
        found = state.differences() if state.theirs is not None else None
        self.conflict.show_differences(found, shown_as=self._value_words)
        self._hint.setVisible(form.status == EventStatus.DRAFT.value)

    def _show_choices(self, state: State) -> None:
        form = state.form
        names = [c.name for c in state.categories]
        typing = not self.new_category.isHidden()
        if form.category and form.category not in names and not typing:
            names.append(form.category)
        options = [(name, name) for name in names]
        self.category.set_options([*options, (_NEW_CATEGORY, tr("New category …"))])
        self.category.choose(_NEW_CATEGORY if typing else form.category)
        self.organizer.set_options([(o.id, o.name) for o in state.organizers])
        self.organizer.choose(form.organizer_id)
        statuses = dict.fromkeys((*_STATUSES, EventStatus(form.status)))
        self.status.set_options([(s.value, event_status(s)) for s in statuses])
        self.status.choose(form.status)

    def _show_poster(self, state: State) -> None:
        base = state.base
        name = base.poster if base else ""
        if state.poster is not None:
            name = _NEW_POSTER if state.poster else ""
        elif name:
            self._shelf.want((name,))
        self.poster.show_poster(name, title=state.form.title)
        self.take_away.setVisible(bool(name))

    def _show_problems(self, state: State) -> None:
        said = field_words(state.problems)
        self.title.set_problem(said.get("title", ""))
        self.description.set_problem(said.get("description", ""))
        typing = not self.new_category.isHidden()
        self.category.set_problem("" if typing else said.get("category", ""))
        self.new_category.set_problem(said.get("category", "") if typing else "")
        self.organizer.set_problem(said.get("organizer_id", ""))
        terms = {
            "tax": self.tax,
            "cancel_hours": self.cancel_hours,
            "cancel_fee": self.cancel_fee,
            "exchange_fee": self.exchange_fee,
        }
        for name, field in terms.items():
            field.set_problem(said.get(name, ""))
        self.status.set_problem(said.get("status", ""))
        self._poster_problem.setText(said.get("poster", ""))
        self._poster_problem.setVisible("poster" in said)
        fresh = set(said) - self._said
        self._said = set(said)
        focused = {"title": self.title, "category": self.category, **terms}
        for name, part in focused.items():
            if name in fresh:
                part.setFocus(Qt.FocusReason.OtherFocusReason)
                break

    def _value_words(self, field: str, value: str) -> str:
        if field == "organizer_id":
            organizers = self._editor.state.organizers
            return next((o.name for o in organizers if o.id == value), value)
        if field == "status":
            return event_status(EventStatus(value))
        return value
