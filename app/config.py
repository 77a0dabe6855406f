"""Where things are on this machine, and which station it is. No secrets here."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from app.domain.errors import FileUnusable


@dataclass(frozen=True, slots=True)
class Settings:
    """`database` is a SQLAlchemy URL. `station` is the code of this workstation where one was named; without,
    it is the one whose login of a shared house this is, else `usual_station`. `terminal` names the driver
    of its card terminal: "simulator", or "" for none (cards are then taken by slip)."""

    database: str
    station: str = ""
    usual_station: str = "T1"
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


def house_database() -> str:
    """The URL of the house that this computer works for: the shared one it has joined, else its own file.
    FileUnusable when what was joined cannot be read."""
    return joined_database() or local_database()


def joined_database() -> str:
    """The URL of the shared house that this computer has joined, without a password; "" for none."""
    path = _joined()
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return str(kept["database"])
    except FileNotFoundError:
        return ""
    except OSError:
        raise FileUnusable(str(path), "refused") from None
    except (ValueError, KeyError, TypeError):
        raise FileUnusable(str(path), "corrupt") from None


def remember_joined(url: str) -> None:
    """From now on this computer works for the shared house at `url`, which names no password; "" for its
    own file again. FileUnusable."""
    path = _joined()
    part = path.with_name(path.name + ".part")
    try:
        if not url:
            path.unlink(missing_ok=True)
            return
        part.write_text(json.dumps({"database": url}) + "\n", encoding="utf-8")
        part.replace(path)
    except OSError:
        raise FileUnusable(str(path), "read_only") from None


def _joined() -> Path:
    return data_folder() / "joined-house.json"


def demo_database() -> str:
    """The URL of the demo theatre: a file of its own, never the house's."""
    return f"sqlite:///{data_folder() / 'demo-theatre.db'}"


def card_terminal() -> str:
    """The driver of this station's card terminal, see `Settings.terminal`."""
    return os.environ.get("HOUSELIGHTS_CARD_TERMINAL", "")
