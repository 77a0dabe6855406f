"""From the command to a usable window, in fresh processes; and what was imported on the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

_RUNS = 7
_BUDGET_MS = 350
_LATE = ("matplotlib", "alembic", "keyring")
_PROBE = """
import time; start = time.perf_counter()
import json, sys
from app.bootstrap import build
from app.config import Settings
from ui.application import Houselights, make_application
from ui.tasks import ThreadTasks
application = make_application("light")
services = build(Settings(sys.argv[1]))
tasks = ThreadTasks()
house = Houselights(services, tasks=tasks)
house.show_login()
application.processEvents()
done = time.perf_counter() - start
late = [name for name in sys.argv[2:] if name in sys.modules]
print(json.dumps([done * 1000, late, len(sys.modules)]))
house.login.close()
tasks.close()
services.close()
"""


def measure() -> list[dict[str, object]]:
    """Milliseconds until the sign-in window is painted, the median of warm starts, and the number of
    modules that should have waited."""
    environment = os.environ | {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'start.db'}"
        command = [sys.executable, "-c", _PROBE, url, *_LATE]
        runs = []
        for _ in range(_RUNS + 1):
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, check=True
            )
            runs.append(json.loads(done.stdout.splitlines()[-1]))
    warm = runs[1:]
    return [
        {
            "name": "start to sign-in window, warm",
            "value": round(median(run[0] for run in warm)),
            "unit": "ms",
            "budget": _BUDGET_MS,
        },
        {
            "name": f"imported before it shows ({', '.join(_LATE)})",
            "value": len(warm[-1][1]),
            "unit": "",
            "budget": 0,
        },
        {
            "name": "modules imported before it shows",
            "value": warm[-1][2],
            "unit": "",
            "budget": "report",
            "within": True,
        },
    ]
