"""PNG files of drawings, made in a process of its own: one core draws while another goes on.

The process ends with its standard input, so a build that is killed leaves none behind.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue

from rare_earths.site.files import write_whole
from rare_earths.site.png import smaller


class Pixels:
    """The process; what it cannot draw is left out, and who wants it draws it and sees why."""

    def __init__(self):
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self._jobs: SimpleQueue[str | None] = SimpleQueue()
        # a pipe holds little: a thread waits for room in it
        self._feeder = threading.Thread(target=self._feed, daemon=True)
        self._feeder.start()

    def begin(self, path: Path, svg: str, scale: int = 1) -> None:
        """Have a stand-alone drawing written to `path` as PNG, `scale` pixels for one of its own."""
        self._jobs.put(json.dumps([str(path), svg, scale]))

    def close(self) -> None:
        """No more will begin: the process ends when it has drawn all that has."""
        self._jobs.put(None)

    def wait(self) -> None:
        """Wait for that end."""
        self._feeder.join()
        self._process.wait()

    def _feed(self) -> None:
        with suppress(OSError), self._process.stdin as pipe:  # it may have died
            for job in iter(self._jobs.get, None):
                print(job, file=pipe, flush=True)


def draw(svg: str, scale: int) -> bytes:
    """A stand-alone drawing as a small PNG."""
    import vl_convert

    return smaller(vl_convert.svg_to_png(svg, scale=scale))


def main() -> None:
    for line in sys.stdin:
        path, svg, scale = json.loads(line)
        with suppress(ValueError, OSError):
            write_whole(Path(path), draw(svg, scale))


if __name__ == "__main__":
    main()
