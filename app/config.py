"""Where things are on this machine, and which station it is. No secrets here."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs


@dataclass(frozen=True, slots=True)
class Settings:
    """`database` is a SQLAlchemy URL; `station` the code of this workstation. `terminal` names the driver
    of its card terminal: "simulator", or "" for none (cards are then taken by slip)."""

    database: str
    station: str = "T1"
    terminal: str = ""
    log_folder: Path | None = None


def data_folder() -> Path:
    """The folder for this user's Houselights files, made when missing."""
    home = os.environ.get("HOUSELIGHTS_HOME")
    folder = (
        Path(home) if home else Path(platformdirs.user_data_dir("houselights", appauthor=False))
    )
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def local_database() -> str:
    """The URL of the house's own database file."""
    return f"sqlite:///{data_folder() / 'houselights.db'}"


def demo_database() -> str:
    """The URL of the demo theatre: a file of its own, never the house's."""
    return f"sqlite:///{data_folder() / 'demo-theatre.db'}"


def card_terminal() -> str:
    """The driver of this station's card terminal, see `Settings.terminal`."""
    return os.environ.get("HOUSELIGHTS_CARD_TERMINAL", "")
