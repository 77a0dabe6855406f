"""The lock files hold what pyproject.toml asks for, by hash and without saying from where."""

import re
import tomllib
from collections import defaultdict

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.house import sources

_PIN = re.compile(
    r"^(?P<name>[a-z0-9][\w.-]*)==(?P<version>[^ ;\\]+)(?: ; (?P<marker>[^\\]+))?", re.MULTILINE
)
_LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock")


def lock(file):
    """Name -> locked versions; several if a version served only some Pythons."""
    pins = defaultdict(set)
    for pin in _PIN.finditer((sources.ROOT / file).read_text(encoding="utf-8")):
        pins[pin["name"]].add(Version(pin["version"]))
    return pins


def asked(*where):
    """The requirements in a list of pyproject.toml."""
    found = tomllib.loads((sources.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for key in where:
        found = found[key]
    return [Requirement(text) for text in found]


@pytest.mark.parametrize(
    ("file", "where"),
    [
        ("requirements.lock", ("project", "dependencies")),
        ("requirements-dev.lock", ("project", "dependencies")),
        ("requirements-dev.lock", ("dependency-groups", "dev")),
        ("requirements-build.lock", ("dependency-groups", "build")),
        ("requirements-build.lock", ("build-system", "requires")),
    ],
)
def test_everything_asked_for_is_locked_inside_its_range(file, where):
    pins = lock(file)
    outside = [
        str(requirement)
        for requirement in asked(*where)
        if not pins[canonicalize_name(requirement.name)]
        or not all(v in requirement.specifier for v in pins[canonicalize_name(requirement.name)])
    ]
    assert outside == [], "run .ci/lock"


@pytest.mark.parametrize("file", _LOCKS)
def test_every_python_gets_the_same_versions(file):
    """What is checked on one is what is run on another (numpy 2.4 and 2.5 differ in their types)."""
    assert {name: versions for name, versions in lock(file).items() if len(versions) > 1} == {}


def test_tests_run_with_the_versions_that_people_run():
    program, tests = lock("requirements.lock"), lock("requirements-dev.lock")
    assert {name: tests[name] for name in program} == dict(program)


@pytest.mark.parametrize("file", _LOCKS)
def test_every_pin_has_hashes_and_no_address(file):
    text = (sources.ROOT / file).read_text(encoding="utf-8")
    pins = [part for part in re.split(r"\n(?=[a-z0-9])", text) if _PIN.match(part)]
    assert len(pins) == sum(len(versions) for versions in lock(file).values())
    assert [p.split()[0] for p in pins if "--hash=sha256:" not in p] == []
    assert "://" not in text
