"""The built site on 127.0.0.1 as a web host serves it, for tests and measurements."""

from __future__ import annotations

import gzip
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMPRESSED = {".html", ".css", ".js", ".json", ".svg", ".csv", ".xml", ".bib", ".md", ".txt"}


@cache
def content(path: Path) -> bytes:
    """A file as it is sent: text compressed by gzip, all else as it is."""
    plain = path.read_bytes()
    return gzip.compress(plain, compresslevel=9, mtime=0) if path.suffix in COMPRESSED else plain


def weight(path: Path) -> int:
    """Bytes of a file as sent, headers not counted."""
    return len(content(path))


class Handler(SimpleHTTPRequestHandler):
    """Sends text compressed to those who take it so, and is quiet."""

    protocol_version = "HTTP/1.1"  # a connection serves more than one request

    def send_head(self):
        path = Path(self.translate_path(self.path))
        if path.is_dir() and self.path.endswith("/"):
            path = path / "index.html"
        asked = "gzip" in self.headers.get("Accept-Encoding", "")
        if not (asked and path.suffix in COMPRESSED and path.is_file()):
            return super().send_head()
        self.send_response(200)
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
def hosted(site: Path) -> Iterator[str]:
    """Serve a folder while the block runs; gives the address, without a slash at its end."""
    handler = partial(Handler, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.block_on_close = False  # a browser may still hold a connection
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
