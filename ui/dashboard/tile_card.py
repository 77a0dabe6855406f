"""A figure on a card: what it is, how much, and against what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.figures import Daily, SellThrough
from app.domain.values import at_venue, business_day
from ui.dashboard.words import against_of, compared, money_of, share, tone
from ui.i18n import money, money_whole, number, plural, time_of, tr
from ui.typed_dates import day_brief
from ui.widgets.frames import Card, LineLabel, Role


@dataclass(frozen=True, slots=True)
class Figure:
    """What a tile says; `tone` is a role of Label."""

    heading: str
    value: str
    line: str
    tone: Role = "muted"


class TileCard(Card):
    """One figure."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=18, parent=parent)
        self.heading = LineLabel("", "muted")
        self.value = LineLabel("", "total")
        self.line = LineLabel("", "small")
        self.body.setSpacing(2)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        for label in (self.heading, self.value, self.line):
            self.body.addWidget(label)

    def set_figure(self, figure: Figure) -> None:
        """Say this."""
        self.heading.setText(figure.heading)
        self.value.setText(figure.value)
        self.line.setText(figure.line)
        self.line.set_role("small" if figure.tone == "muted" else figure.tone)
        self.setAccessibleName(f"{figure.heading}: {figure.value}. {figure.line}")


def takings(daily: Daily) -> Figure:
    """What came in."""
    now, before = daily.totals.takings, daily.totals_before.takings
    return Figure(
        tr("Takings"),
        money_whole(money_of(now, daily.scope)),
        compared(now, before, against_of(daily)),
        tone(now, before),
    )


def tickets(daily: Daily) -> Figure:
    """What went out."""
    now, before = daily.totals.tickets, daily.totals_before.tickets
    line = compared(now, before, against_of(daily))
    if daily.totals.returned:
        back = plural("{count} came back", "{count} came back", daily.totals.returned)
        line = tr("{line}; {back}", line=compared(now, before, tr("before")), back=back)
    return Figure(tr("Tickets"), number(now), line, tone(now, before))


def average(daily: Daily) -> Figure:
    """What a ticket brings: of what was sold, before anything came back."""
    now, before = daily.totals, daily.totals_before
    if not now.sold:
        return Figure(tr("Average ticket"), "–", tr("nothing was sold"))
    each = money_of(round(now.gross / now.sold), daily.scope)
    if not before.sold:
        return Figure(tr("Average ticket"), money(each), tr("nothing to compare with"))
    earlier = money_of(round(before.gross / before.sold), daily.scope)
    apart = each - earlier
    if not apart:
        return Figure(tr("Average ticket"), money(each), tr("as before"))
    words = (
        tr("{sum} more than before", sum=money(apart))
        if apart.minor > 0
        else tr("{sum} less than before", sum=money(-apart))
    )
    return Figure(tr("Average ticket"), money(each), words, "good" if apart.minor > 0 else "bad")


def next_up(found: SellThrough, *, now: datetime, zone: str) -> Figure:
    """What can still be sold for the next performance."""
    today = business_day(now, zone)
    tonight = found.tonight(today, now)
    coming = tonight or next((one for one in found.performances if one.starts_at >= now), None)
    if coming is None:
        return Figure(tr("Next performance"), "–", tr("nothing is to come"))
    local = at_venue(coming.starts_at, coming.zone)
    clock = time_of(coming.starts_at, coming.zone)
    if tonight is not None:
        heading = tr("Today at {clock}", clock=clock)
    else:
        heading = tr("Next: {day} at {clock}", day=day_brief(local.date()), clock=clock)
    free = max(coming.capacity - coming.sold, 0)
    value = tr("{count} to sell", count=number(free)) if free else tr("Sold out")
    sold = share(coming.sold, coming.capacity)
    return Figure(heading, value, tr("{share} sold, {title}", share=sold, title=coming.title[:80]))
