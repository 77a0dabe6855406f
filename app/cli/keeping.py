"""`houselights backup`, `restore`, `check FILE` and `move`: copies of the house, and the house elsewhere."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from app.bootstrap import Services, build, prove_backup, restore_backup, work_for
from app.cli.running import database_of, run
from app.config import Settings
from app.domain.backups import Comparison, KeptBackup, Proof
from app.domain.house_figures import Compared, HouseFigures
from app.domain.values import to_micros


def add_keeping(commands: Any) -> None:
    """`backup`, `restore`, `check`, `move`."""
    backup = commands.add_parser("backup", help="a proven copy of the house as one file")
    backup.add_argument("file", type=Path, nargs="?", metavar="FILE")
    backup.add_argument(
        "--scheduled", action="store_true", help="make the one that is due by the plan, if any"
    )
    backup.add_argument("--json", action="store_true")
    backup.set_defaults(run=run, command=back_up, usage=backup.error)

    restore = commands.add_parser("restore", help="make a backup the house of an empty database")
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.add_argument(
        "--replace",
        action="store_true",
        help="put the local house of now aside; nothing is deleted",
    )
    restore.add_argument("--json", action="store_true")
    restore.set_defaults(run=restore_house)

    check = commands.add_parser(
        "check", help="prove that seats, tickets and money agree, here or in a backup"
    )
    check.add_argument("file", type=Path, nargs="?", metavar="FILE")
    check.add_argument("--json", action="store_true")
    check.set_defaults(run=check_house_or_file, command=check_house)

    move = commands.add_parser("move", help="move the house into an empty database elsewhere")
    what = move.add_mutually_exclusive_group(required=True)
    what.add_argument("--to", metavar="URL", help="the empty database the house goes into")
    what.add_argument("--back", metavar="FILE", type=Path, help="the local file it goes back into")
    what.add_argument(
        "--take-back", action="store_true", help="sell again in a house that has moved away"
    )
    move.add_argument("--dry-run", action="store_true", help="say what would happen")
    move.add_argument("--json", action="store_true")
    move.set_defaults(run=run, command=move_house)


def back_up(services: Services, arguments: argparse.Namespace) -> int:
    """`houselights backup FILE`: whole and proven, while selling goes on."""
    by = services.users.command_line(services.station)
    if arguments.scheduled == (arguments.file is not None):
        arguments.usage("name a FILE, or ask for --scheduled")
    if not arguments.scheduled:
        kept, proof = services.backups.back_up(arguments.file, by=by, follow=_follow)
        _say_kept(kept, as_json=arguments.json, figures=proof.figures)
        return 0
    due = services.backups.run_due(by=by, follow=_follow)
    if due is not None:
        _say_kept(due, as_json=arguments.json)
    elif arguments.json:
        print(json.dumps(None))
    else:
        print("no backup is due at this station")
    return 0


def restore_house(arguments: argparse.Namespace) -> int:
    """`houselights restore FILE`: into an empty database, or with --replace in place of the local file."""
    settings = Settings(database_of(arguments), station=arguments.station or "CLI")
    restored = restore_backup(settings, arguments.file, replace=arguments.replace, follow=_follow)
    services = build(settings)  # as every start opens it
    services.close()
    if arguments.json:
        aside = None if restored.aside is None else str(restored.aside)
        document = {"where": restored.where, "aside": aside} | _proof(restored.proof)
        print(json.dumps(document, ensure_ascii=False))
        return 0
    _say_checked(restored.proof.checked)
    print(f"restored into {restored.where}")
    if restored.aside is not None:
        print(f"the house of before is {restored.aside}")
    return 0


def check_house_or_file(arguments: argparse.Namespace) -> int:
    """`houselights check [FILE]`: a backup is proven without the house."""
    if arguments.file is None:
        return run(arguments)
    proof = prove_backup(arguments.file, follow=_follow)
    if arguments.json:
        print(json.dumps(_proof(proof), ensure_ascii=False))
    else:
        _say_checked(proof.checked)
    return 0


def check_house(services: Services, arguments: argparse.Namespace) -> int:
    """`houselights check`: prove the invariants; HouseOutOfOrder names those that fail."""
    counts = services.payments.check(by=services.users.command_line(services.station))
    if arguments.json:
        print(json.dumps(counts))
    else:
        _say_checked(counts)
    return 0


def move_house(services: Services, arguments: argparse.Namespace) -> int:
    """`houselights move --to URL`: copied, proven there, and marked here."""
    by = services.users.command_line(services.station)
    if arguments.take_back:
        services.moving.take_back(by=by)
        print(json.dumps({}) if arguments.json else "this house sells again")
        return 0
    address = arguments.to or f"sqlite:///{arguments.back.absolute()}"
    if arguments.dry_run:
        journey = services.moving.preview(address, by=by)
        document = {"source": journey.source, "target": journey.target}
        if arguments.json:
            print(json.dumps(document | _figures(journey.figures), ensure_ascii=False))
        else:
            print(f"{journey.source} would move to {journey.target}, which is empty:")
            _say_figures(journey.figures)
        return 0
    result = services.moving.move(address, by=by, follow=_follow)
    follows = arguments.database is None and not arguments.demo
    if follows:
        work_for(address)
    if arguments.json:
        print(json.dumps(_comparison(result), ensure_ascii=False))
    else:
        _say_moved(result, opened="" if follows else _opener(arguments))
    return 0


def _opener(arguments: argparse.Namespace) -> str:
    """How to open it there; a password is not for the screen."""
    return (
        f"--database sqlite:///{arguments.back.absolute()}" if arguments.back else "--database URL"
    )


# -- words -------------------------------------------------------------------------------------------


def _follow(share: float, step: str) -> None:
    """Only for whoever watches: results go to stdout, and a log needs no progress."""
    if sys.stderr.isatty():
        end = "\n" if share >= 1.0 else ""
        print(f"\r{share:4.0%}  {step:<24}", end=end, file=sys.stderr, flush=True)


def _say_checked(counts: Any) -> None:
    for name, count in counts.items():
        print(f"{count:>12,}  {name.replace('_', ' ')}")


def _say_kept(kept: KeptBackup, *, as_json: bool, figures: HouseFigures | None = None) -> None:
    if as_json:
        document = {
            "file": str(kept.path),
            "size": kept.size,
            "house": kept.house,
            "revision": kept.revision,
            "sha256": kept.digest,
            "checked": dict(kept.figures),
        }
        print(json.dumps(document | (_figures(figures) if figures else {}), ensure_ascii=False))
        return
    _say_checked(kept.figures)
    print(f"{kept.size:>12,}  bytes in {kept.path}")


def _say_figures(figures: HouseFigures) -> None:
    for (name, currency), amount in sorted(figures.money.items()):
        print(f"{amount:>16,}  {name} in minor units of {currency}")
    for code, head in sorted(figures.heads.items()):
        print(f"{head.seq:>16,}  lines in the journal of station {code}")
    print(f"{figures.total:>16,}  rows")


def _say_moved(result: Comparison, *, opened: str) -> None:
    print(f"{'here':>24}  {'there':>24}")
    for line in result.lines:
        if line.kind != "content":
            print(f"{_shown(line.here):>24}  {_shown(line.there):>24}  {_about(line)}")
    prints = [line for line in result.lines if line.kind == "content"]
    alike = sum(line.holds for line in prints)
    print(f"{alike} of {len(prints)} tables hold the same rows, to the last letter")
    print(f"the house is in {result.target} now, open it with: houselights {opened}".rstrip())
    print(f"{result.source} is as it was, and nobody can sell in it any more")


def _shown(value: int | str | None) -> str:
    return "" if value is None else f"{value:,}" if isinstance(value, int) else value


def _about(line: Compared) -> str:
    match line.kind:
        case "money":
            return f"{line.name}, minor units of {line.currency}"
        case "head":
            return f"journal of station {line.name}: lines and last hash"
        case _:
            return f"rows of {line.name}"


def _proof(proof: Proof) -> dict[str, Any]:
    return {"revision": proof.revision, "checked": dict(proof.checked)} | _figures(proof.figures)


def _figures(figures: HouseFigures) -> dict[str, Any]:
    return {
        "rows": dict(figures.rows),
        "money": [
            {"of": name, "currency": currency, "amount": amount}
            for (name, currency), amount in sorted(figures.money.items())
        ],
        "journals": [
            {"station": code, "lines": head.seq, "hash": head.hash}
            for code, head in sorted(figures.heads.items())
        ],
        "last_act_at": None if figures.last_act_at is None else to_micros(figures.last_act_at),
    }


def _comparison(result: Comparison) -> dict[str, Any]:
    return {
        "source": result.source,
        "target": result.target,
        "holds": result.holds,
        "checked": dict(result.checked),
        "lines": [
            {
                "kind": line.kind,
                "name": line.name,
                "currency": line.currency,
                "here": line.here,
                "there": line.there,
            }
            for line in result.lines
        ],
    }
