"""What a seat is called, and what is said of it, wherever it is shown: map, list, screen reader."""

from __future__ import annotations

from app.domain.seating import COMPANION, RESTRICTED_VIEW, WHEELCHAIR, SeatingPlan
from ui.i18n import tr
from ui.widgets.seat_map.states import SeatState


def seat_name(plan: SeatingPlan, seat: int) -> str:
    """Section, row and number, short: "Balcony 17-3", "Stalls F7"."""
    section, row = plan.sections[plan.section[seat]], plan.row[seat]
    between = "-" if row.isdigit() else " "  # "Balcony 17 3" would read as one number
    return f"{section} {row}{between}{plan.number[seat]}".strip()


def seat_name_long(plan: SeatingPlan, seat: int) -> str:
    """The same as a voice says it: "Stalls, row F, seat 7"."""
    section, row, number = plan.sections[plan.section[seat]], plan.row[seat], plan.number[seat]
    said = (
        section,
        tr("row {row}", row=row) if row else "",
        tr("seat {number}", number=number) if number else "",
    )
    return ", ".join(filter(None, said))


def state_words(state: SeatState) -> str:
    """What a state is called."""
    return {
        SeatState.FREE: tr("free"),
        SeatState.MINE: tr("in this basket"),
        SeatState.HELD_ELSEWHERE: tr("held at another till"),
        SeatState.SOLD: tr("sold"),
        SeatState.RESERVED: tr("reserved, not paid"),
        SeatState.BLOCKED: tr("blocked"),
        SeatState.KILLED: tr("not on sale"),
        SeatState.ALLOTTED: tr("allotted to a station"),
        SeatState.CHECKED_IN: tr("checked in"),
    }[state]


def trait_words(attributes: int) -> str:
    """What a seat is for or short of, "" for an ordinary one."""
    named = (
        (WHEELCHAIR, tr("wheelchair space")),
        (COMPANION, tr("companion seat")),
        (RESTRICTED_VIEW, tr("restricted view")),
    )
    return ", ".join(words for flag, words in named if attributes & flag)
