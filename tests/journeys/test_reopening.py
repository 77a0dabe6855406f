"""The whole program closed by a screen and opened anew: with a backup in place, or where the house went."""

import json
import os
import subprocess
import sys

import pytest

from tests.builders import theatre
from tests.persistence.copies import count, quietly

# Answers every question as it is told, does the wish at the first house it sees, leaves at the second.
_DRIVER = """
import json, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from ui import loading
from ui.application import Houselights
from ui.screen import Reopening
from ui.shell.moved_dialog import MovedDialog

url, wish = sys.argv[1], json.loads(sys.argv[2])
heard = {"said": [], "houses": [], "asked": 0}

class Seen(Houselights):
    def __init__(self, services, **more):
        super().__init__(services, **more)
        heard["houses"].append(services.database.where())
        QTimer.singleShot(400, self.go_on)

    def go_on(self):
        if wish.get("restore") and len(heard["houses"]) == 1:
            self.reopening.emit(Reopening(restore=Path(wish["restore"])))
        elif wish.get("address") and len(heard["houses"]) == 1:
            self.reopening.emit(Reopening(address=wish["address"]))
        else:
            QApplication.quit()

def answer():
    dialog = QApplication.activeModalWidget()
    if isinstance(dialog, QMessageBox):
        heard["said"].append(dialog.text())
        dialog.accept()
    elif isinstance(dialog, MovedDialog):
        heard["asked"] += 1
        (dialog.there if wish["answer"] == "there" else dialog.look).click()

loading.Houselights = Seen
from ui.theme import make_application
application = make_application("light")
ticking = QTimer(interval=50)
ticking.timeout.connect(answer)
ticking.start()
from ui.main import main
status = main(["--database", url])
print(json.dumps(heard | {"status": status}))
"""


@pytest.fixture
def house(sqlite_url):
    made = theatre(sqlite_url)
    made.services.tickets.sell(made.order("A-1"), by=made.cashier)
    yield made
    made.services.close()


@pytest.fixture
def drive(tmp_path):
    def run(url, **wish):
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        done = subprocess.run(
            [sys.executable, "-c", _DRIVER, url, json.dumps(wish)],
            capture_output=True, text=True, timeout=100, check=False,
            env=os.environ | {"HOUSELIGHTS_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return run


def test_a_backup_is_put_in_place_and_the_house_of_before_put_aside(
    house, sqlite_url, tmp_path, drive
):
    file = tmp_path / "backup.db"
    house.services.backups.back_up(file, by=house.admin, follow=quietly)
    house.services.tickets.sell(house.order("A-2"), by=house.cashier)
    house.services.close()
    heard = drive(sqlite_url, restore=str(file))
    assert len(heard["houses"]) == 2
    assert "in place" in heard["said"][0]
    assert ".before-restore-" in heard["said"][0]
    assert count(sqlite_url, "tickets") == 1


def test_a_damaged_backup_changes_nothing_and_the_house_opens_again(
    house, sqlite_url, tmp_path, drive
):
    file = tmp_path / "backup.db"
    house.services.backups.back_up(file, by=house.admin, follow=quietly)
    file.write_bytes(file.read_bytes()[:-1])
    house.services.close()
    heard = drive(sqlite_url, restore=str(file))
    assert len(heard["houses"]) == 2
    assert heard["said"][0].startswith("Nothing was changed.")
    assert count(sqlite_url, "tickets") == 1


@pytest.mark.parametrize("answer", ["there", "here"])
def test_a_house_that_moved_asks_where_to_open(house, sqlite_url, tmp_path, drive, answer):
    there = tmp_path / "there.db"
    house.services.moving.move(f"sqlite:///{there}", by=house.admin, follow=quietly)
    house.services.close()
    heard = drive(sqlite_url, answer=answer)
    assert heard["asked"] == 1
    assert heard["houses"] == [str(there) if answer == "there" else sqlite_url[10:]]
