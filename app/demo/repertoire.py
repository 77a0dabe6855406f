"""What the demo theatre plays, where and when: the Lanternhaus, a small municipal theatre.

Weeks are counted from the one that holds today, so that whenever the demo is furnished half of its
season has been played and something is on tonight.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto

ZONE = "Europe/Berlin"
CURRENCY = "EUR"
TAX_BP = 700
PASSWORD = "houselights"  # noqa: S105 - the login screen of the demo shows it

MAIN, STUDIO, FOYER = "Main house", "Studio", "Foyer"
CAPACITY = {MAIN: 1057, STUDIO: 120, FOYER: 48}
OFF_SALE = {MAIN: 8, STUDIO: 0, FOYER: 0}  # the most that is held back or killed at a performance
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
TODAY = -1

# (name, short, share of the adult price): the last is given away
PRICE_TYPES = (
    ("Adult", "Adult", 1.0),
    ("Child", "Child", 0.5),
    ("Concession", "Conc.", 0.7),
    ("Member", "Member", 0.8),
    ("Comp", "Comp", 0.0),
)
ADULT, CHILD, CONCESSION, MEMBER, COMP = range(5)
COUNTER_ONLY = {"Member", "Comp"}  # nobody gives them to themselves

# Of the price of the best zone, by Zone.no; in the main house: stalls front to back, then balcony.
ZONE_SHARES = {
    MAIN: {1: 1.0, 2: 0.85, 3: 0.7, 4: 0.6, 5: 0.4},
    STUDIO: {1: 1.0},
    FOYER: {1: 1.0},
}


class Sales(Enum):
    """How selling stands for the performances of a run."""

    OPEN = auto()
    RUSHED = auto()  # everything that will be sold is sold already
    NOT_YET = auto()
    DRAFT = auto()
    CANCELLED = auto()  # on sale for a while
    MOVED = auto()  # first announced for the day before, at the same time


@dataclass(frozen=True, slots=True)
class Run:
    """Performances of one work at one time of the week, each sold to about `fill` in the end."""

    room: str
    weekday: int
    time: str
    weeks: tuple[int, ...]
    fill: float
    sales: Sales = Sales.OPEN


@dataclass(frozen=True, slots=True)
class Work:
    """An event of the demo. `price` is an adult's in the best zone, in minor units."""

    title: str
    category: str
    poster: str
    price: int
    runs: tuple[Run, ...]
    description: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One performance to be: `work` is its place in WORKS, `time` on the venue's wall clock."""

    work: int
    room: str
    day: date
    time: str
    fill: float
    sales: Sales

    @property
    def wall_time(self) -> str:
        """As the audience was promised: "2026-11-27T20:00"."""
        return f"{self.day.isoformat()}T{self.time}"


WORKS = (
    Work(
        "The Winter Garden",
        "Drama",
        "winter-garden",
        4800,
        (
            Run(MAIN, TODAY, "20:00", (0,), 0.98),
            Run(MAIN, FRI, "20:00", (-3, -1), 0.55),
            Run(MAIN, SAT, "20:00", (-2,), 0.78),
            Run(MAIN, SAT, "20:00", (0,), 0.8),
            Run(MAIN, SAT, "20:00", (1,), 0.97, Sales.RUSHED),
            Run(MAIN, FRI, "20:00", (2, 3), 0.7),
        ),
        "Three sisters inherit a glasshouse in a town that has not seen the sun since October. One "
        "wants to sell it, one wants to heat it, and one has already moved in with the orange "
        "trees. A play about warmth and what it costs, with real snow in the third act.",
    ),
    Work(
        "Late Bill: Quiet Hours",
        "Music",
        "quiet-hours",
        1600,
        (
            Run(STUDIO, TODAY, "22:30", (0,), 0.72),
            Run(STUDIO, SAT, "22:30", (-9, -5, -3, -1), 0.68),
            Run(STUDIO, SAT, "22:30", (1, 3), 0.75),
        ),
        "When the main house has gone home, the Studio turns its lamps down. One voice, one double "
        "bass, a tape machine with a mind of its own. Standing, or sitting on the floor if you "
        "bring a coat. Nobody speaks above a whisper until the last train.",
    ),
    Work(
        "Paper Lions",
        "Family",
        "paper-lions",
        2600,
        (
            Run(MAIN, SAT, "15:00", (-4,), 0.45),
            Run(MAIN, SAT, "15:00", (0,), 0.58),
            Run(MAIN, SUN, "15:00", (1, 4), 0.6),
        ),
        "A boy folds a lion out of an unpaid bill, and the lion would like to see the savannah. "
        "Two puppeteers, four hundred sheets of paper and a wind machine. From five years; lions "
        "of your own may be brought and will be greeted by name.",
    ),
    Work(
        "Morning Quartets",
        "Music",
        "morning-quartets",
        1400,
        (
            Run(FOYER, SUN, "11:00", (-10, -8, -5, -2), 0.86),
            Run(FOYER, SUN, "11:00", (0, 2, 4, 6), 0.9),
        ),
        "Four players, four chairs, the tall windows of the foyer and a pot of coffee that is "
        "included. Each Sunday one old quartet and one that was finished this year. An hour, "
        "without an interval, and the programme is told rather than printed.",
    ),
    Work(
        "An Evening of Maps",
        "Talk",
        "evening-of-maps",
        2200,
        (
            Run(MAIN, WED, "19:00", (-7,), 0.36),
            Run(MAIN, SUN, "18:00", (0,), 0.3),
            Run(MAIN, SUN, "18:00", (3,), 0.34),
        ),
        "A cartographer, a ferry captain and a woman who walked home from Lisbon lay their maps on "
        "one table and argue about the way. With projections on the full height of the iron "
        "curtain, and a map for everybody to draw on and leave behind.",
    ),
    Work(
        "The Salt Road",
        "Opera",
        "salt-road",
        6200,
        (
            Run(MAIN, FRI, "19:30", (-10,), 0.46),
            Run(MAIN, SAT, "19:30", (-9,), 0.6),
            Run(MAIN, SAT, "19:30", (5,), 0.66),
            Run(MAIN, SAT, "19:30", (7,), 0.66, Sales.NOT_YET),
        ),
        "A caravan carries salt over a pass that no longer has a name. Opera in two acts for six "
        "voices, a children's choir and an orchestra that is mostly percussion. Sung in German "
        "and Arabic, with surtitles in German and English.",
    ),
    Work(
        "Low Tide Dances",
        "Dance",
        "low-tide-dances",
        2400,
        (
            Run(STUDIO, THU, "20:30", (-8, -6), 0.63),
            Run(STUDIO, THU, "20:30", (1, 3), 0.7),
            Run(STUDIO, THU, "20:30", (2,), 0.3, Sales.CANCELLED),
        ),
        "Five dancers on two centimetres of water. The piece lasts as long as a tide takes to "
        "turn, told faster. The first rows are lent towels; the music is played live on glasses, "
        "pipes and a very patient accordion.",
    ),
    Work(
        "Seven Bridges, One Bicycle",
        "Comedy",
        "seven-bridges",
        2000,
        (
            Run(STUDIO, FRI, "20:30", (-5, -4, -2), 0.84),
            Run(STUDIO, FRI, "20:30", (1,), 1.0, Sales.RUSHED),
            Run(STUDIO, FRI, "20:30", (2, 4), 0.85),
        ),
        "Two postmen try to cross every bridge of the town exactly once and deliver one letter. "
        "Mathematics says that it cannot be done. So do their wives, the mayor and the bicycle. A "
        "comedy for two actors and seventeen hats.",
    ),
    Work(
        "Letters to a Lighthouse",
        "Drama",
        "letters-to-a-lighthouse",
        1800,
        (
            Run(STUDIO, WED, "20:00", (-10, -6, -2), 0.55),
            Run(STUDIO, WED, "20:00", (2, 5), 0.6),
        ),
        "For thirty years a schoolteacher writes to the keeper of a lighthouse that was automated "
        "long ago. One winter somebody writes back. A monologue that turns out not to be one.",
    ),
    Work(
        "The Moon Has a Cold",
        "Family",
        "moon-has-a-cold",
        1200,
        (
            Run(STUDIO, SUN, "15:00", (-9, -5, -1), 0.74),
            Run(STUDIO, SUN, "15:00", (0, 3), 0.78),
            Run(STUDIO, SUN, "15:00", (6,), 0.0, Sales.DRAFT),
        ),
        "The moon sneezes and all the stars fall down. Who tidies up? A shadow play with soup, for "
        "everybody from three years and for those who bring them. Forty-five minutes; laughing, "
        "asking and leaving for the toilet are allowed throughout.",
    ),
    Work(
        "Coffee with the Understudy",
        "Talk",
        "coffee-with-the-understudy",
        800,
        (
            Run(FOYER, WED, "17:00", (-7, -3), 0.6),
            Run(FOYER, WED, "17:00", (1, 5), 0.7),
        ),
        "They know every line and hope not to be needed. Once a month an understudy tells what "
        "can be seen from the wings, and plays the scene they have never been asked for.",
    ),
    Work(
        "North of the Piano",
        "Music",
        "north-of-the-piano",
        4400,
        (
            Run(MAIN, SAT, "20:00", (-6,), 0.52),
            Run(MAIN, THU, "20:00", (-5,), 0.38),
            Run(MAIN, SAT, "20:00", (4,), 0.62),
            Run(MAIN, THU, "20:00", (6,), 0.66, Sales.MOVED),
        ),
        "Two grand pianos, tuned a hair apart, and the film of a night on Svalbard that lasts four "
        "months. New music from Reykjavík, Tórshavn and Tromsø, and a nocturne at the end that "
        "everybody knows and nobody expects.",
    ),
)

_ARCHIVE_FILL = 0.8


def season(today: date) -> Iterator[Slot]:
    """The ten weeks behind and the eight to come, some sixty performances, in no particular order.

    What plays tonight has its room for itself.
    """
    monday = today - timedelta(days=today.weekday())
    for at, work in enumerate(WORKS):
        for run in work.runs:
            for week in run.weeks:
                day = monday + timedelta(weeks=week, days=run.weekday)
                if run.weekday == TODAY:
                    day = today
                elif day == today and run.room != FOYER:
                    continue
                yield Slot(at, run.room, day, run.time, run.fill, run.sales)


def archived_week(today: date, week: int) -> Iterator[Slot]:
    """A busy week before the season (week -11 and earlier): what large demos are filled up with."""
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=week)
    for room, time, weekdays in (
        (MAIN, "20:00", (TUE, WED, THU, FRI, SAT, SUN)),
        (STUDIO, "20:30", (WED, THU, FRI, SAT)),
    ):
        playing = [i for i, work in enumerate(WORKS) if work.runs[0].room == room]
        for weekday in weekdays:
            at = playing[(week + weekday // 2) % len(playing)]
            day = monday + timedelta(days=weekday)
            yield Slot(at, room, day, time, _ARCHIVE_FILL, Sales.OPEN)
