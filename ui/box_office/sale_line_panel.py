"""The sale line on the screen: a field, below it what Enter will do, and what unrolls while one types.

A scanner is a keyboard that types in milliseconds and presses Enter: whatever has unrolled by then is
nothing it chose. So Enter takes a completion only after the cashier moved into the list.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.sale_command import LineProblem, Nothing, Parsed
from app.domain.sale_completion import Completion, complete
from app.domain.sale_echo import explain
from app.domain.sale_line import LONGEST_LINE, parse
from app.domain.sale_words import LineContext
from ui.box_office.sale_line import completion_words, echo_words, examples, problem_words
from ui.i18n import tr
from ui.widgets.buttons import Button
from ui.widgets.choices import Choice, Choices
from ui.widgets.fields import SaleLine
from ui.widgets.frames import LineLabel

_UNROLLS_MS = 120  # after the last key: longer than a scanner takes between two
_WIDE = 560
_MOST_KEPT = 50
_INSET = 38  # where the words in the field begin
_UP, _DOWN, _ESCAPE, _TAB = Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Escape, Qt.Key.Key_Tab
_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_KEY_PRESS, _OVERRIDE = QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride
_UNDO = QKeySequence.StandardKey.Undo


class _Line(SaleLine):
    """Keys of the list first, then those of the line."""

    entered = Signal()
    stepped = Signal(int)
    completed = Signal()
    escaped = Signal()
    left = Signal()

    def __init__(self, *, key: str, unrolled: Callable[[], bool]) -> None:
        hint = tr("Seats, a sum, a name, a number")
        super().__init__(hint, accessible=tr("Sale line"), key=key)
        self.setMaxLength(LONGEST_LINE)
        self._unrolled = unrolled

    def event(self, event: QEvent) -> bool:
        """Tab completes while there is something to complete; else it moves on as anywhere. An empty line
        has nothing to undo: the key is the counter's then."""
        if (
            event.type() == _OVERRIDE
            and isinstance(event, QKeyEvent)
            and event.matches(_UNDO)
            and not self.text()
        ):
            event.ignore()
            return True
        if event.type() == _KEY_PRESS and isinstance(event, QKeyEvent):
            plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
            if event.key() == _TAB and plain and self._unrolled():
                self.completed.emit()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter held down is one Enter."""
        key = event.key()
        if key in _RETURN:
            if not event.isAutoRepeat():
                self.entered.emit()
        elif key in {_UP, _DOWN}:
            self.stepped.emit(1 if key == _DOWN else -1)
        elif key == _ESCAPE and (self.text() or self._unrolled()):
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Nothing stays unrolled below a field nobody types in."""
        super().focusOutEvent(event)
        self.left.emit()


class SaleLinePanel(QWidget):
    """`submitted` carries what was asked for, never `Nothing` nor a `LineProblem`: those are shown here.

    Answer with `accept` or `refuse`. Until then the same text is not submitted twice, and what is typed
    meanwhile stays. `context` is asked whenever a line is read; `read` carries what was read of a line
    that is being typed.
    """

    submitted = Signal(object)
    read = Signal(object)

    def __init__(
        self, context: Callable[[], LineContext], *, key: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._asked: str | None = None
        self._kept: list[str] = []
        self._back = 0  # how many lines back in those kept; 0 is the line being typed
        self._offered: list[Completion] = []
        self._examples: tuple[tuple[str, str], ...] = ()
        self.field = _Line(key=key, unrolled=self._is_unrolled)
        self.help = Button("", look="quiet", icon="help", accessible=tr("What can be typed here"))
        self.help.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.echo = LineLabel("", "muted")
        self.completions = Choices(self)
        self.examples = Choices(self, tall=True)
        self._later = QTimer(self, singleShot=True, interval=_UNROLLS_MS)
        self.setFocusProxy(self.field)
        self._lay_out()
        self._connect_parts()
        self.look_again()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.field, 1)
        row.addWidget(self.help)
        self.echo.setFixedHeight(20)
        self.echo.setContentsMargins(_INSET, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.echo)

    def _connect_parts(self) -> None:
        self.field.textEdited.connect(self._on_typed)
        self.field.entered.connect(self._on_enter)
        self.field.stepped.connect(self._on_step)
        self.field.completed.connect(self._on_complete)
        self.field.escaped.connect(self._on_escape)
        self.field.left.connect(self._roll_up)
        self._later.timeout.connect(self._on_rest)
        self.completions.clicked.connect(self._on_complete)
        self.examples.clicked.connect(self._take_example)
        self.help.clicked.connect(self.show_examples)

    # -- for whoever sells ---------------------------------------------------------------------

    def accept(self) -> None:
        """It was done: the line is empty for the next, and can be had back with Up."""
        asked, self._asked = self._asked, None
        if asked is None:
            return
        self._kept = [*(line for line in self._kept if line != asked), asked][-_MOST_KEPT:]
        self._back = 0
        if self.field.text() == asked:
            self.field.clear()
        self.look_again()

    def refuse(self, problem: LineProblem | str) -> None:
        """It could not be done: say why; the line stays to be mended."""
        asked, self._asked = self._asked, None
        if asked is not None and self.field.text() == asked:
            self.field.deselect()
        if isinstance(problem, LineProblem):
            self._show_problem(problem)
        else:
            self._say(problem, wrong=True)

    def look_again(self) -> None:
        """What the line is read in front of has changed, such as the basket; or the line itself has."""
        self._show(parse(self.field.text(), self._context()), typing=self.field.hasFocus())

    def set_text(self, text: str) -> None:
        """Put a line there as if it had been typed, and the cursor behind it."""
        self.field.setText(text)
        self.field.setFocus()
        self.look_again()

    def show_examples(self) -> None:
        """Unroll what can be typed; once more rolls it up."""
        if self.examples.isVisible():
            self.examples.hide()
            return
        self.field.setFocus()
        self.completions.hide()
        self._examples = examples(self._context())
        self.examples.show_choices([Choice(*example) for example in self._examples], wide=_WIDE)

    # -- typing --------------------------------------------------------------------------------

    def _on_typed(self) -> None:
        self._back = 0
        self._roll_up()
        self._later.start()
        self.look_again()
        self.read.emit(parse(self.field.text(), self._context()))

    def _on_enter(self) -> None:
        if self.completions.chosen() >= 0:
            self._on_complete()
            return
        if self.examples.chosen() >= 0:
            self._take_example()
            return
        self._roll_up()
        text = self.field.text()
        parsed = parse(text, self._context())
        self._show(parsed)
        if isinstance(parsed, LineProblem):
            self.field.deselect()
            self.field.setCursorPosition(parsed.end)
        elif not isinstance(parsed, Nothing) and text != self._asked:
            self._asked = text
            self.field.selectAll()  # a scan that comes before the answer begins a new line
            self.submitted.emit(parsed)

    def _on_step(self, by: int) -> None:
        for unrolled in (self.completions, self.examples):
            if unrolled.isVisible():
                unrolled.step(by)
                return
        if not self.field.text() or self._back:
            self._recall(self._back - by)

    def _recall(self, back: int) -> None:
        """The line that many before, or the empty one again."""
        self._back = min(max(back, 0), len(self._kept))
        self.field.setText(self._kept[-self._back] if self._back else "")
        self.look_again()

    def _on_escape(self) -> None:
        if self._is_unrolled():
            self._roll_up()
        else:
            self.field.clear()
            self._back = 0
            self.look_again()

    # -- what unrolls --------------------------------------------------------------------------

    def _is_unrolled(self) -> bool:
        return self.completions.isVisible() or self.examples.isVisible()

    def _roll_up(self) -> None:
        self._later.stop()
        self.completions.hide()
        self.examples.hide()

    def _on_rest(self) -> None:
        if self.field.hasFocus():
            self.offer()

    def offer(self) -> None:
        """Unroll what the word at the cursor may become."""
        cursor = self.field.cursorPosition()
        self._offered = complete(self.field.text(), cursor, self._context())
        self.completions.show_choices(
            [Choice(offer.text, completion_words(offer)) for offer in self._offered]
        )

    def _on_complete(self) -> None:
        """Write the chosen one, or with Tab the first."""
        if self.examples.isVisible():
            self._take_example()
            return
        offer = self._offered[max(self.completions.chosen(), 0)]
        self._roll_up()
        text, cursor = offer.put_into(self.field.text())
        self.field.setText(text)
        self.field.setCursorPosition(cursor)
        self.look_again()
        self._later.start()

    def _take_example(self) -> None:
        text, _ = self._examples[max(self.examples.chosen(), 0)]
        self._roll_up()
        self.set_text(text)

    # -- what it says --------------------------------------------------------------------------

    def _show(self, parsed: Parsed, *, typing: bool = False) -> None:
        if isinstance(parsed, LineProblem):
            at_it = typing and parsed.start <= self.field.cursorPosition() <= parsed.end
            self._show_problem(parsed, wrong=not at_it)
        else:
            self._say(echo_words(explain(parsed, self._context())))

    def _show_problem(self, problem: LineProblem, *, wrong: bool = True) -> None:
        """A word that is still being typed is not wrong yet."""
        self._say(problem_words(problem), wrong=wrong)
        if wrong:
            self.field.mark(problem.start, problem.end)

    def _say(self, words: str, *, wrong: bool = False) -> None:
        self.field.mark(0, 0)
        self.field.setAccessibleDescription(words)
        self.echo.setText(words)
        self.echo.set_role("bad" if wrong else "muted")
