"""The project's own files as the house tests see them: text, and syntax trees."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files() -> tuple[Path, ...]:
    """Every file that is ours, below ROOT; what tools leave behind starts with a dot."""
    return tuple(sorted(_walk(ROOT)))


def _walk(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        generated = (
            entry.name in {"__pycache__", "build", "dist", "uv.lock"} or entry.suffix == ".egg-info"
        )
        hidden = entry.name.startswith(".") and entry.name not in {".ci", ".gitignore"}
        if generated or hidden:
            continue
        if entry.is_dir():
            yield from _walk(entry)
        else:
            yield entry


def python(*folders: str) -> list[Path]:
    """The Python files in these folders of the project; all of them without."""
    return [
        path
        for path in files()
        if path.suffix == ".py" and (not folders or name(path).startswith(folders))
    ]


def name(path: Path) -> str:
    """How a message names a file: `app/domain/values.py`."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(node: ast.AST) -> Iterator[Function]:
    """Every function and method below a node, nested ones too."""
    return (n for n in ast.walk(node) if isinstance(n, Function))


def calls(node: ast.AST, method: str) -> list[ast.Call]:
    """The calls of `anything.method(...)` below a node."""
    return [
        n
        for n in ast.walk(node)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute) and n.func.attr == method
    ]


def imports(node: ast.AST) -> set[str]:
    """The dotted names of all modules imported below a node."""
    found = set()
    for n in ast.walk(node):
        if isinstance(n, ast.Import):
            found |= {alias.name for alias in n.names}
        elif isinstance(n, ast.ImportFrom):
            found.add(n.module or ".")
    return found
