"""The plan of the backups: one station makes them, all see how they stand, the old ones go."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.bootstrap import build
from app.config import Settings
from app.domain.backups import BackupPlan, Standing
from app.domain.errors import BackupUnderWay, FileUnusable, Stopped
from app.domain.facts import BackupsChanged
from app.persistence.unit_of_work import SqlUnitOfWork
from tests.builders import Clock, theatre
from tests.persistence.copies import quietly
from ui.main import main
from ui.settings.words import age_words, standing_words, trouble_words


@pytest.fixture
def house(database_url):
    made = theatre(database_url, clock=Clock())
    made.services.tickets.sell(made.order("A-1"), by=made.cashier)
    yield made
    made.services.close()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "backups"


def plan(house, folder, **changes):
    wanted = replace(BackupPlan(str(folder), "T1", active=True), **changes)
    return house.services.backups.change_plan(wanted, by=house.admin)


def due(house, *, station="T1", follow=quietly):
    by = replace(house.cashier, station_code=station)
    return house.services.backups.run_due(by=by, follow=follow)


def standing(house):
    return house.services.backups.state(by=house.cashier)


def kept(house, folder):
    return house.services.backups.kept(folder, by=house.admin)


def test_the_first_is_made_at_once_and_the_next_when_it_is_due(house, folder):
    assert standing(house).standing is Standing.OFF
    assert due(house) is None
    plan(house, folder, every_hours=6)
    assert standing(house).standing is Standing.NEVER
    first = due(house)
    assert first.path.parent == folder
    assert (first.house, first.station) == (house.services.database.where(), "T1")
    assert standing(house).standing is Standing.GOOD
    assert standing(house).last_file == str(first.path)
    house.clock.pass_by(hours=5, minutes=59)
    assert due(house) is None
    house.clock.pass_by(minutes=1)
    assert due(house).made_at == house.clock.now
    assert len(kept(house, folder)) == 2


def test_only_the_station_of_the_plan_makes_them_and_every_one_sees_it(house, folder):
    plan(house, folder, station="T9")
    assert due(house) is None
    assert due(house, station="T9").station == "T9"
    house.clock.pass_by(days=3)
    assert due(house) is None
    late = standing(house)
    assert late.standing is Standing.OVERDUE
    assert standing_words(late) == "Backup overdue, 3 days ago"
    assert "station T9" in trouble_words(late)


def test_two_windows_of_one_station_make_one(house, folder, database_url):
    plan(house, folder)
    twin = build(Settings(database_url, station="T1"), clock=house.clock)
    met = []

    def follow(share, step):
        if not met:
            met.append(twin.backups.run_due(by=house.cashier, follow=quietly))
            with pytest.raises(BackupUnderWay):
                twin.backups.back_up_now(by=house.admin, follow=quietly)

    assert due(house, follow=follow) is not None
    assert met == [None]
    assert len(kept(house, folder)) == 1
    twin.close()


def test_one_that_was_killed_keeps_nobody_waiting_for_ever(house, folder):
    plan(house, folder)

    class Killed(BaseException):
        """No refusal that anybody could tidy up after."""

    def follow(share, step):
        raise Killed

    with pytest.raises(Killed):
        due(house, follow=follow)
    assert due(house) is None
    house.clock.pass_by(minutes=21)
    assert due(house) is not None


def test_the_old_go_by_the_plan_and_those_of_another_house_stay(house, folder, tmp_path):
    other = theatre(f"sqlite:///{tmp_path / 'other.db'}", clock=house.clock)
    plan(house, folder, every_hours=1, newest=2, daily=0, weekly=0)
    strange = folder / "strange.db"
    other.services.backups.back_up(strange, by=other.admin, follow=quietly)
    other.services.close()
    (folder / "diary.txt").write_text("Dear diary")
    names = []
    for _ in range(4):
        names.append(due(house).path.name)
        house.clock.pass_by(hours=1)
    left = sorted(path.name for path in folder.iterdir() if not path.name.endswith(".json"))
    assert left == sorted([*names[-2:], "strange.db", "diary.txt"])


def test_a_failure_is_said_with_its_reason_and_tried_again(house, folder, tmp_path):
    plan(house, folder)
    due(house)
    house.clock.pass_by(hours=25)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    folder.write_text("a file in its place")
    with pytest.raises(FileUnusable):
        due(house)
    failed = standing(house)
    assert failed.standing is Standing.FAILED
    assert "did not go" in trouble_words(failed)
    assert due(house) is None  # not every minute
    house.clock.pass_by(minutes=15)
    folder.unlink()
    assert due(house) is not None
    assert standing(house).standing is Standing.GOOD


def test_what_a_person_stops_is_no_failure(house, folder):
    plan(house, folder)

    def stop(share, step):
        raise Stopped

    with pytest.raises(Stopped):
        due(house, follow=stop)
    assert standing(house).problem == ""
    assert not any(folder.iterdir())
    assert due(house) is not None


def test_a_backup_is_verified_again_by_restoring_it_elsewhere(house, folder):
    plan(house, folder)
    made = due(house)
    house.clock.pass_by(days=1)
    proof = house.services.backups.verify(made.path, by=house.admin, follow=quietly)
    assert proof.checked["valid_tickets"] == 1
    (known,) = kept(house, folder)
    assert (known.made_at, known.proven_at) == (made.made_at, house.clock.now)
    assert known.house == made.house


def test_what_a_killed_one_left_is_cleared_away_in_time(house, folder):
    folder.mkdir()
    old, new = (folder / f".houselights-2026112{day}-120000-T1.db.part" for day in (1, 2))
    for part in (old, new):
        part.write_bytes(b"half of it")
    os.utime(old, (0, 0))
    plan(house, folder)
    due(house)
    assert not old.exists()
    assert new.exists()


def test_every_window_of_the_house_hears_of_it(house, folder):
    heard = []
    house.services.bus.listen(heard.append)
    plan(house, folder)
    due(house)
    assert [type(fact) for fact in heard] == [BackupsChanged, BackupsChanged]


def test_a_restored_house_makes_backups_again_within_two_hours(house, folder, tmp_path):
    plan(house, folder)
    made = due(house)
    copy = build(Settings(f"sqlite:///{made.path}"), clock=house.clock)
    house.clock.pass_by(hours=2)
    assert copy.backups.run_due(by=house.cashier, follow=quietly) is not None
    copy.close()


def test_the_command_for_cron_makes_the_one_that_is_due(house, folder, database_url, capsys):
    plan(house, folder, station="CRON")
    arguments = ["--database", database_url, "--station", "CRON", "backup", "--scheduled"]
    assert main(arguments) == 0
    assert str(folder) in capsys.readouterr().out
    work = SqlUnitOfWork(house.services.database, bus=house.services.bus)
    assert Path(work.read(lambda one: one.settings.value("backups_last"))["file"]).exists()


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=7), "7 min ago"),
        (timedelta(hours=3, minutes=50), "3 h ago"),
        (timedelta(hours=47), "47 h ago"),
        (timedelta(days=2), "2 days ago"),
    ],
)
def test_ages_as_one_says_them(age, said):
    assert age_words(age) == said
