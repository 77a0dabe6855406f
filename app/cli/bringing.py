"""`houselights import` and `houselights export`: plans and customers from and to files."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.bootstrap import Services
from app.cli.running import run
from app.domain.customer_sheets import (
    BadRow,
    Field,
    OnKnown,
    Sheet,
    column_called,
    propose,
)
from app.domain.errors import (
    Invalid,
    NotFound,
)
from app.gateways.plan_files import PlanImport, open_plan


def add_imports(commands: Any) -> None:
    """`import plan`, `import customers`, `export customers`."""
    imports = commands.add_parser("import", help="bring data in from files").add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    plan = imports.add_parser("plan", help="a seating plan in the pretix JSON format")
    plan.add_argument("file", type=Path)
    plan.add_argument("--venue", required=True, help="its venue, made when unknown")
    plan.add_argument("--zone", default="Europe/Berlin", help="time zone of a new venue")
    plan.add_argument("--currency", default="EUR", help="currency of a new venue")
    plan.add_argument("--json", action="store_true")
    plan.set_defaults(run=run, command=import_plan)
    _add_customers(
        imports.add_parser("customers", help="customers from a CSV file"),
        commands.add_parser("export", help="write data to files")
        .add_subparsers(dest="what", required=True, metavar="WHAT")
        .add_parser("customers", help="every customer as CSV"),
    )


def _add_customers(bring_in: argparse.ArgumentParser, write: argparse.ArgumentParser) -> None:
    bring_in.add_argument("file", type=Path)
    bring_in.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="COLUMN=FIELD",
        help="which column (title or number) is the name, first_name, last_name, email, phone or notes;"
        " default: by its title",
    )
    bring_in.add_argument(
        "--known",
        choices=[choice.value for choice in OnKnown],
        default=OnKnown.UPDATE.value,
        help="what happens to customers who are there already",
    )
    bring_in.add_argument("--dry-run", action="store_true", help="say what would happen")
    bring_in.add_argument("--json", action="store_true")
    bring_in.set_defaults(run=run, command=import_customers)
    write.add_argument("file", type=Path)
    write.set_defaults(run=run, command=export_customers)


_FINDINGS = {
    "repeated_id": "ids that more than one seat has; every seat has a number of its own here",
    "repeated_place": "seats whose section, row and number another seat has too; re-keyed by block",
    "repeated_zone": "sections that share a name; re-keyed with a number",
    "repeated_category": "categories that share a name; taken as one price zone",
    "unknown_key": "keys this program does not know; passed over",
    "unknown_shape": "drawings this program does not know; passed over",
    "number_normalised": "rows whose seat numbers repeat the row; the row was taken off",
    "empty_number": "seats without a number; given one",
    "missing_id": "seats without an id",
    "missing_uuid": "seats without a uuid (first generation of the format)",
}


def import_plan(services: Services, arguments: argparse.Namespace) -> int:
    """`houselights import plan FILE --venue NAME`: read, store, report."""
    imported = open_plan(arguments.file, name=arguments.file.stem)
    plan = services.events.add_plan(
        imported.plan,
        venue=arguments.venue,
        zone=arguments.zone,
        currency=arguments.currency,
        by=services.users.command_line(services.station),
    )
    counts = {
        name: getattr(imported, name)
        for name in "seats sections rows zones repeated_ids repeated_places rekeyed".split()
    }
    if arguments.json:
        findings = [asdict(finding) for finding in imported.findings]
        document = {"venue": arguments.venue, "plan": plan.id, "version": plan.version}
        print(json.dumps(document | counts | {"findings": findings}, ensure_ascii=False))
        return 0
    print(f"{arguments.venue}: plan {plan.name!r}, version {plan.version}")
    print("  ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items()))
    _print_findings(imported)
    return 0


def _print_findings(imported: PlanImport) -> None:
    for kind, words in _FINDINGS.items():
        found = [finding for finding in imported.findings if finding.kind == kind]
        if found:
            print(f"{len(found):,} {words}:")
            for finding in found[:5]:
                print(f"    {finding.place}: {finding.detail}")
            if len(found) > 5:
                print(f"    and {len(found) - 5:,} more (all of them with --json)")


_BAD_ROWS = {
    "missing": "there is no {field}",
    "too_long": "the {field} is too long",
    "not_an_email": "this is no e-mail address",
    "not_a_phone": "this is no phone number",
    "duplicate": "the same customer as in line {of}",
    "staff": "this address belongs to a member of staff",
}


def import_customers(services: Services, arguments: argparse.Namespace) -> int:
    """`houselights import customers FILE`: what came in, and every row that did not, with its line."""
    by = services.users.command_line(services.station)
    sheet = services.customers.read_sheet(arguments.file, by=by)
    mapped = _mapped(sheet, arguments.map)
    if arguments.dry_run:
        preview = services.customers.preview(sheet, mapped, by=by)
        counts, bad = {"new": preview.new, "known": preview.known}, preview.bad
    else:
        done = services.customers.bring_in(sheet, mapped, known=OnKnown(arguments.known), by=by)
        counts = {"added": done.added, "updated": done.updated, "same": done.same}
        bad = done.bad
    if arguments.json:
        columns = {field.value: column + 1 for field, column in mapped.items()}
        document = {"rows": len(sheet.rows), "columns": columns} | counts
        print(json.dumps(document | {"bad": [_bad_row(row) for row in bad]}, ensure_ascii=False))
        return 0
    print(
        "  ".join(f"{count:,} {name}" for name, count in counts.items()),
        f" {len({row.row.line for row in bad}):,} bad",
    )
    for row in bad:
        found = _bad_row(row)
        print(f"    line {found['line']}: {found['reason']} ({', '.join(row.row.cells)})")
    return 0


def _mapped(sheet: Sheet, asked: Sequence[str]) -> dict[Field, int]:
    mapped = propose(sheet)
    for pair in asked:
        title, _, name = pair.rpartition("=")
        column = column_called(sheet, title)
        if column is None:
            raise NotFound("column", title)
        if name not in {field.value for field in Field}:
            raise Invalid({"map": "unknown_field"})
        mapped = {field: held for field, held in mapped.items() if held != column}
        mapped[Field(name)] = column
    return mapped


def _bad_row(row: BadRow) -> dict[str, object]:
    words = _BAD_ROWS.get(row.problem, "the {field} does not fit")
    reason = words.format(field=row.field.value.replace("_", " "), of=row.of)
    return {
        "line": row.row.line,
        "field": row.field.value,
        "problem": row.problem,
        "reason": reason,
    }


def export_customers(services: Services, arguments: argparse.Namespace) -> int:
    """`houselights export customers FILE`: every customer, one row each."""
    by = services.users.command_line(services.station)
    print(f"{services.customers.write_file(arguments.file, by=by):,} customers")
    return 0
