"""Promise: the way out of Jupyter Book 1 is known: every page is rewritten as `make exit-check` reads
it. The check itself asks for npm packages, and so is no part of `make test`."""

import json
import re

import exit_check
import yaml


def converted(root, tmp_path):
    counts = exit_check.convert(root, tmp_path)
    return counts, {path: path.read_text("utf-8") for path in tmp_path.rglob("*.md")}


def test_nothing_of_ours_is_left_in_what_the_other_engine_reads(root, tmp_path):
    counts, pages = converted(root, tmp_path)
    for path, text in pages.items():
        assert not re.search(r"\{glue:text\}|^```\{(quiz|only|data-tables)\}", text, re.M), path
    assert counts["lost"]["{quiz}"] >= 14
    sources = [(root / path.relative_to(tmp_path)).read_text("utf-8") for path in pages]
    quoted = sum(text.count("{eval}`") for text in sources)  # by the page that tells of this
    numbers = sum(text.count("{eval}`") for text in pages.values()) - quoted
    assert numbers == sum(n for what, n in counts["rewritten"].items() if "glue" in what) > 1000


def test_a_chart_keeps_its_name_and_its_caption(root, tmp_path):
    _, pages = converted(root, tmp_path)
    before = (root / "book" / "uses" / "magnets.md").read_text("utf-8")
    names = re.findall(r"^:    name: (\S+)$", before, flags=re.M)
    after = pages[tmp_path / "book" / "uses" / "magnets.md"]
    assert re.findall(r"^:label: (fig-\S+)\n:caption: \S", after, flags=re.M) == names


def test_the_glossary_becomes_a_definition_list(root, tmp_path):
    _, pages = converted(root, tmp_path)
    text = pages[tmp_path / "book" / "glossary.md"]
    assert "\nalloy\n: A material made of" in text
    assert "\nallocated\n: See {term}`allocation`.\n" in text


def test_the_tool_chain_is_locked_without_naming_a_registry(root):
    lock = (root / "tools" / "exit" / "package-lock.json").read_text("utf-8")
    assert "://" not in lock
    asked = json.loads((root / "tools" / "exit" / "package.json").read_text("utf-8"))
    (version,) = asked["dependencies"].values()
    found = json.loads(lock)["packages"]["node_modules/mystmd"]
    assert found["version"] == version and found["integrity"].startswith("sha512-")


def test_the_settings_of_the_copy_name_our_sources(root, tmp_path):
    converted(root, tmp_path)
    settings = yaml.safe_load((tmp_path / "myst.yml").read_text("utf-8"))
    (bibliography,) = settings["project"]["bibliography"]
    assert (tmp_path / bibliography).is_file()
