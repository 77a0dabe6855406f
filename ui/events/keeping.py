"""Unsaved work survives: what a form holds is kept every couple of seconds and offered again.

A form says what it holds after every keystroke; it is written when the typing rests, and at the
latest two seconds after the last writing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer

from app.domain.drafts import Draft
from app.domain.errors import HouselightsError
from app.domain.users import Operator
from app.services.drafts import DraftService
from ui.tasks import Tasks

_EVERY_MS = 2000


class Keeper(QObject):
    """Keeps one form's unsaved work under (form, subject)."""

    def __init__(
        self,
        drafts: DraftService,
        *,
        form: str,
        by: Operator,
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._drafts = drafts
        self._form = form
        self._subject = ""
        self._by = by
        self._tasks = tasks
        self._body: Mapping[str, object] | None = None
        self._timer = QTimer(self, singleShot=True, interval=_EVERY_MS)
        self._timer.timeout.connect(self.write)

    def begin(self, subject: str, offered: Callable[[Draft], None]) -> None:
        """A form about `subject` is opened: tell `offered` when unsaved work is there."""
        self._subject, self._body = subject, None
        self._timer.stop()
        by, form = self._by, self._form

        def found(draft: Draft | None) -> None:
            if draft is not None and self._subject == subject and self._body is None:
                offered(draft)

        self._tasks.run(
            self,
            lambda: self._drafts.kept(form, subject, by=by),
            done=found,
            failed=_not_kept,
            key="kept",
        )

    def touch(self, body: Mapping[str, object]) -> None:
        """The form holds this now."""
        self._body = body
        if not self._timer.isActive():
            self._timer.start()

    def write(self) -> None:
        """Keep what was touched, now."""
        self._timer.stop()
        if self._body is None:
            return
        body, subject, by = self._body, self._subject, self._by
        self._tasks.run(
            self,
            lambda: self._drafts.keep(self._form, subject, body, by=by),
            done=_kept,
            failed=_not_kept,
        )

    def drop(self) -> None:
        """It was saved, or given up."""
        self._timer.stop()
        self._body = None
        subject, by = self._subject, self._by
        self._tasks.run(
            self,
            lambda: self._drafts.drop(self._form, subject, by=by),
            done=_kept,
            failed=_not_kept,
        )


def _kept(_: object) -> None:
    """Nobody waits for it."""


def _not_kept(_: HouselightsError) -> None:
    """The form itself is still on screen; the next keystroke tries again."""
