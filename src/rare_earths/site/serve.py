"""``make serve``: the site on 127.0.0.1, built anew whenever a source changes."""

from __future__ import annotations

import argparse
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from watchfiles import DefaultFilter, watch

from rare_earths.site.build import SITE

WATCHED = ("book", "data", "src", "index.md", "_config.yml", "_toc.yml")


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files, uncached, and reports only what was not found."""

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_request(self, code="-", size="-") -> None:
        if str(code).startswith(("4", "5")):
            super().log_request(code, size)


def build(root: Path) -> None:
    """Build in a process of its own, so that changed code of the package is used."""
    subprocess.run([sys.executable, "-m", "rare_earths.site.build"], cwd=root, check=False)


def serve(root: Path, port: int) -> None:
    """Build, serve, and rebuild on change until interrupted."""
    build(root)
    (root / SITE).mkdir(parents=True, exist_ok=True)
    handler = partial(QuietHandler, directory=str(root / SITE))
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"Serving http://127.0.0.1:{server.server_port}/ (stop with Ctrl+C)", flush=True)
    paths = [root / name for name in WATCHED if (root / name).exists()]
    for changes in watch(*paths, watch_filter=DefaultFilter(), raise_interrupt=False):
        names = sorted({str(Path(path).relative_to(root)) for _, path in changes})
        print(f"changed: {', '.join(names[:5])}", flush=True)
        build(root)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    serve(Path.cwd(), parser.parse_args().port)
