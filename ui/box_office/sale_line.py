"""What the sale line says back to the cashier: what Enter will do, what was not understood, what could
be meant."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.payments import Tender
from app.domain.sale_command import LineProblem
from app.domain.sale_completion import Completion, CompletionKind
from app.domain.sale_echo import Said, What, kind_words, place_words
from app.domain.sale_payment import RESERVE
from app.domain.sale_words import Keyword, LineContext
from ui.i18n import date_short, listed, money, number, plural, tr
from ui.widgets.tenders import tender_words

_MOST_NAMED = 8

_PROBLEMS = {
    "unknown_word": "“{word}” was not understood.",
    "unknown_kind": "No price type here begins with “{word}”.",
    "which_kind": "“{word}” could be {instead}. Type one letter more.",
    "unknown_place": "This house has no “{word}”.",
    "which_area": "Which of them: {instead}?",
    "unknown_seat": "This house has no seat {word}.",
    "which_seat": "{word} is there more than once: {instead}.",
    "not_one_row": "{instead} are not in one row.",
    "no_seats": "There are no seats here, only a number of places.",
    "no_performance": "Choose a performance first.",
    "too_many": "That is more than fits into one basket.",
    "too_many_kinds": "More people than places.",
    "how_many": "How many? Put a number before it.",
    "counted_twice": "{word}: how many was said before.",
    "seats_and_count": "{word} is not the number of the seats that are named.",
    "seats_and_wish": "{word} does not go with seats that are named.",
    "area_and_wish": "{word} does not go with places without seats.",
    "not_an_amount": "“{word}” is no amount.",
    "too_precise": "“{word}” has more decimals than the currency.",
    "amount_twice": "“{word}” is one amount too many. Put a / between two ways to pay.",
    "less_than_due": "{word} is less than is due. To put it down as a part, type {instead}.",
    "unknown_tender": "Behind the / stands how it is paid: {instead}.",
    "missing": "Something is missing behind “{word}”.",
    "mistyped": "“{word}” is no voucher's code. Read it again.",
    "not_a_time": "“{word}” is no moment to come. Type fri, 27.11. 18:00, or 3d.",
    "nothing_to_pay": "There is nothing to pay yet.",
    "too_long": "That is too long for one line.",
}
_MEANT = "Did you mean {instead}?"
_ALONE_BESIDE = frozenset(
    ("unknown_word",)
)  # where what is understood stands in a sentence of its own
_ALL_OF_THEM = frozenset(("not_one_row",))

_KEYWORDS = {
    Keyword.BEST: "the best there are",
    Keyword.NEAR: "beside a seat: near C7",
    Keyword.UNDER: "up to a price: under 30",
    Keyword.BLOCK: "together, over several rows if it must be",
    Keyword.WHEELCHAIR: "a wheelchair space",
    Keyword.CODE: "a discount code",
    Keyword.SEAT: "a seat by its label",
}
_SORTS = {
    CompletionKind.ZONE: "price zone",
    CompletionKind.SECTION: "section",
    CompletionKind.AREA: "without seats",
    CompletionKind.SEAT: "seat",
    CompletionKind.TITLE: "performance",
    CompletionKind.PRICE_TYPE: "price type",
}


def problem_words(problem: LineProblem) -> str:
    """Why the line does not go, and what would."""
    named = problem.instead[:_MOST_NAMED]
    instead = listed(named) if problem.reason in _ALL_OF_THEM else _either(named)
    said = tr(_PROBLEMS[problem.reason], word=problem.word, instead=instead)
    if problem.reason in _ALONE_BESIDE and problem.instead:
        return tr("{problem} {meant}", problem=said, meant=tr(_MEANT, instead=instead))
    return said


def _either(words: tuple[str, ...]) -> str:
    if len(words) < 2:
        return "".join(words)
    return tr("{most} or {last}", most=", ".join(words[:-1]), last=words[-1])


def echo_words(said: Sequence[Said]) -> str:
    """What Enter will do, in one line: "2 Adult, 1 Child, best in Stalls, cash €50.00"."""
    return ", ".join(_part(each) for each in said)


def _part(said: Said) -> str:
    words = _WORDS.get(said.what)
    if words is not None:
        return words(said)
    return tr(_PLAINLY[said.what], name=said.text or "".join(said.names[:1]))


_PLAINLY = {
    What.BLOCK: "as a block",
    What.NEAR: "near {name}",
    What.AREA: "in {name}",
    What.DISCOUNT: "code {name}",
    What.CUSTOMER: "Find the customer “{name}”",
    What.PERFORMANCE: "Find “{name}” in the programme",
    What.BOOKING: "Open the booking {name}",
    What.TICKET: "Find the ticket {name}",
}


def _kind(said: Said) -> str:
    return tr("{count} {kind}", count=number(said.count), kind=said.names[0])


def _usual_kind(said: Said) -> str:
    return plural("{count} ticket", "{count} tickets", said.count)


def _seats(said: Said) -> str:
    if len(said.names) <= _MOST_NAMED:
        return listed(said.names)
    return tr("{first} to {last}", first=said.names[0], last=said.names[-1])


def _best(said: Said) -> str:
    return tr("best in {places}", places=listed(said.names)) if said.names else tr("best")


def _wheelchairs(said: Said) -> str:
    spaces = plural("{count} wheelchair space", "{count} wheelchair spaces", said.count)
    if not said.companions:
        return spaces
    beside = plural("{count} companion", "{count} companions", said.companions)
    return tr("{spaces} with {companions}", spaces=spaces, companions=beside)


def _payment(said: Said) -> str:
    tender = tender_words(Tender(said.text))
    if said.money is None:
        return tr("{tender} for all that is due", tender=tender)
    return tr("{tender} {money}", tender=tender, money=money(said.money))


def _reserve(said: Said) -> str:
    if said.at is None:
        return tr("reserve")
    clock = f"{said.at:%H:%M}"
    return tr("reserve until {day}, {time}", day=date_short(said.at.date()), time=clock)


def _limit(said: Said) -> str:
    return tr("up to {money}", money=money(said.money)) if said.money is not None else ""


_WORDS = {
    What.KIND: _kind,
    What.USUAL_KIND: _usual_kind,
    What.SEATS: _seats,
    What.BEST: _best,
    What.WHEELCHAIR: _wheelchairs,
    What.PAY: _payment,
    What.RESERVE: _reserve,
    What.LIMIT: _limit,
}


def completion_words(completion: Completion) -> str:
    """What a completion means, beside what it would write."""
    if completion.kind is CompletionKind.KEYWORD:
        return tr(_KEYWORDS[Keyword(completion.name)])
    if completion.kind is CompletionKind.WAY:
        if completion.name == RESERVE:
            return tr("keep it without payment")
        return tender_words(Tender(completion.name))
    return tr("{name}, {sort}", name=completion.name, sort=tr(_SORTS[completion.kind]))


# -- the cheat sheet -----------------------------------------------------------------------------------


def examples(context: LineContext) -> tuple[tuple[str, str], ...]:
    """What can be typed in front of this house, and what it does; eight of them."""
    two, three, place = _people(context, 2), _people(context, 2, 1), _somewhere(context)
    first, last = _some_seats(context)
    taken = (
        (f"{three} {place} / cash 50", tr("The best together there, fifty in cash")),
        (f"{first} {last} / card", tr("Seats by their labels, paid by card")),
        ("4 block under 30", tr("Four over two rows if it must be, up to a price each")),
        ("1w+1", tr("A wheelchair space with its companion's seat")),
        (f"2 near {first} / reserve fri 18:00", tr("Beside a seat, kept without payment")),
    )
    if not context.seated:
        taken = (
            (f"{three} / cash 50", tr("Places without seats, fifty in cash")),
            (f"4 {place} / card", tr("How many and where, paid by card")),
            (f"{two} / slip 1234", tr("Paid on another terminal, by the number of its slip")),
            (f"{two} / cash 20 / card", tr("Twenty in cash, the rest by card")),
            (f"{two} / reserve fri 18:00", tr("Kept without payment")),
        )
    return (
        *taken,
        ("50", tr("With a full basket: what the customer hands over")),
        ("code SUMMER10", tr("A discount for the basket")),
        ("@smith", tr("A customer. A title, a booking's number or a scan are found as they are")),
    )


def _people(context: LineContext, *counts: int) -> str:
    kinds = zip(counts, context.kinds, strict=False)
    said = " ".join(kind_words(count, kind, context) for count, kind in kinds)
    return said or str(sum(counts))


def _somewhere(context: LineContext) -> str:
    return place_words(context.places[0], context) if context.places else Keyword.BEST


def _some_seats(context: LineContext) -> tuple[str, str]:
    labels = context.seats("")
    return (labels[0], labels[1]) if len(labels) > 1 else ("A1", "A2")
