"""The built site on 127.0.0.1 as a web host serves it, for tests and measurements."""

from __future__ import annotations

import gzip
import io
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

COMPRESSED = {".html", ".css", ".js", ".json", ".svg", ".csv", ".xml", ".bib", ".md", ".txt"}
CANONICAL = re.compile(r'<link rel="canonical" href="([^"]+)"')


@cache
def content(path: Path) -> bytes:
    """A file as it is sent: text compressed by gzip, all else as it is."""
    plain = path.read_bytes()
    return gzip.compress(plain, compresslevel=9, mtime=0) if path.suffix in COMPRESSED else plain


def weight(path: Path) -> int:
    """Bytes of a file as sent, headers not counted."""
    return len(content(path))


def published_path(site: Path) -> str:
    """Where on its host a built book is to stand, such as "/book"; its front page names it."""
    named = CANONICAL.search((site / "index.html").read_text("utf-8"))
    return urlsplit(named[1]).path.removesuffix("/index.html").rstrip("/") if named else ""


class Handler(SimpleHTTPRequestHandler):
    """Sends text compressed to those who take it so, 404.html to the lost, and is quiet."""

    protocol_version = "HTTP/1.1"  # a connection serves more than one request

    def __init__(self, *args, at: str, **more):
        self.at = at  # first: the answer is given while the handler is made
        super().__init__(*args, **more)

    def translate_path(self, path: str) -> str:
        inside = path.startswith(f"{self.at}/")
        return super().translate_path(path.removeprefix(self.at) if inside else "/not-here")

    def send_head(self):
        path, status = Path(self.translate_path(self.path)), 200
        if path.is_dir() and self.path.endswith("/"):
            path = path / "index.html"
        if not path.exists():
            path, status = Path(self.directory) / "404.html", 404
        asked = "gzip" in self.headers.get("Accept-Encoding", "")
        if not (asked and path.suffix in COMPRESSED and path.is_file()):
            return super().send_head()
        self.send_response(status)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(weight(path)))
        self.end_headers()
        return io.BytesIO(content(path))

    def copyfile(self, source, outputfile) -> None:
        with suppress(ConnectionError):  # a visit may be cut short
            super().copyfile(source, outputfile)

    def log_message(self, *_) -> None:
        pass


@contextmanager
def hosted(site: Path, at: str = "") -> Iterator[str]:
    """Serve a folder at a path of a host while the block runs.

    Yields
    ------
    str
        The address of the folder, without a slash at its end.
    """
    handler = partial(Handler, at=at, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.block_on_close = False  # a browser may still hold a connection
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{at}"
        server.shutdown()
