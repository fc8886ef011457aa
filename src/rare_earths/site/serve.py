"""``make serve``: the site on 127.0.0.1, built anew whenever a source changes.

An edited page shows at once (:mod:`rare_earths.site.preview`), and as part of the whole book when
the build that follows has ended.  Open pages load themselves again each time; when something
fails, they show what the terminal shows: the cause, with file and line.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from watchfiles import DefaultFilter, watch

from rare_earths.site.build import SITE
from rare_earths.site.preview import PAGES, StandBy

BOOK = "rare_earths.site.build"
FOLLOWING = ("rare_earths.site.teach", "rare_earths.site.translation")  # stand on the built book
WATCHED = ("book", "teach", "data", "locale", "src", "*.md", "_config.yml", "_toc.yml")
BACKGROUND = 10  # as `nice` counts: a page to be shown at once goes before the whole book
EVENTS, SCRIPT = "/-/builds", "/-/preview.js"
_SCRIPT_FILE = Path(__file__).with_name("preview.js")
_NO_SITE = "<!doctype html><html><head></head><body><p>There is no site yet.</p></body></html>"


class Builds:
    """How many builds and previews have ended, and what the last one said if it failed."""

    def __init__(self):
        self.number, self.error = 0, ""
        self._ended = threading.Condition()

    def end(self, error: str) -> None:
        with self._ended:
            self.number, self.error = self.number + 1, error
            self._ended.notify_all()

    def after(self, number: int) -> dict:
        """The state when more than `number` builds have ended, or in a while."""
        with self._ended:
            self._ended.wait_for(lambda: self.number > number, timeout=15)
            return {"build": self.number, "error": self.error}


class Preview(SimpleHTTPRequestHandler):
    """Serves files, uncached, each page with our script; reports only what was not found."""

    def __init__(self, *arguments, builds: Builds, newer: Path, **keywords):
        self.builds, self.newer = builds, newer
        super().__init__(*arguments, **keywords)

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == EVENTS:
            self._tell()
        elif path == SCRIPT:
            self._send("text/javascript", _SCRIPT_FILE.read_bytes())
        elif (page := self._page()) is not None:
            script = f'<script defer src="{SCRIPT}" data-build="{self.builds.number}"></script>'
            self._send("text/html", page.replace("</head>", f"{script}</head>", 1).encode())
        else:
            super().do_GET()

    def _page(self) -> str | None:
        if not Path(self.directory, "index.html").is_file():
            return _NO_SITE
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        newer = self.newer / path.relative_to(self.directory)
        path = newer if newer.is_file() else path
        known = path.suffix == ".html" and path.is_file()
        return path.read_text(encoding="utf-8") if known else None

    def _tell(self) -> None:
        """The builds as they end, as server-sent events, until the page is left."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        number = -1
        try:
            while True:
                state = self.builds.after(number)
                number = state["build"]
                self.wfile.write(f"data: {json.dumps(state)}\n\n".encode())
        except OSError:  # the page was left
            pass

    def _send(self, kind: str, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_request(self, code="-", size="-") -> None:
        if str(code).startswith(("4", "5")):
            super().log_request(code, size)


class Workshop:
    """Shows an edited page at once, and builds the book in the background."""

    def __init__(self, root: Path, builds: Builds):
        self.root, self.builds = root, builds
        self._wanted = threading.Event()  # another build
        self._turn = threading.Lock()  # between a page shown at once, and the whole book
        self._aside: StandBy | None = None
        self._step: subprocess.Popen | None = None
        self._following = False  # the step is one that can be ended for the sake of a new build

    def begin(self) -> None:
        """Build once, and from then on whenever it is wanted."""
        self._build()
        threading.Thread(target=self._go_on, daemon=True).start()

    def changed(self, names: list[str]) -> None:
        """Files have changed: show at once those that are pages, and want a build."""
        with self._turn:
            for docname in [name[:-3] for name in names if name.endswith(".md")]:
                wrong = self._aside.show(docname) if self._aside else None
                if wrong is not None:
                    print(wrong or f"{docname} is shown; the book follows", flush=True)
                    self.builds.end(wrong)
            self._wanted.set()
            if self._following:
                self._step.terminate()

    def end(self) -> None:
        if self._step:
            self._step.terminate()  # nothing to it after its end
            self._step.wait()
        if self._aside:
            self._aside.end()

    def _go_on(self) -> None:
        self._stand_by()
        self._follow()
        while self._wanted.wait():
            self._wanted.clear()
            if self._build():
                self._stand_by()
                self._follow()

    def _build(self) -> bool:
        error = self._run(BOOK)
        with self._turn:
            if not error and not self._wanted.is_set():
                shutil.rmtree(self.root / PAGES, ignore_errors=True)  # the site has it all
            self.builds.end(error)
        return not error

    def _follow(self) -> None:
        """Make what stands on the built book, unless the book itself is wanted anew."""
        self._following, error = True, ""
        for module in FOLLOWING:
            if not error and not self._wanted.is_set():
                error = self._run(module)
        self._following = False
        if error and not self._wanted.is_set():
            self.builds.end(error)

    def _run(self, module: str) -> str:
        """Run a step in a process of its own, so that it uses changed code; why it failed."""
        self._step = process = subprocess.Popen(
            [sys.executable, "-u", "-m", module], cwd=self.root,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
        )  # fmt: skip
        os.setpriority(os.PRIO_PROCESS, process.pid, BACKGROUND)
        said = []
        for line in process.stdout:
            print(line, end="", flush=True)
            said.append(line)
        return "".join(said) if process.wait() else ""

    def _stand_by(self) -> None:
        """Put a Jupyter Book that knows the last build in the place of the one before."""
        fresh = StandBy(self.root)
        if fresh.is_ready():
            with self._turn:
                if self._aside:
                    self._aside.end()
                self._aside = fresh


def serve(root: Path, port: int) -> None:
    """Build, serve, and rebuild on change until interrupted."""
    builds = Builds()
    workshop = Workshop(root, builds)
    try:
        workshop.begin()
        (root / SITE).mkdir(parents=True, exist_ok=True)
        handler = partial(Preview, directory=str(root / SITE), newer=root / PAGES, builds=builds)
        server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(f"Serving http://127.0.0.1:{server.server_port}/ (stop with Ctrl+C)", flush=True)
        paths = [path for name in WATCHED for path in root.glob(name)]
        for changes in watch(*paths, watch_filter=DefaultFilter(), raise_interrupt=False):
            names = sorted({Path(path).relative_to(root).as_posix() for _, path in changes})
            print(f"changed: {', '.join(names[:5])}", flush=True)
            workshop.changed(names)
    finally:
        workshop.end()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    serve(Path.cwd(), parser.parse_args().port)
