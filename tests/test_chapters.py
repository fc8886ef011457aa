"""Promise: every chapter runs, shows what it says, and types no figure twice.

The list comes from ``_toc.yml``: a new chapter is tested without editing this file.
"""

import json
import math
import re

import altair as alt
import jupytext
import pytest
import sources
import yaml
from conftest import CHAPTERS

from rare_earths.charts import VEGALITE_MIME
from rare_earths.numbers import NUMBER_MIME

GLUED = "application/papermill.record/"
EACH = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda c: c.docname)
FULL_CHAPTERS = [c for c in CHAPTERS if sources.is_full_chapter(c.path)]


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook):
    return [output for cell in code_cells(notebook) for output in cell.outputs]


def specs(notebook):
    """(cell, Vega-Lite specification) of every chart."""
    for cell in code_cells(notebook):
        for output in cell.outputs:
            if VEGALITE_MIME in output.get("data", {}):
                yield cell, output["data"][VEGALITE_MIME]


def published(notebook):
    """Every number that the chapter's cells published."""
    for output in outputs(notebook):
        if record := output.get("data", {}).get(GLUED + NUMBER_MIME):
            yield record


@EACH
def test_jupytext_reads_the_same_cells_that_were_executed(chapter, executed):
    source = jupytext.read(chapter.path)
    ours = [cell.source.strip() for cell in code_cells(executed[chapter.docname])]
    assert [cell.source.strip() for cell in code_cells(source)] == ours


@EACH
def test_no_cell_fails_or_warns(chapter, executed):
    for output in outputs(executed[chapter.docname]):
        assert output.output_type != "error", output.get("evalue")
        assert output.get("name") != "stderr", f"{chapter.docname} warns: {output.get('text')}"


@EACH
def test_every_chart_is_valid_and_says_what_it_shows(chapter, executed):
    for cell, spec in specs(executed[chapter.docname]):
        name = cell.metadata["mystnb"]["figure"]["name"]
        alt.Chart.from_dict({k: v for k, v in spec.items() if k != "usermeta"}, validate=True)
        assert 40 <= len(spec["description"]) <= 200, name
        assert spec["usermeta"]["sources"], name
        assert spec["datasets"] and all(spec["datasets"].values()), f"{name} has no data"
        marks = len(max(spec["datasets"].values(), key=len))
        assert marks <= 600, f"{name} plots {marks} rows: simplify it"


@EACH
def test_every_published_number_is_known_and_used(chapter, executed):
    text = chapter.path.read_text(encoding="utf-8")
    notes = chapter.path.with_suffix(".teach.yml")
    taught = notes.read_text(encoding="utf-8") if notes.is_file() else ""
    records = list(published(executed[chapter.docname]))
    names = [record["name"] for record in records]
    assert len(names) == len(set(names)), "a number is published twice"
    for record in records:
        assert record["text"].strip()
        if isinstance(record["value"], float):
            assert math.isfinite(record["value"]), record
            assert re.fullmatch(r"−?[\d\u202f]+(\.\d+)?", record["text"]), record
            assert record["table"], f"{record['name']} does not say which table it comes from"
        used = f"`{record['name']}`" in text or re.search(rf"\b{record['name']}\b", taught)
        assert used, f"{record['name']} is published but not used"


@EACH
def test_every_glue_in_the_text_is_published(chapter, executed):
    text = chapter.path.read_text(encoding="utf-8")
    used = set(re.findall(r"\{glue:text\}`([^`]+)`", text))
    assert used <= {record["name"] for record in published(executed[chapter.docname])}


@EACH
def test_cells_stay_short_and_sources_hold_no_outputs(chapter):
    for cell in code_cells(jupytext.read(chapter.path)):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert len(lines) <= 15, f"{chapter.docname}: a cell of {len(lines)} lines:\n{cell.source}"
        assert "read_csv" not in cell.source and "http" not in cell.source


@pytest.mark.parametrize("chapter", FULL_CHAPTERS, ids=lambda c: c.docname)
def test_a_chapter_has_its_shape(chapter, executed):
    assert not list(sources.shape_of(chapter.path))
    charts = list(specs(executed[chapter.docname]))
    assert len(charts) in sources.CHARTS
    playable = [spec for _, spec in charts if any("bind" in p for p in spec.get("params", []))]
    assert playable, "no chart that a reader can play with"


def test_the_front_page_answers_in_ninety_words_with_sources_and_five_numbers(root):
    text = (root / "index.md").read_text(encoding="utf-8")
    (answer,) = re.findall(r"^(\*\*Is the .*?)```", text, flags=re.S | re.M)
    assert 60 <= len(sources.words(answer)) <= 90
    assert len(set(re.findall(r"\{cite:\w\}`([^`]+)`", answer))) >= 2
    numbers = re.findall(r"^- \[.*glue:text.*\]\{\.number\} \[.+\]\(#(.+)\)$", answer, flags=re.M)
    figures = re.findall(r"^: +name: (fig-index-\w+)$", text, flags=re.M)
    assert len(numbers) == 5 and numbers == figures, "five numbers, each linked to its chart"


def test_the_front_page_has_five_charts_that_lead_to_chapters(root, executed):
    charts = list(specs(executed["index"]))
    assert len(charts) == 5
    assert any("bind" in p for _, spec in charts for p in spec.get("params", [])), "none playable"
    text = (root / "index.md").read_text(encoding="utf-8")
    after = re.split(r"^: +name: fig-index-\w+$|^## ", text, flags=re.M)[1:6]
    leads = [re.findall(r"\]\((book/(?!about)[\w/-]+\.md)\)", part) for part in after]
    assert all(len(set(found)) == 1 and (root / found[0]).is_file() for found in leads), leads


def test_the_front_page_cites_what_the_citation_file_says(root):
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    text = (root / "index.md").read_text(encoding="utf-8").partition("## How to cite")[2]
    plain = " ".join(re.sub(r"[{}*]", "", text).split()).casefold()
    assert plain.count(citation["title"].casefold()) == 2
    assert plain.count(citation["authors"][0]["name"].casefold()) == 2
    assert (
        f"(version {citation['version']})" in plain and f"version = {citation['version']}" in plain
    )
    assert plain.count(citation["date-released"][:4]) >= 2


def test_kernel_names_agree():
    for chapter in CHAPTERS:
        kernel = jupytext.read(chapter.path).metadata["kernelspec"]["name"]
        assert kernel == "python3", f"{chapter.docname}: {json.dumps(kernel)}"
