"""`houselights report`: files and figures for scripts, with the statuses other programs rely on."""

import csv
import json
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from sqlalchemy import text

from tests.builders import Clock, Theatre, plan, theatre
from tests.services.stage import sold
from ui.main import main


@pytest.fixture
def house(sqlite_url: str):
    made = theatre(sqlite_url, clock=Clock(), house=plan(standing=20))
    sold(made, "A-1", "A-2")
    made.clock.pass_by(days=1)
    sold(made, "C-1")
    yield made
    made.services.close()


@pytest.fixture
def run(house: Theatre, sqlite_url: str, capsys):
    def run(*arguments: object) -> tuple[int, str, str]:
        try:
            status = main(["--database", sqlite_url, "report", *map(str, arguments)])
        except SystemExit as ended:
            status = int(ended.code)
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def test_the_list_names_every_report(run):
    status, out, _ = run("--list", "--json")
    names = [document["name"] for document in json.loads(out)]
    assert status == 0
    assert (
        names
        == (
            "daily-sales event-statement operators payments refunds attendance customers interactions"
        ).split()
    )
    assert run("--list")[1].count("\n") == len(names)


def test_a_report_is_written_in_each_format_and_proven(run, tmp_path: Path):
    for form in ("csv", "xlsx", "pdf"):
        status, out, _ = run("daily-sales", "--format", form, "--out", tmp_path / f"x.{form}")
        assert (status, "€110.00 equals the journal to the cent." in out) == (0, True)
    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as file:
        *_, total = csv.reader(file)
    assert total[-1] == "110.00"
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx").worksheets[0]
    assert sheet["H7"].value == 110
    document = pypdfium2.PdfDocument(tmp_path / "x.pdf")
    assert "110.00" in document[0].get_textpage().get_text_bounded()
    document.close()


def test_days_event_and_format_by_the_name_of_the_file(run, tmp_path: Path, house: Theatre):
    path = tmp_path / "x.csv"
    days = ("--from", "2026-11-25", "--to", "2026-11-25")
    assert run("payments", *days, "--event", house.event.id, "--out", path)[0] == 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert [row[-1] for row in rows[1:]] == ["30.00", "30.00"]


def test_json_has_the_figures_themselves(run):
    status, out, _ = run("daily-sales", "--json")
    document = json.loads(out)
    assert status == 0
    assert document["holds"] is True
    assert document["tables"][0]["total"][-1] == 11000
    assert document["journal"][0]["journal"] == 11000


def test_wrong_usage_is_2_and_says_how(run, tmp_path: Path):
    for arguments in (
        (),
        ("daily-sales",),
        ("daily-sales", "--out", tmp_path / "x.doc"),
        ("daily-sales", "--from", "yesterday", "--json"),
        ("daily-sales", "--format", "doc", "--out", tmp_path / "x"),
    ):
        status, out, err = run(*arguments)
        assert (status, out) == (2, ""), arguments
        assert "usage:" in err
    assert list(tmp_path.glob("x*")) == []


def test_refusals_are_1_and_one_sentence(run, tmp_path: Path):
    for arguments in (
        ("horoscope", "--json"),
        ("payments", "--event", "x", "--json"),
        ("payments", "--from", "2026-11-02", "--to", "2026-11-01", "--json"),
        ("payments", "--operator", "carla@example.org", "--json"),
        ("payments", "--out", tmp_path / "gone" / "x.csv"),
    ):
        status, out, err = run(*arguments)
        assert (status, out) == (1, ""), arguments
        assert err.startswith("houselights: ")
        assert err.count("\n") == 1


def test_money_that_is_not_the_journals_is_1_but_the_file_is_there(run, house, tmp_path: Path):
    with house.services.database.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO payments (id, booking_id, tender, amount, given, currency, status,"
                " created_at) SELECT 'x', id, 'cash', 1, 1, 'EUR', 'taken', created_at FROM bookings"
                " LIMIT 1"
            )
        )
    status, _, err = run("daily-sales", "--out", tmp_path / "x.csv")
    assert status == 1
    assert "do not agree" in err
    assert (tmp_path / "x.csv").exists()
