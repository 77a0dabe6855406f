"""Words for people have gaps; a gap nobody fills is a crash in front of a customer."""

import ast
from string import Formatter

from tests.house import sources

FILLED_BY_ITSELF = {"tr": set(), "plural": {"count"}}


def gaps(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def texts(call):
    return [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]


def calls():
    for path in sources.python("ui/"):
        for name in FILLED_BY_ITSELF:
            for call in ast.walk(sources.tree(path)):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == name:
                    yield sources.name(path), name, call


def unfilled(text, name, keywords):
    given = {keyword.arg for keyword in keywords}
    if None in given or (name == "tr" and not given):  # **values; or the text is filled later
        return set()
    return gaps(text) - given - FILLED_BY_ITSELF[name]


def test_every_gap_in_a_sentence_is_filled():
    wrong = [
        f"{path}:{call.lineno}: {text}"
        for path, name, call in calls()
        for text in texts(call)
        if unfilled(text, name, call.keywords)
    ]
    assert wrong == []


def test_no_sentence_is_glued_together_by_an_f_string():
    """A translator never sees those."""
    glued = [
        f"{path}:{call.lineno}"
        for path, _, call in calls()
        if any(isinstance(argument, ast.JoinedStr) for argument in call.args)
    ]
    assert glued == []
