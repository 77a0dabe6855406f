"""The project works wherever it is put: no file knows a machine's folders or a package registry."""

import re

from tests.house import sources

_FOLDERS = re.compile(r"(?<![\w.])/(home|root|Users|work|opt|var/tmp)/\w")
_WINDOWS = re.compile(r"\b[A-Z]:\\(Users|Documents)", re.IGNORECASE)
_REGISTRIES = re.compile(
    r"\b(pypi|pythonhosted|npmjs|debian|ubuntu|fedoraproject|archlinux|opensuse)\.(org|com)\b"
    r"|(index[-_]url|find[-_]links|trusted[-_]host)\s*[= ]\s*[\"']?\w+[:.]\w",
    re.IGNORECASE,
)


def test_no_file_names_a_folder_of_somebodys_machine():
    assert _lines_with(_FOLDERS) + _lines_with(_WINDOWS) == []


def test_no_file_names_a_package_registry():
    assert _lines_with(_REGISTRIES) == []


def _lines_with(pattern):
    return [
        f"{sources.name(path)}:{number}: {line.strip()[:80]}"
        for path in sources.files()
        for number, line in enumerate(_text(path).splitlines(), start=1)
        if pattern.search(line)
    ]


def _text(path):
    content = path.read_bytes()
    return "" if b"\0" in content else content.decode("utf-8", errors="ignore")
