"""Keeping what people type before they save it."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.drafts import Draft
from app.domain.ports import UnitOfWork
from app.domain.users import Operator, Permission


class DraftService:
    """Unsaved forms of whoever is signed in; nobody sees anybody else's."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    def keep(self, form: str, subject_id: str, body: Mapping[str, object], *, by: Operator) -> None:
        """Keep what the form (a short name such as "event") holds, plain JSON values, in place of what
        was kept before. `subject_id` is what the form is about, "" for a new thing."""
        by.require(Permission.USE_ACCOUNT)
        self._work.write(
            lambda work: work.drafts.keep(by.user_id, Draft(form, subject_id, body, work.now))
        )

    def kept(self, form: str, subject_id: str = "", *, by: Operator) -> Draft | None:
        """What was kept and never saved, None when there is nothing."""
        by.require(Permission.USE_ACCOUNT)
        return self._work.read(lambda work: work.drafts.kept(by.user_id, form, subject_id))

    def all_kept(self, *, by: Operator) -> tuple[Draft, ...]:
        """Every unsaved form, newest first."""
        by.require(Permission.USE_ACCOUNT)
        return self._work.read(lambda work: work.drafts.of(by.user_id))

    def drop(self, form: str, subject_id: str = "", *, by: Operator) -> None:
        """Forget it: the form was saved, or given up."""
        by.require(Permission.USE_ACCOUNT)
        self._work.write(lambda work: work.drafts.drop(by.user_id, form, subject_id))
