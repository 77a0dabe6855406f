"""Letters out of facts: one layout for text and one for HTML, and a file of words for each language.

What people typed is escaped in the HTML and never read as a template.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError, dates, numbers
from markupsafe import Markup

import resources
from app.domain.mail import Words
from app.domain.values import at_venue, exponent

_ENGLISH = "en"
_LONGEST_SUBJECT = 150
_MOST_TICKETS = 30
_BLANK_LINE = re.compile(r"\n\s*\n")
_PARTS = ("subject", "heading", "lead", "closing")


class TemplateComposer:
    """The `Composer` port over `resources/templates`."""

    def compose(
        self, kind: str, content: Mapping[str, object], *, name: str, language: str, house: str
    ) -> Words:
        """See the port. KeyError for a kind there are no words for."""
        spoken = language_for(language)
        words = _words(spoken)
        reader = _Reader(spoken, words["common"])
        facts = reader.facts(content, words[kind])
        facts |= {"name": name, "house": house or words["common"]["house"]}
        return Words(
            subject=_one_line(_rendered(words[kind]["subject"], facts, html=False)),
            text=_letter("letter.txt", kind, facts, spoken, html=False),
            html=_letter("letter.html", kind, facts, spoken, html=True),
        )


def language_for(language: str) -> str:
    """The language there are words for: "de" for "de_CH", English for one that is missing."""
    for wanted in (language, language.replace("-", "_").partition("_")[0]):
        known = re.fullmatch(r"[A-Za-z_]{2,10}", wanted) is not None
        if known and resources.path(f"templates/words/{wanted}.toml").is_file():
            return wanted
    return _ENGLISH


@lru_cache(maxsize=16)
def _words(language: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads(resources.read(f"templates/words/{language}.toml").decode("utf-8"))


@lru_cache(maxsize=4)
def _environment(*, html: bool, layout: bool) -> Any:
    import jinja2

    # plain text has nothing to escape; a layout's own lines are not the letter's
    return jinja2.Environment(autoescape=html, trim_blocks=layout, lstrip_blocks=layout)  # noqa: S701


@lru_cache(maxsize=256)
def _template(source: str, *, html: bool, layout: bool = False) -> Any:
    return _environment(html=html, layout=layout).from_string(source)


def _rendered(source: str, facts: Mapping[str, object], *, html: bool) -> Any:
    return _template(source, html=html).render(facts)


def _letter(
    layout: str, kind: str, facts: Mapping[str, object], language: str, *, html: bool
) -> str:
    words = _words(language)
    told = words[kind]
    parts: dict[str, Any] = {
        part: _paragraphs(_rendered(told.get(part, ""), facts, html=html), html=html)
        for part in _PARTS
    }
    parts["heading"] = _one_line(_rendered(told["heading"], facts, html=False))
    parts["subject"] = _one_line(_rendered(told["subject"], facts, html=False))
    footer = _rendered(words["common"]["footer"], facts, html=html)
    first = parts["lead"][0] if parts["lead"] else parts["heading"]
    source = resources.read(f"templates/{layout}").decode("utf-8")
    text: str = _template(source, html=html, layout=True).render(
        {
            **facts,
            **parts,
            "footer": Markup(footer) if html else footer,  # noqa: S704 - escaped when rendered
            "preview": first,
            "words": words["common"],
            "language": language,
        }
    )
    return text if html else _tidy(text)


def _paragraphs(text: str, *, html: bool) -> list[Any]:
    found = [part.strip() for part in _BLANK_LINE.split(text.strip()) if part.strip()]
    return [Markup(part) for part in found] if html else found  # noqa: S704 - escaped when rendered


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_SUBJECT else line[: _LONGEST_SUBJECT - 1].rstrip() + "…"


def _tidy(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


@dataclass(frozen=True)
class _Reader:
    """Makes the facts readable in one language."""

    language: str
    common: Mapping[str, str]

    def facts(self, content: Mapping[str, object], told: Mapping[str, Any]) -> dict[str, Any]:
        """What templates can name."""
        performances = self._performances(content)
        first = performances[0] if performances else self._alone(content)
        shown = performances if told.get("tickets") else []
        return {
            "c": content,
            "title": _one_line(str(first.get("title", ""))),
            "when": first.get("when", ""),
            "when_short": first.get("when_short", ""),
            "seats": self._listed(_texts(content.get("seats"))),
            "reason": str(content.get("reason") or content.get("note") or "").rstrip(" ."),
            "deadline": self._deadline(content, first),
            "message": _split(content.get("text")),
            "changes": self._changes(content),
            "performances": shown,
            "goods": self._goods(content) if told.get("tickets") else [],
            "sums": self._sums(content, told),
        }

    def _performances(self, content: Mapping[str, object]) -> list[dict[str, Any]]:
        return [
            self._performance(one, str(content.get("currency", "")))
            for one in _mappings(content.get("performances"))
        ]

    def _performance(self, one: Mapping[str, Any], currency: str) -> dict[str, Any]:
        tickets = _mappings(one.get("tickets"))
        rest = len(tickets) - _MOST_TICKETS
        doors = self.time(one.get("doors_at"), one)
        return {
            **self._alone(one),
            "where": ", ".join(p for p in (one.get("venue", ""), one.get("address", "")) if p),
            "doors": self.common["doors"].format(time=doors) if doors else "",
            "tickets": [
                {
                    "seat": ticket.get("seat", ""),
                    "what": ", ".join(
                        p for p in (ticket.get("price_type", ""), ticket.get("zone", "")) if p
                    ),
                    "price": self.money(ticket.get("price"), currency),
                }
                for ticket in tickets[:_MOST_TICKETS]
            ],
            "more": self.common["more"].format(count=rest) if rest > 0 else "",
        }

    def _goods(self, content: Mapping[str, object]) -> list[dict[str, str]]:
        """Products and gift vouchers, and what they came to."""
        found = []
        for one in _mappings(content.get("goods")):
            what, count = one.get("what") or self.common["voucher"], one.get("count", 1)
            price = self.money(one.get("amount"), str(content.get("currency", "")))
            found.append({"what": f"{count} × {what}" if count != 1 else what, "price": price})
        return found

    def _alone(self, one: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "title": one.get("title", ""),
            "when": self.moment(one.get("starts_at"), one, long=True),
            "when_short": self.moment(one.get("starts_at"), one, long=False),
            "zone": one.get("zone", ""),
        }

    def _deadline(self, content: Mapping[str, object], first: Mapping[str, Any]) -> str:
        zone = {"zone": content.get("zone") or first.get("zone") or "UTC"}
        return self.moment(content.get("expires_at"), zone, long=True)

    def _changes(self, c: Mapping[str, object]) -> list[dict[str, str]]:
        """What was and what is now, where the two differ."""
        zone = c.get("zone")
        pairs = {
            "date": (
                self.moment(c.get("old_starts_at"), {"zone": c.get("old_zone") or zone}, long=True),
                self.moment(c.get("new_starts_at"), {"zone": zone}, long=True),
            ),
            "venue": (str(c.get("old_venue", "")), str(c.get("new_venue", ""))),
            "seats": (
                self._listed(_texts(c.get("old_seats"))),
                self._listed(_texts(c.get("new_seats"))),
            ),
        }
        return [
            {"what": self.common[what], "before": old, "now": new}
            for what, (old, new) in pairs.items()
            if old and new and old != new
        ]

    def _sums(self, content: Mapping[str, object], told: Mapping[str, Any]) -> list[dict[str, str]]:
        """What is to pay, was paid or goes back, the last one large."""
        what = told.get("sum")
        minor = content.get("total")
        if what == "difference":  # one of the two, or neither
            what = "back" if content.get("refunded") else "paid" if content.get("paid") else None
            minor = content.get("paid")
        if what == "paid":
            minor = content.get("paid") or minor
        if what == "back":
            minor = content.get("refunded") or content.get("refund")
        amount = self.money(minor, str(content.get("currency", "")))
        if not what or not amount:
            return []
        return [{"what": self.common[what], "amount": amount}]

    def _listed(self, words: Sequence[str]) -> str:
        if len(words) < 2:
            return "".join(words)
        return f"{', '.join(words[:-1])} {self.common['and']} {words[-1]}"

    def money(self, minor: object, currency: str) -> str:
        """€120.00 in the reader's way; "" for what is no amount."""
        if not isinstance(minor, int) or not currency:
            return ""
        amount = Decimal(minor).scaleb(-exponent(currency))
        return numbers.format_currency(amount, currency, locale=self._locale())

    def moment(self, iso: object, one: Mapping[str, Any], *, long: bool) -> str:
        """Day and time on the venue's clock; "" without one."""
        local = _local(iso, one.get("zone"))
        if local is None:
            return ""
        pattern = "EEEE d MMMM y" if long else "EEE d MMM"
        if self.language == "de":
            pattern = "EEEE, d. MMMM y" if long else "EEE d. MMM"
        day = dates.format_date(local.date(), pattern, locale=self._locale())
        return f"{day}, {dates.format_time(local, 'HH:mm', locale=self._locale())}"

    def time(self, iso: object, one: Mapping[str, Any]) -> str:
        """The time alone."""
        local = _local(iso, one.get("zone"))
        return "" if local is None else dates.format_time(local, "HH:mm", locale=self._locale())

    def _locale(self) -> Locale:
        try:
            return Locale.parse(self.language)
        except (UnknownLocaleError, ValueError):
            return Locale(_ENGLISH)


def _local(iso: object, zone: object) -> datetime | None:
    if not isinstance(iso, str) or not iso:
        return None
    return at_venue(datetime.fromisoformat(iso), str(zone or "UTC"))


def _mappings(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _split(value: object) -> list[str]:
    """A message's paragraphs, its own line breaks kept."""
    text = str(value or "").strip()
    return [part.strip() for part in _BLANK_LINE.split(text) if part.strip()]
