"""Who did what to which thing: one line for every act that changes something but moves no money.

Sales and refunds stand in the journal; everything else an operator can be asked about later stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.users import Operator

# What an act was about; `Note.subject_kind` is one of these.
SUBJECTS = (
    "user",
    "venue",
    "event",
    "performance",
    "booking",
    "ticket",
    "code",
    "payment",
    "shift",
    "notification",
    "settings",
    "station",
)


@dataclass(frozen=True, slots=True)
class Note:
    """One act. `action` is a verb in the past tense such as "cancelled"; `body` says what exactly."""

    at: datetime
    user_id: str | None
    user: str
    station_code: str
    action: str
    subject_kind: str
    subject_id: str
    body: Mapping[str, object]


class History(Protocol):
    """Acts as the database keeps them; append-only."""

    def note(
        self,
        action: str,
        *,
        subject_kind: str,
        subject_id: str,
        body: Mapping[str, object] | None = None,
        by: Operator,
    ) -> None:
        """Write one down, in the transaction of the act. `body` holds plain JSON values."""

    def of(self, subject_kind: str, subject_id: str, *, limit: int = 500) -> tuple[Note, ...]:
        """What happened to a thing, newest first."""

    def by_user(self, user_id: str, *, limit: int = 500) -> tuple[Note, ...]:
        """What somebody did, newest first."""
