"""What was committed, told to the rest of the program. Facts carry ids only: whoever cares reads again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that has been committed."""


@dataclass(frozen=True, slots=True)
class SeatsChanged(Fact):
    """Claims on these seats of a performance were made, changed or given up."""

    performance_id: str
    seat_nos: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BookingChanged(Fact):
    """A booking was made or changed; an empty id means many."""

    booking_id: str


@dataclass(frozen=True, slots=True)
class ProgrammeChanged(Fact):
    """Events, performances or prices changed; an empty id means many."""

    event_id: str = ""
