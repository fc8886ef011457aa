"""Promise: an official schema arrives whole or not at all, and no network is no error."""

import http.server
import threading
from functools import partial

import official_schemas
import pytest


class Host(http.server.SimpleHTTPRequestHandler):
    """Gives the files of a folder, and breaks off within those named ``cut``."""

    def do_GET(self):
        self.server.asked.append(self.path.rpartition("/")[2])
        super().do_GET()

    def copyfile(self, source, outputfile):
        outputfile.write(source.read(4 if self.path.endswith("cut.xsd") else -1))

    def log_message(self, *_):
        pass


@pytest.fixture
def host(tmp_path):
    folder = tmp_path / "host"
    folder.mkdir()
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Host, directory=str(folder))
    ) as server:
        server.folder, server.asked = folder, []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def want(host, tmp_path, monkeypatch):
    """Makes these files the wanted ones; gives the folder they go to."""
    listed = tmp_path / "official.csv"
    monkeypatch.setattr(official_schemas, "LIST", listed)
    monkeypatch.setattr(official_schemas, "FOLDER", tmp_path / "here")
    monkeypatch.setattr(official_schemas, "HOST", f"http://127.0.0.1:{host.server_port}")

    def put(*names):
        rows = ["file,repository,commit,path", *(f"cc/{name},o/r,c,{name}" for name in names)]
        listed.write_text("\n".join(rows), encoding="utf-8")
        at = host.folder / "o" / "r" / "c"
        at.mkdir(parents=True, exist_ok=True)
        for name in names:
            (at / name).write_text(f"<schema>{name}</schema>", encoding="utf-8")
        return tmp_path / "here" / "cc"

    return put


def test_what_is_missing_is_brought_once(host, want, capsys):
    here = want("one.xsd", "two.xsd")
    official_schemas.main()
    assert {path.name: path.read_text() for path in here.iterdir()} == {
        "one.xsd": "<schema>one.xsd</schema>",
        "two.xsd": "<schema>two.xsd</schema>",
    }
    assert not official_schemas.missing()
    official_schemas.main()
    assert host.asked == ["one.xsd", "two.xsd"]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("lost", ["cut.xsd", "gone.xsd"])
def test_what_does_not_arrive_is_named_and_leaves_nothing(host, want, capsys, lost):
    here = want("one.xsd", lost)
    (host.folder / "o" / "r" / "c" / "gone.xsd").unlink(missing_ok=True)
    official_schemas.main()
    assert [path.name for path in here.iterdir()] == ["one.xsd"]
    assert [path.name for path in official_schemas.missing()] == [lost]
    assert f"/o/r/c/{lost} is out of reach" in capsys.readouterr().out


def test_without_a_network_it_says_so_and_goes_on(host, want, capsys):
    here = want("one.xsd")
    host.shutdown()
    host.server_close()
    official_schemas.main()
    assert not here.exists()
    assert "out of reach" in capsys.readouterr().out
