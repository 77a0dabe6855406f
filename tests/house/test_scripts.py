"""`./run` opens the window where there is a screen, and serves sub-commands where there is none."""

import argparse
import os
import re
import subprocess
import sys

import pytest

from tests.house import sources
from ui import main

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="screens are told by X11 and Wayland")
installed = pytest.mark.skipif(
    not (sources.ROOT / ".venv" / ".program-installed").exists(),
    reason="started without ./test, so ./run might install first",
)


def run(*arguments, folder=sources.ROOT):
    """`./run` as on a machine with no screen."""
    plain = {
        name: os.environ[name] for name in ("PATH", "HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR")
    }
    command = ["sh", sources.ROOT / "run", *arguments]
    return subprocess.run(
        command, cwd=folder, env=plain, check=False, capture_output=True, text=True
    )


@on_linux
@installed
@pytest.mark.parametrize("arguments", [[], ["--demo"], ["--database", "sqlite:///x.db"]])
def test_a_window_without_a_screen_is_refused_with_the_way_to_see_it(arguments):
    refused = run(*arguments)
    assert refused.returncode == 4
    assert "QT_QPA_PLATFORM=vnc" in refused.stderr


@on_linux
@installed
@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["sell", "--help"]])
def test_what_opens_no_window_needs_no_screen(arguments, tmp_path):
    done = run(*arguments, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout != ""


def test_the_script_knows_which_options_take_a_value():
    """Or it would take the value for a sub-command, and open a window where there is no screen."""
    with_value = {
        option
        for action in main._parser()._actions
        if action.nargs is None and not isinstance(action, argparse._SubParsersAction)
        for option in action.option_strings
    }
    known = re.search(
        r"^ +(--\S+)\) .*shift 2 ;;", (sources.ROOT / "run").read_text(), re.MULTILINE
    )
    assert set(known[1].split("|")) == with_value
