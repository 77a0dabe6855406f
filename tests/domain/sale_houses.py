"""The houses the sale line is tested in front of: a hall, a studio without seats, and none at all."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from app.domain.events import PriceType
from app.domain.sale_words import LineContext, Named, PlaceKind
from app.domain.values import Money

VIENNA = ZoneInfo("Europe/Vienna")
STALLS = [f"{row}-{number}" for row in "ABC" for number in range(1, 21)]
UPSTAIRS = [
    f"{section} {row}-{number}"
    for section in ("Balcony", "Gallery")
    for row in (1, 2, 3)
    for number in range(1, 11)
]
LABELS = [*STALLS, *UPSTAIRS]
BY_LABEL = {label.upper(): label for label in LABELS}
KINDS = tuple(
    PriceType(name.lower(), name, short, position)
    for position, (name, short) in enumerate(
        [
            ("Adult", "Adult"),
            ("Child", "Child"),
            ("Concession", "Conc."),
            ("Member", "M"),
            ("Under 26", "U26"),
        ]
    )
)
ZONE, SECTION, AREA = PlaceKind.ZONE, PlaceKind.SECTION, PlaceKind.AREA
HALL = (
    Named(ZONE, 1, "Premium"),
    Named(ZONE, 2, "Stalls"),
    Named(ZONE, 3, "Parkett vorne"),
    Named(ZONE, 4, "Parkett hinten"),
    Named(SECTION, 0, "Ground floor"),
    Named(SECTION, 1, "Balcony"),
    Named(SECTION, 2, "Gallery"),
    Named(SECTION, 3, "Block A"),
)
FLOOR = (
    Named(AREA, 1, "Studio, standing", ("Studio",)),
    Named(AREA, 2, "Studio, benches", ("Studio",)),
)
TITLES = ("The Winter Garden", "Hamlet", "12 Monkeys")


def row(first, last):
    low, high = sorted((LABELS.index(first), LABELS.index(last)))
    same = first.rsplit("-", 1)[0] == last.rsplit("-", 1)[0]
    return tuple(LABELS[low : high + 1]) if same else ()


def when(text):
    try:
        return datetime.fromisoformat(text).replace(tzinfo=VIENNA)
    except ValueError:
        return None


HOUSE = LineContext(
    kinds=KINDS,
    places=HALL,
    titles=TITLES,
    seated=True,
    seat=lambda text: BY_LABEL.get(text.strip().upper()),
    row=row,
    seats=lambda begun: tuple(one for one in LABELS if one.upper().startswith(begun.upper())),
    when=when,
)
DUE = replace(HOUSE, due=Money(9600, "EUR"))
STUDIO = LineContext(kinds=KINDS, places=FLOOR, titles=TITLES, when=when)
NO_HOUSE = LineContext(titles=TITLES)


def euros(amount):
    return Money(amount * 100, "EUR")
