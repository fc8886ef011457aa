"""Promise: the book can be published anywhere: one step, one address to give, safe headers."""

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup

from rare_earths.site.pages import content_security_policy

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_do_little_and_runs_pinned_actions(path):
    text = path.read_text(encoding="utf-8")
    for used in re.findall(r"uses: (.+)", text):
        assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used), used
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {}, "each job says what it may do"
    for name, job in workflow["jobs"].items():
        writes = {key for key, value in job["permissions"].items() if value == "write"}
        assert writes == ({"pages", "id-token"} if name == "deploy" else set())
        assert job["timeout-minutes"] <= 30
    # this event would run the code of a stranger's pull request with the rights of the repository
    assert "pull_request_target" not in text
    # an expression inside a command is code: values go through `env`
    for job in workflow["jobs"].values():
        assert not [step for step in job["steps"] if "${{" in step.get("run", "")]


def test_only_what_was_tested_is_deployed():
    workflow = yaml.safe_load((ROOT / ".github/workflows/publish.yml").read_text("utf-8"))
    assert workflow[True]["push"] == {"branches": ["main"]}  # YAML 1.1 reads `on` as true
    assert workflow["jobs"]["deploy"]["needs"] == "build"
    steps = workflow["jobs"]["build"]["steps"]
    order = [step.get("run") or step["uses"].partition("@")[0] for step in steps]
    assert order.index("make test") < order.index("make teach")
    assert order[-1] == "actions/upload-pages-artifact"
    (last_build,) = [step for step in steps if step.get("run") == "make teach"]
    assert set(last_build["env"]) == {"BOOK_URL", "REPOSITORY_URL"}


def headers() -> dict[str, str]:
    """Headers that the example for nginx adds."""
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    return dict(
        re.findall(r'^  add_header ([\w-]+) "?([^;"]+(?:;[^"]*)?)"?(?: always)?;$', text, re.M)
    )


def test_the_server_sends_the_policy_that_the_pages_carry(site):
    assert headers()["Content-Security-Policy"] == content_security_policy()
    for path in (site / "index.html", site / "search.html", *site.glob("charts/fig-m*.html")):
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        meta = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
        assert meta["content"] == content_security_policy(), path.name


def test_the_server_sends_safe_headers_on_every_answer():
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    assert headers()["X-Content-Type-Options"] == "nosniff"
    assert headers()["Referrer-Policy"] == "same-origin"
    for location in re.findall(r"location [^{]+\{([^}]*)\}", text):
        assert "add_header" not in location, "nginx would drop all other headers there"


def test_only_names_with_a_hash_are_kept_for_ever(site):
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    kept = [re.compile(found) for found in re.findall(r'"~(\S+)"\s+"public, .*immutable"', text)]
    assert len(kept) == 2

    def for_ever(address: str) -> bool:
        return any(pattern.search(address) for pattern in kept)

    (runtime,) = (site / "charts").glob("vega-*.js")
    page = (site / "index.html").read_text(encoding="utf-8")
    sheet = re.search(r"_static/site\.css\?v=\w+", page).group()
    assert for_ever(f"/charts/{runtime.name}") and for_ever(f"/under/a/path/{sheet}")
    names = [path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()]
    assert [name for name in names if for_ever(f"/{name}")] == [f"charts/{runtime.name}"]


# Publishing on a server -----------------------------------------------------------------------

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="servers of the example are Linux")


def publish(*arguments, **variables) -> subprocess.CompletedProcess:
    return subprocess.run(
        [ROOT / "deploy" / "publish.sh", *arguments],
        env=os.environ | variables, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def sites(tmp_path) -> list[Path]:
    """Four sites of two files."""
    made = []
    for number in "1234":
        site = tmp_path / f"site {number}"
        site.mkdir()
        (site / "index.html").write_text(number)
        (site / "big.css").write_text("a { color: red }\n" * 200)
        made.append(site)
    return made


@on_linux
def test_a_release_takes_the_place_of_the_last_in_one_step_and_can_be_taken_back(sites, tmp_path):
    server = tmp_path / "server"
    page = server / "current" / "index.html"
    assert publish(server, sites[0]).returncode == 0
    missed, stop = [], threading.Event()

    def read():
        while not stop.is_set():
            if not page.is_file():
                missed.append(1)

    reader = threading.Thread(target=read)
    reader.start()
    for site in sites[1:]:
        done = publish(server, site, KEEP="3")
        assert done.returncode == 0, done.stderr
        assert page.read_text() == site.name[-1]
    stop.set()
    reader.join()
    assert not missed
    assert (server / "current" / "big.css.gz").is_file()
    assert len(list((server / "releases").iterdir())) == 3
    for number in "32":
        assert publish("--back", server).returncode == 0
        assert page.read_text() == number
    done = publish("--back", server)
    assert done.returncode != 0 and "there is no release before" in done.stderr
    assert page.read_text() == "2"


@on_linux
def test_what_is_no_site_is_not_published(sites, tmp_path):
    server = tmp_path / "server"
    publish(server, sites[0])
    before = sorted(server.rglob("*"))
    (sites[1] / "index.html").unlink()
    for wrong in (tmp_path / "nowhere", sites[1]):
        done = publish(server, wrong)
        assert done.returncode != 0
        assert "index.html not found" in done.stderr and "nothing has changed" in done.stderr
    assert sorted(server.rglob("*")) == before
