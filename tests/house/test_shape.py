"""Files and functions stay small enough to read, and say what they are for."""

import ast

from tests.house import shape, sources

_NAMES_THAT_SAY_NOTHING = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "manager",
    "handler",
    "misc",
}


def test_no_file_is_longer_than_600_lines():
    assert [f for f in shape.file_lengths() if f[0] > shape.LONGEST_FILE] == []


def test_no_function_is_longer_than_60_lines():
    assert [f for f in shape.function_lengths() if f[0] > shape.LONGEST_FUNCTION] == []


def test_the_window_is_only_a_frame():
    window = sources.ROOT / "ui/shell/window.py"
    lines = window.read_text(encoding="utf-8").splitlines() if window.exists() else []
    assert len(lines) <= 150


def test_every_module_says_why_it_exists():
    silent = [p for p in sources.python() if not ast.get_docstring(sources.tree(p))]
    assert [sources.name(p) for p in silent] == []


def test_no_module_is_named_for_nothing_in_particular():
    parts = {
        part.removesuffix(".py")
        for p in sources.python()
        for part in p.relative_to(sources.ROOT).parts
    }
    assert parts & _NAMES_THAT_SAY_NOTHING == set()


def test_packages_do_not_pass_names_on():
    """One name, one place to find it: that is how import knots are kept from forming."""
    passing = [
        sources.name(path)
        for path in sources.python("app/", "ui/")
        if path.name == "__init__.py"
        for node in ast.walk(sources.tree(path))
        if isinstance(node, ast.ImportFrom) and _is_passed_on(path, node)
    ]
    assert passing == []


def _is_passed_on(path, node):
    """Imported into an `__init__` and not used there; `SCREEN` is made of what it imports."""
    used = {n.id for n in ast.walk(sources.tree(path)) if isinstance(n, ast.Name)}
    return node.module != "__future__" and any((a.asname or a.name) not in used for a in node.names)
