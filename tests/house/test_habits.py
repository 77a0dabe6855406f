"""Habits that keep transactions, signals and failures where one can find them."""

import ast

from tests.house import sources

_LAST_RESORTS = {
    "app/services/bus.py",
    "app/persistence/unit_of_work.py",
    "ui/tasks.py",
    "ui/shell/crash.py",
}
# run once; what they connect lives as long as the program
_STARTS_THE_PROGRAM = {"ui/application.py", "ui/opening.py"}
# writes that nobody can be asked about, and why
_NOBODY_IS_SIGNED_IN = {
    "UserService.log_in",  # whoever comes in is not in yet
    "AccountService.register",  # a customer who was nobody until now
    "AccountService.use_code",  # the code says who
    "SessionService.resume",  # the token says who
    "InteractionService.write",  # each line says by whom
    "SettingsService.open_house",  # an empty house has nobody to ask
    "UserService.station",  # a station enrols itself when it first starts
    "UserService.command_line",  # makes the operator that unattended commands act as
}


def test_only_the_unit_of_work_commits():
    committing = {
        sources.name(path)
        for path in sources.python("app/", "ui/")
        if sources.calls(sources.tree(path), "commit") and "/bench/" not in sources.name(path)
    }
    assert committing <= {"app/persistence/unit_of_work.py"}


def test_signals_are_connected_once_when_an_object_is_made():
    """A connection made later is made twice one day."""
    elsewhere = [
        f"{sources.name(path)}:{call.lineno}"
        for path in sources.python("ui/")
        if sources.name(path) not in _STARTS_THE_PROGRAM
        for call in _connections_outside_making(sources.tree(path))
    ]
    assert elsewhere == []


def _connections_outside_making(tree):
    """Those outside `__init__`, outside what only it calls, and not to a part made right there."""
    owners = [n for n in ast.walk(tree) if isinstance(n, ast.ClassDef)]
    making = {
        id(call)
        for owner in owners
        for method in _part_of_making(owner)
        for call in sources.calls(method, "connect")
    }
    making |= {id(call) for f in sources.functions(tree) for call in _to_new_parts(f)}
    return [call for call in sources.calls(tree, "connect") if id(call) not in making]


def _to_new_parts(function):
    """`part.signal.connect(...)` in the function that says `part = Part(...)`."""
    made = {
        target.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for call in sources.calls(function, "connect"):
        signal = call.func.value
        part = signal.value if isinstance(signal, ast.Attribute) else None
        if isinstance(part, ast.Name) and part.id in made:
            yield call


def _part_of_making(owner):
    """`__init__`, the private methods that nothing else names, and `_wire…` for later parts."""
    methods = {m.name: m for m in owner.body if isinstance(m, sources.Function)}
    making = {name for name in methods if name == "__init__" or name.startswith("_wire")}
    while True:
        callers = {
            name: {other for other, body in methods.items() if _names(body, name)}
            for name in methods
            if name.startswith("_")
        }
        found = {name for name, by in callers.items() if by and by <= making} | making
        if found == making:
            return [methods[name] for name in making]
        making = found


def _names(node, attribute):
    return any(isinstance(n, ast.Attribute) and n.attr == attribute for n in ast.walk(node))


def test_only_tasks_start_threads():
    """Everything else would have to be right about locks, order and shutting down as well."""
    starters = {"Thread", "Timer", "ThreadPoolExecutor", "QThread", "QThreadPool", "QRunnable"}
    starting = {
        sources.name(path)
        for path in sources.python("app/", "ui/")
        if "/bench/" not in sources.name(path)
        for node in ast.walk(sources.tree(path))
        if (isinstance(node, ast.ImportFrom) and starters & {alias.name for alias in node.names})
        or (isinstance(node, ast.Attribute) and node.attr in starters)
    }
    assert starting <= {"ui/tasks.py"}


def test_slots_are_not_lambdas():
    """Qt disconnects a bound method when its object dies; a lambda it calls for ever."""
    lambdas = [
        f"{sources.name(path)}:{call.lineno}"
        for path in sources.python("ui/")
        if sources.name(path) not in _STARTS_THE_PROGRAM
        for call in sources.calls(sources.tree(path), "connect")
        if any(isinstance(argument, ast.Lambda) for argument in call.args)
    ]
    assert lambdas == []


def test_only_last_resorts_catch_everything():
    catching = {
        sources.name(path)
        for path in sources.python("app/", "ui/", "resources/", "migrations/")
        for node in ast.walk(sources.tree(path))
        if isinstance(node, ast.ExceptHandler) and _catches_everything(node)
    }
    assert catching <= _LAST_RESORTS


def _catches_everything(handler):
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(k is None or ast.unparse(k) in {"Exception", "BaseException"} for k in kinds)


def test_whoever_changes_something_says_by_whom():
    """A service method that writes takes `by`, keyword-only: permission and audit need it."""
    anonymous = {
        f"{service.name}.{method.name}"
        for path in sources.python("app/services/")
        for service in sources.tree(path).body
        if isinstance(service, ast.ClassDef) and service.name.endswith("Service")
        for method in _public_methods_that_write(service)
        if "by" not in {argument.arg for argument in method.args.kwonlyargs}
    }
    assert anonymous <= _NOBODY_IS_SIGNED_IN


def _public_methods_that_write(service):
    """Those that call `.write(` themselves or through private methods of the same class."""
    methods = {m.name: m for m in service.body if isinstance(m, sources.Function)}
    writing = {name for name, method in methods.items() if sources.calls(method, "write")}
    while True:
        through = {
            name
            for name, method in methods.items()
            if any(sources.calls(method, inner) for inner in writing if inner.startswith("_"))
        }
        if through <= writing:
            break
        writing |= through
    return [methods[name] for name in writing if not name.startswith("_")]


def test_revisions_stand_alone():
    """A revision must do next year what it did when it was written."""
    foreign = {
        f"{sources.name(path)}: {module}"
        for path in sources.python("migrations/versions/")
        for module in sources.imports(sources.tree(path))
        if module.split(".")[0] in {"app", "ui", "resources", "tests"}
    }
    assert foreign == set()
