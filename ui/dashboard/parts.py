"""What the cards about parts of the whole say: by tender, price type, zone …; and how full it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.domain.analytics import MetricType
from app.domain.figures import Breakdown, Filling, Part, SellThrough, TopEvents, Totals
from app.domain.values import at_venue
from ui.dashboard.words import day_of_month, money_of, named, share, units_of
from ui.i18n import money, number, plural, time_of, tr
from ui.typed_dates import day_brief, day_words
from ui.widgets.chart_card import Answer
from ui.widgets.chart_specs import Row, Rows, Share, Shares

_SHOWN = 6
_FULLEST = 8
_TITLE = 60
# what counts for each: tickets where it says who comes, takings where it says what it brings
_BY_TICKETS = (MetricType.PRICE_TYPE, MetricType.CHANNEL)
_HEADS = {
    MetricType.TENDER: "Tender",
    MetricType.PRICE_TYPE: "Price type",
    MetricType.ZONE: "Price zone",
    MetricType.CHANNEL: "Channel",
    MetricType.OPERATOR: "Operator",
}


def breakdown(found: Breakdown) -> Answer:
    """The whole by one thing: its largest part is the answer."""
    by_tickets = found.by in _BY_TICKETS
    parts = sorted(
        (part for part in found.parts if _size(part, by_tickets) > 0),
        key=lambda part: -_size(part, by_tickets),
    )
    if not parts:
        return Answer(
            tr("Nothing to divide"), nothing=tr("There are no sales in this time to look into.")
        )
    whole = sum(_size(part, by_tickets) for part in parts)
    shown = _with_rest(parts)
    shares = tuple(
        Share(
            named(found.by, part),
            _size(part, by_tickets),
            share(_size(part, by_tickets), whole),
            named(found.by, part),
            _detail(part, found),
        )
        for part in shown
    )
    largest = parts[0]
    most = share(_size(largest, by_tickets), whole)
    name = named(found.by, largest)
    title = (
        tr("{name}: {share} of the tickets", name=name, share=most)
        if by_tickets
        else tr("{name}: {share} of the takings", name=name, share=most)
    )
    return Answer(title, spec=Shares(shares, _table(found)))


def _size(part: Part, by_tickets: bool) -> int:
    return part.totals.tickets if by_tickets else part.totals.takings


def _with_rest(parts: Sequence[Part]) -> list[Part]:
    """The largest, and one part for all the others."""
    if len(parts) <= _SHOWN:
        return list(parts)
    rest = sum((part.totals for part in parts[_SHOWN - 1 :]), Totals())
    count = len(parts) - _SHOWN + 1
    name = plural("{count} other", "{count} others", count)
    return [*parts[: _SHOWN - 1], Part("", name, rest)]


def _detail(part: Part, found: Breakdown) -> str:
    taken = money(money_of(part.totals.takings, found.scope))
    if found.by is MetricType.TENDER:  # counts money only
        return taken
    tickets = plural("{count} ticket", "{count} tickets", part.totals.tickets)
    return tr("{tickets}, {sum}", tickets=tickets, sum=taken)


def _table(found: Breakdown) -> Rows:
    heads = (tr(_HEADS[found.by]), tr("Tickets"), tr("Takings"))
    return (
        heads,
        *(
            (named(found.by, p), p.totals.tickets, units_of(p.totals.takings, found.scope))
            for p in found.parts
        ),
    )


def top_events(found: TopEvents) -> Answer:
    """Which events sell most."""
    parts = [part for part in found.parts if part.totals.tickets > 0]
    if not parts:
        return Answer(tr("No event sold"), nothing=tr("There are no sales in this time."))
    shares = tuple(
        Share(
            part.name,
            part.totals.tickets,
            number(part.totals.tickets),
            part.name[:_TITLE],
            tr(
                "{tickets}, {sum}",
                tickets=plural("{count} ticket", "{count} tickets", part.totals.tickets),
                sum=money(money_of(part.totals.takings, found.scope)),
            ),
        )
        for part in parts
    )
    first = parts[0]
    return Answer(
        tr(
            "{title}: {tickets}",
            title=first.name[:_TITLE],
            tickets=plural("{count} ticket", "{count} tickets", first.totals.tickets),
        ),
        spec=Shares(
            shares,
            (
                (tr("Event"), tr("Tickets"), tr("Takings")),
                *(
                    (p.name, p.totals.tickets, units_of(p.totals.takings, found.scope))
                    for p in parts
                ),
            ),
        ),
    )


def shown_events(found: TopEvents) -> tuple[str, ...]:
    """The events of the chart's bars, in their order."""
    return tuple(part.key for part in found.parts if part.totals.tickets > 0)


def filling(found: SellThrough, *, now: datetime) -> Answer:
    """How full the next performances are; the last ones where none is to come."""
    if not found.performances:
        return Answer(
            tr("Nothing plays"), nothing=tr("No performance lies in this time or is still to come.")
        )
    sized = [one for one in found.performances if one.capacity]
    coming = [one for one in sized if one.starts_at >= now]
    shown = coming[:_FULLEST] or sized[-_FULLEST:]
    return Answer(
        tr(
            "{share} of {count} places are sold",
            share=share(found.sold, found.capacity),
            count=number(found.capacity),
        ),
        note=plural(
            "{count} performance from {day} on",
            "{count} performances from {day} on",
            len(found.performances),
            day=day_of_month(found.scope.since),
        ),
        spec=Shares(tuple(_filled(one) for one in shown), _fillings_table(found)),
    )


def _filled(one: Filling) -> Share:
    return Share(
        _performance(one),
        one.sold / one.capacity,
        share(one.sold, one.capacity),
        one.title[:_TITLE],
        tr(
            "{day}, {clock}: {sold} of {capacity} sold",
            day=day_words(at_venue(one.starts_at, one.zone).date()),
            clock=time_of(one.starts_at, one.zone),
            sold=number(one.sold),
            capacity=number(one.capacity),
        ),
        of=1.0,
    )


def _fillings_table(found: SellThrough) -> Rows:
    heads = (tr("Performance"), tr("Starts"), tr("Sold"), tr("Places"))
    rows: list[Row] = [
        (one.title, at_venue(one.starts_at, one.zone).isoformat(), one.sold, one.capacity)
        for one in found.performances
    ]
    return heads, *rows


def _performance(one: Filling) -> str:
    day = day_brief(at_venue(one.starts_at, one.zone).date())
    return tr("{day}  {title}", day=day, title=one.title[:_TITLE])
