"""`./run` opens the window where there is a screen, and serves sub-commands where there is none."""

import os
import subprocess
import sys

import pytest

from tests.house import sources

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="screens are told by X11 and Wayland"),
    pytest.mark.skipif(
        not (sources.ROOT / ".venv" / ".program-installed").exists(),
        reason="started without ./test, so ./run might install first",
    ),
]


def run(*arguments, folder=sources.ROOT):
    """`./run` as on a machine with no screen."""
    plain = {
        name: os.environ[name] for name in ("PATH", "HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR")
    }
    command = ["sh", sources.ROOT / "run", *arguments]
    return subprocess.run(
        command, cwd=folder, env=plain, check=False, capture_output=True, text=True
    )


@pytest.mark.parametrize("arguments", [[], ["--demo"], ["--database", "sqlite:///x.db"]])
def test_a_window_without_a_screen_is_refused_with_the_way_to_see_it(arguments):
    refused = run(*arguments)
    assert refused.returncode == 4
    assert "QT_QPA_PLATFORM=vnc" in refused.stderr


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["sell", "--help"]])
def test_what_opens_no_window_needs_no_screen(arguments, tmp_path):
    done = run(*arguments, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout != ""
