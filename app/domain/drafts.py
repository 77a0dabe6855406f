"""Unsaved forms, kept while they are filled in: a crash costs nobody their typing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody had typed into a form by `saved_at` (UTC). `subject_id` is what the form was about,
    "" for a new thing; `body` holds plain JSON values, field by field."""

    form: str
    subject_id: str
    body: Mapping[str, object]
    saved_at: datetime


class Drafts(Protocol):
    """Drafts as the database keeps them: one per user, form and subject."""

    def keep(self, user_id: str, draft: Draft) -> None:
        """In place of what was kept before."""

    def kept(self, user_id: str, form: str, subject_id: str) -> Draft | None: ...

    def of(self, user_id: str) -> tuple[Draft, ...]:
        """All of a user's, newest first."""

    def drop(self, user_id: str, form: str, subject_id: str) -> None: ...
