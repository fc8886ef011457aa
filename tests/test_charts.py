"""Promise: charts have one look that everybody can read, and carry their sources."""

import itertools
import json
import xml.etree.ElementTree as ET

import altair as alt
import pandas as pd
import pytest
from coloraide import Color

import rare_earths as ree
from rare_earths import charts
from rare_earths.site import controls, svg

BACKGROUND = ("#ffffff", "#121212")  # of the theme's light and dark mode
DEFICIENCIES = ("protan", "deutan", "tritan")
CATEGORIES = [str(n) for n in range(1, 7)]


@pytest.mark.parametrize("shade", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("name", charts.PALETTE)
def test_every_colour_stands_out_from_the_page(name, shade):
    contrast = Color(charts.PALETTE[name][shade]).contrast(BACKGROUND[shade])
    assert contrast >= 3, f"{name}: {contrast:.2f}"


@pytest.mark.parametrize("shade", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("deficiency", [None, *DEFICIENCIES])
def test_categories_can_be_told_apart(shade, deficiency):
    seen = {name: Color(charts.PALETTE[name][shade]) for name in CATEGORIES}
    if deficiency:
        seen = {name: colour.filter(deficiency) for name, colour in seen.items()}
    for one, other in itertools.combinations(CATEGORIES, 2):
        distance = seen[one].delta_e(seen[other], method="2000")
        assert distance >= 10, f"{one} and {other} under {deficiency}: {distance:.1f}"


def test_categories_can_be_told_apart_in_grey_print():
    shades = {name: Color(charts.PRINT[name]).convert("lab-d65")["l"] for name in CATEGORIES}
    for one, other in itertools.combinations(CATEGORIES, 2):
        assert abs(shades[one] - shades[other]) >= 8, f"{one} and {other} are alike in grey"
    assert set(charts.PRINT) == set(charts.PALETTE)
    assert all(Color(colour).contrast("#ffffff") >= 3 for colour in charts.PRINT.values())


def spec(**properties) -> dict:
    ree.use_theme()
    frame = pd.DataFrame({"name": ["a", "b"], "value": [1.0, 2.0], "unused": [3, 4]})
    chart = alt.Chart(frame).mark_bar().encode(x="value:Q", y="name:N").properties(**properties)
    return chart._repr_mimebundle_()[charts.VEGALITE_MIME]


def test_a_chart_carries_only_the_columns_it_draws():
    (rows,) = spec()["datasets"].values()
    assert set(rows[0]) == {"name", "value"}


def test_source_names_the_editions_and_publications_of_just_these_rows():
    meta = ree.source(ree.load("reserves", edition="MCS 2024"))
    assert meta["sources"][0]["editions"] == ["MCS 2024"]
    assert "usgs-mcs-2024" in meta["sources"][0]["keys"]
    assert "usgs-mcs-2026" not in meta["sources"][0]["keys"]


def test_source_refuses_rows_without_a_table_and_no_rows():
    with pytest.raises(ValueError, match="names no table"):
        ree.source(pd.DataFrame({"a": [1]}))
    with pytest.raises(ValueError, match="a chart of nothing"):
        ree.source(ree.load("reserves").query("country == 'Atlantis'"))


@pytest.mark.parametrize("width", [svg.WIDE, svg.NARROW])
def test_a_picture_is_as_wide_as_asked_and_small(tmp_path, width):
    picture = svg.Painter(tmp_path).draw(spec(), width, "fig-x").svg
    left, top, across, _ = map(float, ET.fromstring(picture).get("viewBox").split())
    assert (left, top) == (0, 0) and abs(across - width) <= 1
    assert len(picture) < 4000 and "font-family" not in picture and 'opacity="0"' not in picture


def test_pictures_keep_colours_as_css(tmp_path):
    picture = svg.Painter(tmp_path).draw(spec(), 640, "fig-x").svg
    assert "var(--chart-accent, #0072b2)" in picture and "currentColor" in picture


@pytest.mark.parametrize("width", [svg.WIDE, svg.NARROW])
def test_composed_charts_fit_too(tmp_path, width):
    frame = pd.DataFrame({"a": list("wxyz") * 2, "v": range(1, 9), "k": list("ab") * 4})
    base = alt.Chart(frame).mark_bar().encode(x="v:Q", y="a:N")
    ree.use_theme()
    for chart in (base.facet("k:N", columns=2), base | base, base & base):
        drawn = svg.Painter(tmp_path).draw(
            chart._repr_mimebundle_()[charts.VEGALITE_MIME], width, "fig-x"
        )
        across = float(ET.fromstring(drawn.svg).get("viewBox").split()[2])
        assert abs(across - width) <= 2, chart.to_dict().keys()


def test_a_chart_that_draws_nothing_is_an_error(tmp_path):
    empty = spec()
    empty["transform"] = [{"filter": "datum.value > 100"}]
    with pytest.raises(svg.EmptyChart):
        svg.Painter(tmp_path).draw(empty, 640, "fig-x")


def test_narrow_changes_are_merged_in():
    patched = spec(usermeta={"sources": [], "narrow": {"height": 99, "mark": {"type": "point"}}})
    assert svg.fit(patched, svg.NARROW)["height"] == 99
    assert "height" not in svg.fit(patched, svg.WIDE)
    assert svg.fit(patched, svg.NARROW)["mark"]["type"] == "point"


def test_merge_patch_removes_with_null():
    assert svg.merge_patch({"a": {"b": 1, "c": 2}}, {"a": {"b": None}}) == {"a": {"c": 2}}


def test_parameters_become_native_controls():
    slider = alt.param(name="cut", value=30, bind=alt.binding_range(min=0, max=100, name="Cut (%)"))
    pick = alt.selection_point(
        name="pick",
        fields=["kind"],
        value="x",
        bind=alt.binding_select(options=[None, "x"], labels=["All kinds", "Kind x"], name="Kind"),
    )
    chart = alt.Chart(pd.DataFrame({"kind": ["x"], "v": [1]})).mark_bar().encode(x="v:Q")
    found = controls.controls(chart.add_params(slider, pick).to_dict())
    assert [(c["signal"], c["kind"], c["label"]) for c in found] == [
        ("cut", "range", "Cut (%)"),
        ("pick_kind", "select", "Kind"),
    ]
    assert [json.loads(o["json"]) for o in found[1]["options"]] == [None, "x"]
    assert [o["on"] for o in found[1]["options"]] == [False, True]
