"""What the cards about time say: takings, pace, and when people buy. The answer is the title."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from app.domain.figures import PACE_DAYS, Daily, Hours, Pace, Totals
from app.domain.values import business_day, exponent
from ui.dashboard.words import (
    against,
    against_of,
    at_hour,
    day_of_month,
    money_of,
    on_weekdays,
    units_of,
)
from ui.i18n import money, money_brief, money_whole, number, plural, tr
from ui.typed_dates import day_brief, day_words, weekday_words
from ui.widgets.chart_card import Answer
from ui.widgets.chart_specs import (
    Bar,
    Cell,
    Columns,
    Curve,
    Grid,
    Point,
    Row,
    Rows,
    Tick,
    scale,
)

_DAYS_SHOWN = 45  # more are shown by the week
_LABELLED = 8  # columns that have room for their figure
_TITLE = 48  # letters of an event's title in a sentence
_PACE_TICKS = (45, 30, 21, 14, 7)
_FEW = 4  # the shortest scale: fewer would say the same number twice
_OPEN = (9, 21)  # hours that are shown whether anybody buys or not


@dataclass(frozen=True, slots=True)
class _Step:
    """One column: an hour, a day or a week, and the same step of the time before."""

    label: str
    title: str
    now: Totals
    before: Totals
    passed: bool = True


def takings(daily: Daily) -> Answer:
    """Takings a day, beside the days before."""
    scope = daily.scope
    now, before = daily.totals, daily.totals_before
    if not now.gross and not before.gross and not now.refunded:
        return Answer(
            tr("Nothing was taken"),
            nothing=tr("There are no sales in this time. Choose a longer one above."),
        )
    steps = _steps(daily)
    sold = plural("{count} ticket", "{count} tickets", now.tickets)
    bars = tuple(
        Bar(
            step.label,
            step.now.takings,
            step.before.takings,
            step.title,
            tr(
                "{now}, {before} before",
                now=money(money_of(step.now.takings, scope)),
                before=money(money_of(step.before.takings, scope)),
            ),
            above=_above(step.now.takings, len(steps), daily),
        )
        for step in steps
    )
    highest = max(max(bar.value, bar.before) for bar in bars)
    rows = tuple((s.title, units_of(s.now.takings, scope), s.now.tickets) for s in steps)
    return Answer(
        tr("{sum} for {tickets}", sum=money_whole(money_of(now.takings, scope)), tickets=sold),
        note=_by_what(daily),
        spec=Columns(
            bars, _money_ticks(highest, daily), ((tr("Time"), tr("Takings"), tr("Tickets")), *rows)
        ),
    )


def total(daily: Daily) -> Answer:
    """Takings added up, against the same stretch of the time before."""
    scope = daily.scope
    if not daily.totals.gross and not daily.totals_before.gross:
        return Answer(tr("Nothing to add up"), nothing=tr("There are no sales in this time."))
    steps = _steps(daily)
    mine = list(accumulate(step.now.takings for step in steps))
    theirs = list(accumulate(step.before.takings for step in steps))
    passed = sum(step.passed for step in steps)
    points = tuple(
        Point(
            n,
            mine[n],
            step.title,
            tr(
                "{now} so far, {before} before",
                now=money(money_of(mine[n], scope)),
                before=money(money_of(theirs[n], scope)),
            ),
        )
        for n, step in enumerate(steps[:passed])
    )
    rows = tuple(
        (step.title, units_of(mine[n], scope), units_of(theirs[n], scope))
        for n, step in enumerate(steps)
    )
    return Answer(
        _ahead_of(daily),
        note=tr("Grey: {time}", time=against(scope)) if daily.totals_before.gross else "",
        spec=Curve(
            points,
            (0, max(len(steps) - 1, 1)),
            tuple(Tick(n, step.label) for n, step in enumerate(steps) if step.label),
            _money_ticks(max(mine[-1], theirs[-1], *mine, *theirs), daily),
            ((tr("Time"), tr("Takings so far"), tr("Before")), *rows),
            now=money_whole(money_of(mine[-1], scope)),
            before=tuple(enumerate(theirs)) if daily.totals_before.gross else (),
            filled=True,
        ),
    )


def _ahead_of(daily: Daily) -> str:
    """By how much; a time without sales is nothing to be ahead of."""
    scope, before = daily.scope, daily.totals_before
    apart = money_of(abs(daily.totals.takings - before.takings), scope)
    if not before.gross:
        return tr("{sum} in all", sum=money_whole(apart))
    if daily.totals.takings >= before.takings:
        return tr("{sum} ahead of {time}", sum=money_whole(apart), time=against_of(daily))
    return tr("{sum} behind {time}", sum=money_whole(apart), time=against_of(daily))


def _by_what(daily: Daily) -> str:
    if daily.hours:
        unit = tr("By the hour")
    else:
        unit = tr("By the week") if len(daily.days) > _DAYS_SHOWN else tr("By the day")
    if not daily.totals_before.gross:
        return unit
    return tr("{unit}; pale columns: {time}", unit=unit, time=against(daily.scope))


def _steps(daily: Daily) -> list[_Step]:
    """Hours for one day, weeks for many, else days."""
    if daily.hours:
        return [
            _Step(
                at_hour(h) if h % 3 == 0 else "",
                at_hour(h),
                now,
                before,
                passed=daily.hour is None or h <= daily.hour,
            )
            for h, (now, before) in enumerate(zip(daily.hours, daily.hours_before, strict=True))
            if h >= 8 or now.gross or before.gross
        ]
    width = 7 if len(daily.days) > _DAYS_SHOWN else 1
    count = -(-len(daily.days) // width)
    labelled = max(1, -(-count // 8))
    steps = []
    for n in range(count):
        mine = daily.days[n * width : (n + 1) * width]
        theirs = daily.before[n * width : (n + 1) * width]
        first, last = mine[0].day, mine[-1].day
        if count <= 7:
            label = weekday_words(first.weekday())
        else:
            label = day_of_month(first) if (count - 1 - n) % labelled == 0 else ""
        title = (
            day_words(first)
            if width == 1
            else tr("{first} to {last}", first=day_brief(first), last=day_brief(last))
        )
        steps.append(
            _Step(
                label,
                title,
                sum((day.totals for day in mine), Totals()),
                sum((day.totals for day in theirs), Totals()),
            )
        )
    return steps


def _above(minor: int, columns: int, daily: Daily) -> str:
    if columns > _LABELLED or minor <= 0:
        return ""
    return money_brief(money_of(minor, daily.scope))


def _money_ticks(highest: float, daily: Daily) -> tuple[Tick, ...]:
    unit = _unit(daily.scope.currency)
    return tuple(
        Tick(at * unit, money_brief(money_of(round(at * unit), daily.scope)))
        for at in scale(max(highest / unit, _FEW))
    )


def _unit(currency: str) -> int:
    """Minor units in a unit."""
    unit: int = 10 ** exponent(currency)
    return unit


def pace(found: Pace | None) -> Answer:
    """Tickets sold by days before a performance."""
    if found is None:
        return Answer(
            tr("Nothing plays"), nothing=tr("There is no performance here to follow the pace of.")
        )
    one = found.performance
    day = day_brief(business_day(one.starts_at, one.zone))
    title = _short(one.title)
    if not found.mine:
        return Answer(
            tr("{title}, {day}: too early to say", title=title, day=day),
            nothing=tr("A pace is shown from 60 days before the performance on."),
        )
    return Answer(
        tr(
            "{title}, {day}: {sold} sold, {usual}",
            title=title,
            day=day,
            sold=number(found.mine[-1]),
            usual=_usual(found),
        ),
        note=_compared_with(found),
        spec=_pace_curve(found),
    )


def _pace_curve(found: Pace) -> Curve:
    now, capacity = len(found.mine) - 1, found.performance.capacity
    bands = (*found.band, *found.ahead)
    highest = max(capacity, found.mine[-1], *(band.high for band in bands), _FEW)
    return Curve(
        tuple(_paced(found, n) for n in range(len(found.mine))),
        (PACE_DAYS, 0),
        _pace_days(),
        tuple(Tick(at, number(round(at))) for at in scale(highest) if at <= highest * 1.04),
        _pace_table(found),
        now=tr("{count} sold", count=number(found.mine[-1])),
        band=tuple((PACE_DAYS - n, b.low, b.middle, b.high) for n, b in enumerate(found.band)),
        before_words=tr("usual") if found.band else "",
        ahead=tuple(
            (PACE_DAYS - now - n, b.low, b.middle, b.high) for n, b in enumerate(found.ahead)
        ),
        ahead_words=_forecast(found),
        roof=Tick(capacity, tr("house, {count}", count=number(capacity))),
        top=highest * 1.04,
    )


def _pace_days() -> tuple[Tick, ...]:
    first = plural("{count} day", "{count} days", PACE_DAYS)
    days = (Tick(day, number(day)) for day in _PACE_TICKS)
    return (Tick(PACE_DAYS, first), *days, Tick(0, tr("curtain")))


def _pace_table(found: Pace) -> Rows:
    rows: list[Row] = [
        (PACE_DAYS - n, mine, round(found.band[n].middle) if found.band else "")
        for n, mine in enumerate(found.mine)
    ]
    return (tr("Days before"), tr("Sold"), tr("Usual")), *rows


def _paced(found: Pace, n: int) -> Point:
    days = PACE_DAYS - n
    title = (
        plural("{count} day before", "{count} days before", days)
        if days
        else tr("the day of the performance")
    )
    sold = number(found.mine[n])
    if not found.band:
        return Point(days, found.mine[n], title, tr("{sold} sold", sold=sold))
    usual = number(round(found.band[n].middle))
    return Point(
        days, found.mine[n], title, tr("{sold} sold, {usual} is usual", sold=sold, usual=usual)
    )


def _usual(found: Pace) -> str:
    if not found.band:
        places = found.performance.capacity
        return tr("of {count} places", count=number(places))
    more = found.mine[-1] - round(found.band[len(found.mine) - 1].middle)
    if not more:
        return tr("as usual")
    count = number(abs(more))
    return (
        tr("{count} more than usual", count=count)
        if more > 0
        else tr("{count} fewer than usual", count=count)
    )


def _compared_with(found: Pace) -> str:
    if not found.band:
        return tr("Too few performances before it to compare with")
    return plural(
        "Grey: the middle half of {count} performance before",
        "Grey: the middle half of {count} performances before",
        found.others,
    )


def _forecast(found: Pace) -> str:
    if len(found.ahead) < 2:
        return ""
    end = found.ahead[-1]
    return tr(
        "forecast {middle}\nfour of five: {low} to {high}",
        middle=number(round(end.middle)),
        low=number(round(end.low)),
        high=number(round(end.high)),
    )


def hours(found: Hours) -> Answer:
    """Tickets by weekday and hour."""
    most = max(map(max, found.cells))
    if not most:
        return Answer(
            tr("Nobody bought"), nothing=tr("There are no sales in this time to see the hours of.")
        )
    busy = [hour for row in found.cells for hour, tickets in enumerate(row) if tickets]
    first, last = min(*busy, _OPEN[0]), max(*busy, _OPEN[1])
    shown = range(first, last + 1)
    weekday, hour = max(
        ((d, h) for d in range(7) for h in range(24)), key=lambda at: found.cells[at[0]][at[1]]
    )
    cells = tuple(
        tuple(
            Cell(
                found.cells[d][h] / most,
                on_weekdays(d, h),
                plural("{count} ticket", "{count} tickets", found.cells[d][h]),
            )
            for h in shown
        )
        for d in range(7)
    )
    return Answer(
        tr("Most on {when}", when=on_weekdays(weekday, hour)),
        note=plural("Darkest: {count} ticket", "Darkest: {count} tickets", most),
        spec=Grid(
            tuple(weekday_words(d) for d in range(7)),
            tuple(
                Tick(h - first, tr("{hour} h", hour=h) if h == shown[-1] else str(h))
                for h in shown
                if (h - first) % 3 == 0
            ),
            cells,
            _hours_table(found),
        ),
    )


def _hours_table(found: Hours) -> Rows:
    heads: Row = (tr("Hour"), *(weekday_words(d) for d in range(7)))
    rows: list[Row] = [(at_hour(h), *(row[h] for row in found.cells)) for h in range(24)]
    return heads, *rows


def _short(title: str) -> str:
    return title if len(title) <= _TITLE else title[: _TITLE - 1].rstrip() + "…"
