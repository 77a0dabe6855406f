"""From the command to a sign-in window one can type into, and to the house behind it: fresh processes of the
real program, the interpreter's own start included; and what was imported on the way.

Warm: what Python compiled at the first start is there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from app.bench.stage import a_house
from app.domain.users import Registration

_RUNS = 7
_BUDGET_MS, _BUDGET_LATE_MS = 350, 16
_LATE = ("matplotlib", "alembic", "keyring")
_PROBE = """
import json, sys, time
from ui import opening
from ui.main import main
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

started, url, slow = float(sys.argv[1]), sys.argv[2], sys.argv[3:]

class Timed(opening.Start):
    def begin(self):
        self.painted.connect(self.type)
        self.opened.connect(self.tell)
        super().begin()

    def type(self):
        QTest.keyClicks(QApplication.focusWidget(), "a")
        QApplication.processEvents()
        self.typed = time.time() - started
        self.modules = len(sys.modules)
        self.slow = [name for name in slow if name in sys.modules]
        self.late, self.last = [], time.perf_counter()
        self.ticking = QTimer(self, interval=2)
        self.ticking.timeout.connect(self.tick)
        self.ticking.start()

    def tick(self):
        now = time.perf_counter()
        self.late.append(1000 * (now - self.last) - 2)
        self.last = now

    def tell(self):
        self.tick()
        opened = time.time() - started
        late = sorted(self.late)
        print(json.dumps({
            "typed": 1000 * self.typed, "opened": 1000 * opened, "late": late[-1],
            "often": late[int(len(late) * 0.95)], "slow": len(self.slow), "modules": self.modules,
        }))
        QTimer.singleShot(0, QApplication.quit)

opening.Start = Timed
sys.exit(main(["--database", url]))
"""


def measure() -> list[dict[str, object]]:
    """Medians of warm starts: milliseconds until one can type and until the house is open, how late the
    window was meanwhile, and the number of modules that should have waited."""
    with a_house() as services, TemporaryDirectory() as home:
        services.accounts.register(
            Registration("Ada", "ada@example.org", "a long way down"), station=services.station
        )
        url = services.database.url.render_as_string(hide_password=False)
        runs = [_start(url, home=Path(home)) for _ in range(_RUNS + 1)][1:]

    def middle(name: str) -> float:
        return round(float(median(run[name] for run in runs)), 1)

    loading = "while the house loads, the window is late by at most"
    return [
        _figure("start to a sign-in window one can type into", middle("typed"), _BUDGET_MS),
        _figure(f"imported before it shows ({', '.join(_LATE)})", runs[-1]["slow"], 0, unit=""),
        _report("modules imported before it shows", runs[-1]["modules"], unit=""),
        _report("start to the house open behind it", middle("opened")),
        _figure(f"{loading}, p95", middle("often"), _BUDGET_LATE_MS),
        _figure(f"{loading}, worst", middle("late"), _BUDGET_LATE_MS),
    ]


def _start(url: str, *, home: Path) -> dict[str, Any]:
    environment = os.environ | {
        "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
        "HOUSELIGHTS_HOME": str(home),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # warm is: compiled the first time
    command = [sys.executable, "-c", _PROBE, str(time.time()), url, *_LATE]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _figure(name: str, value: float, budget: float, *, unit: str = "ms") -> dict[str, object]:
    return {"name": name, "value": value, "unit": unit, "budget": budget}


def _report(name: str, value: float, *, unit: str = "ms") -> dict[str, object]:
    return {"name": name, "value": value, "unit": unit, "budget": "report", "within": True}
