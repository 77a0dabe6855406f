"""`houselights journal` and `report`: what the house can prove of itself."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path
from typing import Any

from app.bootstrap import Services
from app.cli.running import operator, run
from app.domain.errors import (
    HouseOutOfOrder,
)
from app.domain.notation import (
    Notation,
    document_of,
)
from app.domain.payments import (
    JournalLine,
    Tender,
    verify_chain,
)
from app.domain.report_parts import (
    Wanted,
)
from app.domain.reports import (
    ReportFormat,
)
from app.domain.users import Operator
from app.gateways.journal_files import read_journal, write_journal


def add_proofs(commands: Any) -> None:
    """`journal verify`, `journal export`, `report`."""
    journal = commands.add_parser("journal", help="prove or export the journal").add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    proof = journal.add_parser("verify", help="check the chain of the database or of an export")
    proof.add_argument("file", type=Path, nargs="?")
    proof.set_defaults(run=verify, command=verify_journal)
    export = journal.add_parser("export", help="write every line to a file")
    export.add_argument("file", type=Path)
    export.set_defaults(run=run, command=export_journal)

    _add_report(commands.add_parser("report", help="a report as a file, proven by the journal"))


def _add_report(report: argparse.ArgumentParser) -> None:
    report.add_argument("name", nargs="?", metavar="NAME", help="one of `report --list`")
    report.add_argument("--list", action="store_true", help="the reports there are")
    report.add_argument("--from", dest="first", type=day, metavar="DAY", help="2026-11-01")
    report.add_argument("--to", dest="last", type=day, metavar="DAY", help="this day included")
    report.add_argument("--event", default="", metavar="ID")
    report.add_argument("--tender", default="", choices=[t.value for t in Tender])
    report.add_argument("--format", choices=[f.value for f in ReportFormat])
    report.add_argument("--out", type=Path, metavar="FILE")
    report.add_argument("--operator", metavar="EMAIL", help="who asks; default: the command line")
    report.add_argument("--json", action="store_true", help="the figures themselves on stdout")
    report.set_defaults(run=run, command=report_house, usage=report.error)


def day(text: str) -> date:
    """A day as 2026-11-24; ValueError."""
    return date.fromisoformat(text)


def verify(arguments: argparse.Namespace) -> int:
    """`houselights journal verify [FILE]`: an export is proven without a database."""
    if arguments.file is None:
        return run(arguments)
    print(f"{verify_chain(read_journal(arguments.file)):,} lines hold")
    return 0


def verify_journal(services: Services, arguments: argparse.Namespace) -> int:
    """`houselights journal verify`: JournalBroken names the first line that does not hold."""
    del arguments
    by = services.users.command_line(services.station)
    print(f"{services.payments.verify_journal(by=by):,} lines hold")
    return 0


def export_journal(services: Services, arguments: argparse.Namespace) -> int:
    """`houselights journal export FILE`: every line, one JSON document each."""
    by = services.users.command_line(services.station)
    lines: tuple[JournalLine, ...] = services.payments.journal(by=by)
    write_journal(arguments.file, lines)
    print(f"{len(lines):,} lines")
    return 0


def report_house(services: Services, arguments: argparse.Namespace) -> int:
    """`houselights report NAME`: a file, or with --json the figures; HouseOutOfOrder when its money
    is not the journal's (the file is written all the same)."""
    by = operator(services, arguments.operator)
    if arguments.list:
        return _list_reports(services, by, as_json=arguments.json)
    form = _report_format(arguments)
    wanted = Wanted(
        arguments.first, arguments.last, event_id=arguments.event, tender=arguments.tender
    )
    report = services.reports.make(arguments.name, wanted, by=by)
    if form is not None:
        services.reports.save(report, arguments.out, form=form, by=by)
    if arguments.json:
        print(json.dumps(document_of(report), ensure_ascii=False))
    else:
        print(f"{report.length:,} rows in {arguments.out}")
        for proof in report.proofs:
            print(Notation().proof(proof))
    if not report.holds:
        broken = sum(not proof.holds for proof in report.proofs)
        raise HouseOutOfOrder({"currencies_whose_report_and_journal_differ": broken})
    return 0


def _report_format(arguments: argparse.Namespace) -> ReportFormat | None:
    """How to write the file; None for none. Wrong usage ends the program with 2."""
    if not arguments.name:
        arguments.usage("name a report, or ask for --list")
    if arguments.out is None:
        if not arguments.json or arguments.format:
            arguments.usage("say with --out FILE where it goes, or ask for --json")
        return None
    name = arguments.format or arguments.out.suffix.removeprefix(".").lower()
    if name not in list(ReportFormat):
        arguments.usage("say with --format whether it is csv, xlsx or pdf")
    return ReportFormat(name)


def _list_reports(services: Services, by: Operator, *, as_json: bool) -> int:
    offered = services.reports.catalogue(by=by)
    if as_json:
        documents = [
            {"name": o.name, "title": o.title, "about": o.sentence, "narrowed_by": o.narrowings}
            for o in offered
        ]
        print(json.dumps(documents, ensure_ascii=False))
        return 0
    for one in offered:
        print(f"{one.name:16} {one.title}: {one.sentence}")
    return 0
