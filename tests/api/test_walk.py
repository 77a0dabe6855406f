"""The walk of docs/http.md, command by command, against the real process."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.domain.users import Role
from tests.api.serving import served
from tests.builders import plan, theatre
from tests.services.stage import member

DOCUMENT = Path(__file__).parents[2] / "docs" / "http.md"
COMMAND = re.compile(r"^(curl .+?) # (\d{3})((?: [A-Z]+=[\w.]+)*)$")


def commands() -> list[tuple[str, str, dict[str, str]]]:
    """Each command, the status it is to have, and what is kept of its answer."""
    blocks = re.findall(r"^```sh\n(.*?)^```", DOCUMENT.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("curl")]
    found = [COMMAND.match(line) for line in lines]
    assert all(found), lines[found.index(None)]
    return [(m[1], m[2], dict(kept.split("=") for kept in m[3].split())) for m in found]


@pytest.mark.skipif(shutil.which("curl") is None, reason="NO curl: docs/http.md IS NOT PROVEN")
def test_the_walk_does_what_it_says(tmp_path):
    url = f"sqlite:///{tmp_path / 'house.db'}"
    house = theatre(url, house=plan(standing=20))
    member(house, Role.MANAGER)
    house.services.close()
    with served(url) as (_, at):
        names = {"AT": at, "JSON": "Content-Type: application/json"}
        walked = []
        for command, expected, kept in commands():
            status, method, path, body = _run(command, names)
            assert status == expected, f"{command}\n{status} {body}"
            walked.append((method, path))
            names |= {name: _part(json.loads(body), place) for name, place in kept.items()}
        description = json.loads(_run("curl $AT/openapi.json", names)[3])
    assert names["SAME"] == names["TICKET"]
    missing = [
        f"{method.upper()} {path}"
        for path, operations in description["paths"].items()
        for method in operations
        if not any(_is(method, path, one) for one in walked)
    ]
    assert not missing, f"not in the walk: {missing}"


def _run(command: str, names: dict[str, str]) -> tuple[str, str, str, str]:
    """Status, method, path and body."""
    told = command.replace("curl", r"curl -sS -w '\n%{method} %{url_effective} %{http_code}'", 1)
    done = subprocess.run(
        ["/bin/sh", "-c", told],
        env=os.environ | names,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    body, _, end = done.stdout.rpartition("\n")
    method, where, status = end.split()
    return status, method, where.removeprefix(names["AT"]).partition("?")[0], body


def _part(answer, place: str) -> str:
    for step in place.split("."):
        answer = answer[int(step)] if step.isdigit() else answer[step]
    return str(answer)


def _is(method: str, path: str, walked: tuple[str, str]) -> bool:
    """Whether that request went to this endpoint."""
    pattern = re.sub(r"\{\w+\}", r"[0-9a-f-]{36}", path)
    return walked[0] == method.upper() and re.fullmatch(pattern, walked[1]) is not None
