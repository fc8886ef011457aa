"""Promise: the built pages are whole, stand alone, and say where their figures come from."""

import csv
import gzip
import json
import re

import page_faults
import pytest
from bs4 import BeautifulSoup
from conftest import CHAPTERS

from rare_earths.site.hosting import published_path, weight

CHAPTER_PAGES = [f"{chapter.docname}.html" for chapter in CHAPTERS]
SITE = 6_000_000  # bytes of all that is published, without downloads, compressed by gzip


@pytest.fixture(scope="session")
def pages(site) -> dict[str, BeautifulSoup]:
    files = (path.relative_to(site) for path in sorted(site.rglob("*.html")))
    return page_faults.parsed(site, [f.as_posix() for f in files if "_static" not in f.parts])


def test_every_chapter_became_a_page(pages):
    assert set(CHAPTER_PAGES) <= set(pages)
    assert not pages["index.html"].find("meta", attrs={"http-equiv": "Refresh"})


def test_no_link_or_asset_of_ours_is_broken(site, pages):
    assert list(page_faults.broken_links(site, pages, published_path(site))) == []


def test_no_page_loads_anything_from_another_host(site, pages):
    strangers = []
    for name, page in pages.items():
        for element in page.find_all(
            ["script", "link", "img", "iframe", "source", "video", "audio"]
        ):
            address = element.get("src") or element.get("href") or ""
            named = element.get("rel") == ["canonical"] or element.get("hreflang")  # not loaded
            if re.match(r"(https?:)?//", address) and not named:
                strangers.append(f"{name}: {address}")
        for script in page.find_all("script", src=False, type=lambda t: t != "application/ld+json"):
            if re.search(r"https?://", script.get_text()):
                strangers.append(f"{name}: script {script.get_text()[:80]}")
    for sheet in site.rglob("*.css"):
        if re.search(r"(url\(|@import)\s*[\"']?(https?:)?//", sheet.read_text("utf-8")):
            strangers.append(sheet.name)
    assert not strangers


@pytest.mark.parametrize("name", CHAPTER_PAGES)
def test_every_figure_is_complete(site, pages, name):
    figures = pages[name].select("figure.chart-figure")
    assert figures
    for figure in figures:
        label = figure["id"]
        assert re.match(r"(Figure|Fig\.) [\d.]+", figure.figcaption.get_text(" ", strip=True)), (
            label
        )
        assert figure.find(role="img")["aria-label"], label
        assert len(figure.select(".chart-wide svg, .chart-narrow svg")) == 2, label
        source = figure.select_one(".chart-source").get_text(" ", strip=True)
        assert source.startswith("Source:") and "Table" in source, label
        assert figure.select_one(".chart-data table caption"), label


@pytest.mark.parametrize("name", CHAPTER_PAGES)
def test_a_picture_weighs_at_most_eight_kilobytes(pages, name):
    for picture in pages[name].select(".chart-wide svg, .chart-narrow svg"):
        weight = len(gzip.compress(str(picture).encode(), 9))
        assert weight <= 8_000, f"{picture.find_parent('figure')['id']}: {weight} bytes compressed"


@pytest.mark.parametrize("name", CHAPTER_PAGES)
def test_table_under_a_chart_equals_csv_equals_plotted_data(site, pages, name):
    for figure in pages[name].select("figure.chart-figure"):
        table = figure.select_one(".chart-data table")
        heads = table.select("thead th")
        assert all(head.get_text(strip=True) and head["scope"] == "col" for head in heads)
        with open(site / "charts" / f"{figure['id']}.csv", encoding="utf-8", newline="") as file:
            published = list(csv.reader(file))
        assert len(published[0]) == len(heads), figure["id"]
        shown = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in
                 table.select("tbody tr")]  # fmt: skip
        assert len(shown) == len(published) - 1, figure["id"]
        for ours, theirs in zip(shown, published[1:], strict=True):
            for cell, value in zip(ours, theirs, strict=True):
                assert same(cell, value), (
                    f"{figure['id']}: {cell!r} in the table, {value!r} in the CSV"
                )
        spec = json.loads((site / "charts" / f"{figure['id']}.vl.json").read_text("utf-8"))
        first = spec.get("data", {}).get("name")
        if first in spec.get("datasets", {}):
            assert len(spec["datasets"][first]) == len(published) - 1, figure["id"]


def same(shown: str, value: str) -> bool:
    """A cell as shown against the CSV's: equal, or equal as rounded for reading."""
    if value == "":
        return shown in ("not known", "–")
    if value in ("True", "False"):
        return shown == {"True": "yes", "False": "no"}[value]
    plain = shown.replace("\u202f", "").replace("−", "-")
    try:
        return float(plain) == pytest.approx(float(value), rel=1e-3, abs=1e-4)
    except ValueError:
        return shown == value or value.startswith(shown + "T00:00:00")


@pytest.mark.parametrize("name", CHAPTER_PAGES)
def test_what_a_label_says_stands_also_in_the_table(site, pages, name):
    for figure in pages[name].select("figure.chart-figure"):
        spec = json.loads((site / "charts" / f"{figure['id']}.vl.json").read_text("utf-8"))
        head = (site / "charts" / f"{figure['id']}.csv").read_text("utf-8").splitlines()[0]
        columns = set(head.split(","))
        for other in (site / "charts").glob(f"{figure['id']}-[0-9].csv"):
            columns |= set(other.read_text("utf-8").splitlines()[0].split(","))
        computed = set(names_made_by_transforms(spec))
        for field in tooltip_fields(spec):
            assert field in columns | computed, f"{figure['id']}: {field}"


def tooltip_fields(node):
    if isinstance(node, dict):
        if "tooltip" in node and "mark" not in node:
            for channel in (
                node["tooltip"] if isinstance(node["tooltip"], list) else [node["tooltip"]]
            ):
                if isinstance(channel, dict) and isinstance(channel.get("field"), str):
                    yield channel["field"]
        for key, value in node.items():
            if key not in ("datasets", "config", "usermeta"):
                yield from tooltip_fields(value)
    elif isinstance(node, list):
        for value in node:
            yield from tooltip_fields(value)


def names_made_by_transforms(node):
    if isinstance(node, dict):
        made = node.get("as")
        yield from [made] if isinstance(made, str) else made or []
        for key, value in node.items():
            if key not in ("datasets", "config", "usermeta"):
                yield from names_made_by_transforms(value)
    elif isinstance(node, list):
        for value in node:
            yield from names_made_by_transforms(value)


def test_code_is_marked_only_where_it_has_a_colour(site, pages):
    """A mark on each name, bracket and sign would weigh more than the code itself."""
    marks = pages[CHAPTER_PAGES[0]].select(".cell_input pre span[class]:not(.pre)")
    kinds = {kind for mark in marks for kind in mark["class"]}
    assert {"k", "s2"} <= kinds and not {"n", "p", "o", "w"} & kinds
    sheet = (site / "_static" / "site.css").read_text("utf-8")
    assert all(f".highlight .{kind}{{" in sheet for kind in kinds)


def test_pictures_for_download_are_complete(site):
    folder = site / "charts"
    names = {path.name.split(".")[0] for path in folder.glob("fig-*.vl.json")}
    assert names
    for name in names:
        svg = (folder / f"{name}.svg").read_text("utf-8")
        assert "var(" not in svg and "currentColor" not in svg and "color-mix" not in svg, name
        assert "<title>" in svg and "<desc>" in svg
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG")
        facts = json.loads((folder / f"{name}.json").read_text("utf-8"))
        assert facts["sources"] and facts["caption"] and (site / facts["files"]["html"]).is_file()


def test_the_data_package_is_published_as_it_is(site, root):
    package = json.loads((root / "data" / "datapackage.json").read_text("utf-8"))
    for resource in package["resources"]:
        published = site / "data" / resource["path"]
        assert published.read_bytes() == (root / "data" / resource["path"]).read_bytes()


def test_numbers_in_prose_come_out_of_the_cells(pages):
    for name, page in pages.items():
        quoted = sum(code.get_text().count("glue:") for code in page.select("code, pre"))
        assert page.get_text().count("glue:") == quoted, name  # guides quote it


def test_the_site_is_small(site):
    """Downloads are the data package and what a page offers to save; all else is the site."""
    assert sum(map(weight, page_faults.needed(site))) <= SITE
