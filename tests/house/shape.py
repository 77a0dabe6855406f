"""How large files and functions are, for the report at the end of a run and for the limits."""

from tests.house import sources

LONGEST_FILE = 600
LONGEST_FUNCTION = 60
_CODE = ("app/", "ui/", "resources/", "migrations/", "tests/")


def file_lengths() -> list[tuple[int, str]]:
    """Lines of every Python file, longest first."""
    return sorted(
        (
            (len(path.read_text(encoding="utf-8").splitlines()), sources.name(path))
            for path in sources.python(*_CODE)
        ),
        reverse=True,
    )


def function_lengths() -> list[tuple[int, str]]:
    """Lines of every function, longest first; a revision lists tables and need not be split."""
    return sorted(
        (
            (function.end_lineno - function.lineno + 1, f"{sources.name(path)}: {function.name}")
            for path in sources.python(*_CODE)
            if "migrations/versions" not in sources.name(path)
            for function in sources.functions(sources.tree(path))
        ),
        reverse=True,
    )


def report() -> list[str]:
    """The ten largest of both, one line each."""
    return [
        f"{lines:5} lines  {name}"
        for lengths in (file_lengths(), function_lengths())
        for lines, name in lengths[:10]
    ]
