"""Promise: the page about accessibility says what the last test found, and nothing else."""

import json

import pytest

from rare_earths.site import checks

FOUND = {
    "date": "2026-11-22",
    "engine": "axe-core 4.12.1",
    "standard": ["wcag2aa", "wcag22aa"],
    "rules": 60,
    "pages": 20,
    "views": ["dark, 1280 px", "on paper"],
    "violations": [],
    "undecided": [],
}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "checks.json"
    path.write_text(json.dumps(FOUND), encoding="utf-8")
    return path


def test_the_result_kept_in_the_repository_is_whole(root):
    assert checks.read(root / "book" / "about" / "checks.json")


def test_the_result_is_told_in_words(file):
    told = " ".join(checks.sentences(checks.read(file)))
    assert "22 November 2026" in told and "axe-core 4.12.1" in told
    assert "20, each in 2 ways (dark, 1280 px; on paper): 40 views" in told
    assert "Rules broken: none." in told and "judgement" not in told


def test_broken_rules_are_named():
    broken = {"rule": "color-contrast", "impact": "serious", "pages": 2, "elements": 7}
    told = " ".join(checks.sentences(FOUND | {"violations": [broken], "undecided": ["region"]}))
    assert (
        "Rules broken: 1." in told
        and "color-contrast (serious): pages 2, places in all views 7." in told
    )
    assert "judgement on some pages: region" in told


def test_a_missing_or_broken_file_says_what_to_do(file):
    file.unlink()
    with pytest.raises(ValueError, match=r"checks\.json not found: .* `make checks` writes it"):
        checks.read(file)
    file.write_text("{", encoding="utf-8")
    with pytest.raises(ValueError, match="not valid JSON"):
        checks.read(file)


@pytest.mark.parametrize("field", checks.FIELDS)
def test_a_missing_field_is_named(file, field):
    file.write_text(json.dumps({k: v for k, v in FOUND.items() if k != field}), encoding="utf-8")
    with pytest.raises(ValueError, match=f"field '{field}'"):
        checks.read(file)
