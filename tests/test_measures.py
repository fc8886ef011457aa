"""Promise: the page about performance says what the last benchmark measured, and nothing else."""

import json

import pytest

from rare_earths.site import measures

FOUND = {
    "date": "2026-11-22",
    "machine": "2 cores, 8 GiB of memory, Linux x86_64",
    "browser": "Chromium 140",
    "lighthouse": "13.5.0",
    "runs": 3,
    "quiet": True,
    "complete": True,
    "rows": [["Requests", "3", "≤ 10", "≤ 6", "5", "4", "31", ""]],
}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "performance.json"
    path.write_text(json.dumps(FOUND), encoding="utf-8")
    return path


def test_the_measures_kept_in_the_repository_are_whole(root):
    assert measures.read(root / "book" / "about" / "performance.json")["rows"]


def test_the_measures_are_told_with_date_and_machine(file):
    told = measures.as_markdown(measures.read(file))
    assert "22 November 2026: 2 cores, 8 GiB of memory, Linux x86_64, Chromium 140" in told
    assert "| Requests | 3 | ≤ 10 | ≤ 6 | 5 | 4 | 31 | – |" in told
    assert "No other host answered" not in told
    assert "No other host answered" in measures.as_markdown(FOUND | {"complete": False})
    assert "kept the machine busy" not in told
    assert "kept the machine busy" in measures.as_markdown(FOUND | {"quiet": False})


def test_the_page_shows_every_row(site, root):
    page = (site / "book" / "about" / "performance.html").read_text("utf-8")
    for goal, *_ in measures.read(root / "book" / "about" / "performance.json")["rows"]:
        assert goal.replace("'", "’") in page.replace("'", "’"), goal


def test_a_missing_or_broken_file_says_what_to_do(file):
    file.write_text(json.dumps(FOUND | {"rows": [["Requests"]]}), encoding="utf-8")
    with pytest.raises(ValueError, match="row 1: 1 cells, expected 8; `make bench` writes it"):
        measures.read(file)
    file.write_text("{", encoding="utf-8")
    with pytest.raises(ValueError, match="not valid JSON"):
        measures.read(file)
    file.unlink()
    with pytest.raises(ValueError, match=r"performance\.json not found: .* `make bench` writes"):
        measures.read(file)


@pytest.mark.parametrize("field", measures.FIELDS)
def test_a_missing_field_is_named(file, field):
    file.write_text(json.dumps({k: v for k, v in FOUND.items() if k != field}), encoding="utf-8")
    with pytest.raises(ValueError, match=f"field '{field}'"):
        measures.read(file)


BUILDS = {
    "date": "2026-11-22",
    "machine": {"cores": 2, "memory_gib": 24, "system": "Linux"},
    "ratios": {"nothing changed": {"ours": 0.3, "plain": 0.4, "at_most": 0.4}},
    "memory_mib": {"ours": 300, "plain": 290, "at_most": 400},
    "serve": {"prose edited": {"seconds": 2.1, "at_most": 3, "ratio": 0.05}},
    "table_edited": {"table": "reserves", "read_by": ["a", "b"], "executed": ["a", "b"]},
    "same_bytes_in_two_folders": True,
}


def test_the_builds_are_told_with_date_and_machine(file):
    file.write_text(json.dumps(BUILDS), encoding="utf-8")
    told = measures.builds_as_markdown(measures.read_builds(file))
    assert "22 November 2026: 2 cores, 24 GiB of memory, Linux." in told
    assert "| nothing changed | 0.4 | 0.3 | 0.4 |" in told
    assert "| `make serve`, prose edited, until it shows: seconds | 3 | 2.1 | – |" in told
    assert "| memory, MiB | 400 | 300 | 290 |" in told
    assert "2 pages that read it had to run again; exactly those did" in told
    assert "gave the same bytes" in told
    missed = BUILDS | {"table_edited": BUILDS["table_edited"] | {"executed": ["a"]}}
    assert "not the same ones did" in measures.builds_as_markdown(missed)
    other = measures.builds_as_markdown(BUILDS | {"same_bytes_in_two_folders": False})
    assert "different bytes" in other


@pytest.mark.parametrize("field", measures.BUILD_FIELDS)
def test_a_missing_field_of_the_builds_is_named(file, field):
    file.write_text(json.dumps({k: v for k, v in BUILDS.items() if k != field}), encoding="utf-8")
    with pytest.raises(ValueError, match=f"field '{field}'"):
        measures.read_builds(file)


def test_the_builds_kept_in_the_repository_are_whole(root):
    assert measures.read_builds(root / "book" / "about" / "builds.json")["ratios"]
