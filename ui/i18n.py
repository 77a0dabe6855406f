"""Words, money and dates as the person in front of the screen reads them.

English is the source text; money and dates follow the locale set with `use_locale`. Babel does the
formatting rather than QLocale, so that the command line prints the very same words without a
screen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale, dates, numbers
from babel.core import get_global
from PySide6.QtCore import QCoreApplication

from app.domain.errors import Invalid
from app.domain.values import Money, at_venue, exponent
from ui import house_time

# The ways to write dates, numbers and money that a user may choose; "" is this computer's own.
LANGUAGES = tuple(
    "en en_GB en_US en_CA en_AU de de_AT de_CH fr fr_BE fr_CA fr_CH es es_MX pt pt_BR it nl nl_BE da sv nb fi"
    " pl cs sk sl hr hu ro bg el tr uk et lv lt ga ja ko zh_Hans zh_Hant he ar hi th vi id".split()
)
_CONTEXT = "houselights"
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_LONGEST_AMOUNT = 12
_HALF_A_YEAR = timedelta(days=180)  # nearer than that, a day and a month say which year


@dataclass
class _Setting:
    locale: str = "en"


_setting = _Setting()


def use_locale(name: str) -> None:
    """Format for `name` ("en", "de", "fr_CH") from now on; babel.UnknownLocaleError else."""
    Locale.parse(name)
    _setting.locale = name


def locale() -> str:
    """The locale in use."""
    return _setting.locale


def language_name(name: str) -> str:
    """A locale in its own words, "Deutsch (Schweiz)"."""
    said = Locale.parse(name).get_display_name(name) or name
    return said[:1].upper() + said[1:]


def currency_name(code: str) -> str:
    """The currency in words, Euro for EUR."""
    return numbers.get_currency_name(code, locale=_setting.locale)


def currency_of_zone(zone: str) -> str:
    """What is paid with where the clocks of this IANA zone go, "" when nobody knows."""
    territory = get_global("zone_territories").get(zone, "")
    used = numbers.get_territory_currencies(territory) if territory else []
    return used[0] if used else ""


def tr(text: str, /, **values: object) -> str:
    """`text` in the operator's language, then its {named} gaps filled with `values`."""
    translated = QCoreApplication.translate(_CONTEXT, text)
    return translated.format(**values) if values else translated


def plural(one: str, many: str, count: int, /, **values: object) -> str:
    """`one` or `many` by `count`; {count} is filled with the number as the locale groups it."""
    return tr(one if count == 1 else many, count=number(count), **values)


def listed(words: tuple[str, ...]) -> str:
    """Several things in one sentence: "F 5, F 6 and F 7"."""
    if len(words) < 2:
        return "".join(words)
    return tr("{most} and {last}", most=", ".join(words[:-1]), last=words[-1])


def number(value: int) -> str:
    """1057 as "1,057"."""
    return numbers.format_decimal(value, locale=_setting.locale)


def percent(basis_points: int) -> str:
    """700 as "7 %", 1950 as "19.5 %"."""
    share = Decimal(basis_points) / 100
    plain = share.quantize(Decimal(1)) if share == share.to_integral() else share.normalize()
    return f"{numbers.format_decimal(plain, locale=_setting.locale)}\u00a0%"


def money(value: Money, locale: str | None = None) -> str:
    """With its symbol and always all decimals: "€120.00", "¥1,200", "120,00 €"."""
    return _money(value.minor, value.currency, locale or _setting.locale)


def amount(value: Money, locale: str | None = None) -> str:
    """Without the symbol, for columns where all is one currency: "120.00"."""
    return _amount(value.minor, value.currency, locale or _setting.locale)


def price(value: Money, locale: str | None = None) -> str:
    """A price as on a poster, "€48", but "€48.50"; for chips and lists, never for totals."""
    whole, rest = divmod(value.minor, 10 ** exponent(value.currency))
    return (
        money(value, locale) if rest else _whole(whole, value.currency, locale or _setting.locale)
    )


def money_brief(value: Money) -> str:
    """As on an axis: "€24K", "€1.2M"; small amounts as a price."""
    return numbers.format_compact_currency(
        _decimal(value.minor, value.currency),
        value.currency,
        locale=_setting.locale,
        fraction_digits=1,
    )


def money_whole(value: Money) -> str:
    """Rounded to whole units, "€24,311": for figures read at a glance, never for a sum to pay."""
    units = _decimal(value.minor, value.currency).quantize(Decimal(1), ROUND_HALF_UP)
    return _whole(int(units), value.currency, _setting.locale)


@lru_cache(maxsize=1024)
def _whole(units: int, currency: str, locale: str) -> str:
    pattern = Locale.parse(locale).currency_formats["standard"].pattern
    plain = re.sub(r"\.0+", "", pattern)
    return numbers.format_currency(
        Decimal(units), currency, format=plain, locale=locale, currency_digits=False
    )


@lru_cache(maxsize=4096)
def _money(minor: int, currency: str, locale: str) -> str:
    return numbers.format_currency(_decimal(minor, currency), currency, locale=locale)


@lru_cache(maxsize=4096)
def _amount(minor: int, currency: str, locale: str) -> str:
    decimals = "0" * exponent(currency)
    pattern = f"#,##0.{decimals}" if decimals else "#,##0"
    return numbers.format_decimal(_decimal(minor, currency), format=pattern, locale=locale)


def _decimal(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-exponent(currency))


def parse_money(text: str, currency: str) -> Money:
    """What a cashier typed: "50", "50.5", "50,50", "1,057.00" by the locale's grouping.

    Raises Invalid({"amount": ...}) with missing, not_a_number or too_precise; nothing is guessed.
    """
    typed = _SPACES.sub("", text)
    if not typed:
        raise Invalid({"amount": "missing"})
    whole, fraction = _split_amount(typed)
    places = exponent(currency)
    if len(fraction) > places:
        raise Invalid({"amount": "too_precise"})
    return Money(int(whole + fraction.ljust(places, "0")), currency)


def _split_amount(typed: str) -> tuple[str, str]:
    """Digits before and after the decimal mark, grouping removed."""
    symbols = _symbols(_setting.locale)
    grouped = symbols[0].fullmatch(typed)
    plain = re.fullmatch(r"([0-9]+)(?:[.,]([0-9]+))?", typed)
    found = grouped or plain
    if found is None or len(typed) > _LONGEST_AMOUNT:
        raise Invalid({"amount": "not_a_number"})
    return found[1].replace(symbols[1], ""), found[2] or ""


@lru_cache(maxsize=8)
def _symbols(locale: str) -> tuple[re.Pattern[str], str]:
    group = _SPACES.sub("", numbers.get_group_symbol(locale)) or "'"
    mark = re.escape(numbers.get_decimal_symbol(locale))
    pattern = rf"([0-9]{{1,3}}(?:{re.escape(group)}[0-9]{{3}})+)(?:{mark}([0-9]+))?"
    return re.compile(pattern), group


def time_of(instant: datetime, zone: str) -> str:
    """The wall time at the venue: "20:00"."""
    return dates.format_time(at_venue(instant, zone), _english("HH:mm", "short"), locale=locale())


def time_here(instant: datetime) -> str:
    """The same by this computer's clock."""
    return dates.format_time(instant.astimezone(), _english("HH:mm", "short"), locale=locale())


def date_long(day: date) -> str:
    """A day in full: "Friday 27 November 2026"."""
    return dates.format_date(day, _english("EEEE d MMMM y", "full"), locale=locale())


def date_short(day: date) -> str:
    """A day where room is scarce: "27 Nov 2026"."""
    return dates.format_date(day, _english("d MMM y", "medium"), locale=locale())


def moment(instant: datetime, zone: str | None = None) -> str:
    """Day and time, "27 Nov 2026, 20:00": at the venue in `zone`, or by this computer's clock."""
    local = instant.astimezone() if zone is None else at_venue(instant, zone)
    clock = dates.format_time(local, _english("HH:mm", "short"), locale=locale())
    return f"{date_short(local.date())}, {clock}"


def moment_brief(instant: datetime, zone: str | None = None) -> str:
    """Day and time for columns, "27 Nov, 20:00"; the year only half a year from now and further."""
    local = instant.astimezone() if zone is None else at_venue(instant, zone)
    if abs(house_time.now() - instant) > _HALF_A_YEAR:
        return moment(instant, zone)
    if _setting.locale in {"en", "en_GB"}:
        day = dates.format_date(local.date(), "d MMM", locale=locale())
    else:
        day = dates.format_skeleton("MMMd", local, locale=locale())
    clock = dates.format_time(local, _english("HH:mm", "short"), locale=locale())
    return f"{day}, {clock}"


def day_heading(day: date, *, today: date, evening: bool = True) -> str:
    """How a day is headed: "Tonight, Friday 27 November", "Tomorrow, …"; the year when it differs.

    `evening` False says "Today" instead, for days whose performances are over by then.
    """
    same_year = day.year == today.year
    pattern = "EEEE d MMMM" if same_year else "EEEE d MMMM y"
    named = dates.format_date(day, _english(pattern, "full"), locale=locale())
    if day == today:
        return tr("Tonight, {day}", day=named) if evening else tr("Today, {day}", day=named)
    if day == today + timedelta(days=1):
        return tr("Tomorrow, {day}", day=named)
    return named


def countdown(seconds: int) -> str:
    """Minutes and seconds left, "9:42"; "0:00" when nothing is."""
    minutes, rest = divmod(max(seconds, 0), 60)
    return f"{minutes}:{rest:02d}"


def _english(pattern: str, elsewhere: str) -> str:
    """European order for plain English, the locale's own form everywhere else."""
    return pattern if _setting.locale in {"en", "en_GB"} else elsewhere
