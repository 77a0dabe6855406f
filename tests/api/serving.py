"""`houselights serve` as its own process, on a free port."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def served(url: str) -> Iterator[tuple[subprocess.Popen, str]]:
    """The process and where it answers; ended afterwards."""
    program = "import sys; from ui.main import main; sys.exit(main())"
    command = [sys.executable, "-c", program, "--database", url, "serve", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            said = process.stdout.readline()
            assert said.startswith("serving http://"), process.stderr.read()
            yield process, said.split()[1]
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(30)
