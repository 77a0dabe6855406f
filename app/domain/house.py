"""The house itself: what it is called, on whose clock and in whose money it works.

Kept as one settings row, so that every station of a shared house agrees.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol
from zoneinfo import available_timezones

from app.domain.errors import Invalid
from app.domain.users import cleaned

# ISO 4217, list one (2026-01): the currencies somebody can pay with; no funds, metals or test codes.
CURRENCIES = tuple(
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD"
    " CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD"
    " GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD"
    " KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO"
    " NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE"
    " SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND"
    " VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG".split()
)
_LONGEST_NAME = 200
_LONGEST_NOTICE = 720  # hours


@dataclass(frozen=True, slots=True)
class HouseSettings:
    """`zone` is an IANA name, `currency` ISO 4217; `version` counts changes, 0 when never written. Who has
    reserved is reminded `notice_hours` before the deadline, with 0 never."""

    name: str
    zone: str
    currency: str
    version: int = 0
    notice_hours: int = 24


class Settings(Protocol):
    """What is set for the whole house, by name, as plain JSON values."""

    def house(self, *, lock: bool = False) -> HouseSettings:
        """As set; before that the first venue's zone and currency, and UTC and EUR before any. With
        `lock` nobody else sets it until the transaction is over."""

    def set_house(self, house: HouseSettings) -> None:
        """Write it as it is, version included."""

    def value(self, name: str, *, lock: bool = False) -> object | None:
        """What is kept under this name, None when nothing is; `lock` as for `house`."""

    def keep(self, name: str, value: object) -> None:
        """Keep a plain JSON value under a name of at most 60 letters."""

    def drop(self, name: str) -> None:
        """Keep nothing under this name any more."""

    def drop_all(self, *, beginning: str, holding: str) -> int:
        """Drop what is kept under names that begin so and whose JSON holds this text; how many."""


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """The IANA zones of this computer that name a place (or UTC), in order."""
    named = (
        zone
        for zone in available_timezones()
        if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "US/", "posix/", "right/"))
    )
    return (*sorted(named), "UTC")


def checked_house(house: HouseSettings) -> HouseSettings:
    """The settings cleaned; Invalid with house, time_zone, currency or notice_hours where they cannot be."""
    problems = {}
    name = cleaned(house.name)
    if not name:
        problems["house"] = "missing"
    elif len(name) > _LONGEST_NAME:
        problems["house"] = "too_long"
    if house.zone not in available_timezones():
        problems["time_zone"] = "unknown_zone"
    if house.currency not in CURRENCIES:
        problems["currency"] = "unknown_currency"
    if house.notice_hours < 0:
        problems["notice_hours"] = "negative"
    elif house.notice_hours > _LONGEST_NOTICE:
        problems["notice_hours"] = "too_large"
    if problems:
        raise Invalid(problems)
    return replace(house, name=name)
