"""Finding text by any part of it where no folded key is kept."""

from __future__ import annotations

from sqlalchemy import Boolean, and_, literal, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement

_MOST_WORDS = 8


class _Holds(FunctionElement[bool]):
    """Whether a text holds a word, whatever the case of its plain letters."""

    inherit_cache = True
    type = Boolean()


def holds(text: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """Whether a text holds a word, whatever the case of its plain letters."""
    pattern = "".join(f"\\{sign}" if sign in "%_\\" else sign for sign in word)
    found: ColumnElement[bool] = _Holds(text, literal(f"%{pattern}%"))
    return found


def holds_all(text: ColumnElement[str], words: str) -> ColumnElement[bool]:
    """Whether a text holds every one of these words, other letters than plain ones in the usual cases too."""
    typed = words.replace("\0", "").split()[:_MOST_WORDS]
    return and_(*(or_(*(holds(text, form) for form in _forms(word))) for word in typed))


def _forms(word: str) -> tuple[str, ...]:
    if word.isascii():
        return (word,)
    return tuple(dict.fromkeys((word, word.lower(), word.upper(), word.capitalize())))


@compiles(_Holds)
def _like(element: _Holds, compiler: SQLCompiler, **kw: object) -> str:
    """SQLite's LIKE takes "a" for "A" by itself and far faster than through lower()."""
    text, pattern = (compiler.process(part, **kw) for part in element.clauses)
    return f"{text} LIKE {pattern} ESCAPE '\\'"


@compiles(_Holds, "postgresql")
def _ilike(element: _Holds, compiler: SQLCompiler, **kw: object) -> str:
    text, pattern = (compiler.process(part, **kw) for part in element.clauses)
    return f"{text} ILIKE {pattern} ESCAPE '\\'"
