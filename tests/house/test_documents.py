"""README is the map of the house: what it names exists, and what exists is named."""

import argparse
import re
from pathlib import Path

import pytest

from app.domain.users import Operator, Role
from app.persistence import schema
from ui import main
from ui.application import screens_for

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "DECISIONS.md", "CHANGELOG.md")


def commands():
    (found,) = (
        action
        for action in main._parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    return set(found.choices)


def test_every_command_is_in_the_table():
    shown = set(re.findall(r"`(?:houselights )?([a-z]+)[ `]", README))
    assert commands() <= shown


def test_every_table_of_the_database_is_named():
    tables = {table.name for table in schema.metadata.sorted_tables}
    assert {
        name for name in tables if f"`{name}`" not in README and f"{name}." not in README
    } == set()


def test_every_screen_is_named_with_its_title():
    somebody = [Operator("u-1", "Carla", role, "s-1", "T1") for role in Role]
    screens = {screen.id: screen for each in somebody for screen in screens_for(each)}
    missing = [
        f"{screen.id} {screen.title}"
        for screen in screens.values()
        if f"`{screen.id}`" not in README or screen.title not in README
    ]
    assert missing == []


def test_every_folder_of_the_code_is_on_the_map():
    packages = [file.parent for top in ("app", "ui") for file in (ROOT / top).glob("*/__init__.py")]
    assert {
        str(folder.relative_to(ROOT)) for folder in packages if f"{folder.name}/" not in README
    } == set()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_a_document_names_exists(document):
    text = (ROOT / document).read_text()
    linked = re.findall(r"\]\(([^)#:]+)\)", text)
    paths = re.findall(
        r"`((?:app|ui|tests|resources|migrations|docs|\.ci)/[\w./-]*[\w/])(?: [^`]*)?`", text
    )
    named = {name for name in {*linked, *paths} if "DATE" not in name}  # stands for a day
    assert {name for name in named if not (ROOT / name).exists()} == set()


def test_every_file_that_readme_names_alone_exists_somewhere():
    there = {file.name for top in ("app", "ui") for file in (ROOT / top).rglob("*.py")}
    assert set(re.findall(r"`([a-z_]+\.py)`", README)) <= there
