"""The 17 elements and their crustal abundance.

Chemistry checks itself: oxide masses follow from atomic weights, magnetic moments from Hund's
rules; every value stands a second time in element_facts with its source.
"""

import math
import re

import pandas as pd
import pytest
from whole import fault, pinned

from rare_earths import load

LANTHANIDES = [
    "La",
    "Ce",
    "Pr",
    "Nd",
    "Pm",
    "Sm",
    "Eu",
    "Gd",
    "Tb",
    "Dy",
    "Ho",
    "Er",
    "Tm",
    "Yb",
    "Lu",
]
OXYGEN = 15.999
HEAVY = {  # which elements each convention calls heavy
    "class_usgs": "Y Tb Dy Ho Er Tm Yb Lu",
    "class_usgs_fs2002": "Y Gd Tb Dy Ho Er Tm Yb Lu",
    "class_iupac": "",
    "class_geochemistry_three_way": "Er Tm Yb Lu",
    "class_eu": "Y Eu Gd Tb Dy Ho Er Tm Yb Lu",
    "class_china_two_way": "Sc Y Gd Tb Dy Ho Er Tm Yb Lu",
    "class_china_three_way": "Sc Y Ho Er Tm Yb Lu",
}
MEDIUM = {
    "class_geochemistry_three_way": "Sm Eu Gd Tb Dy Ho",
    "class_china_three_way": "Sm Eu Gd Tb Dy",
}


@pytest.fixture(scope="module")
def elements():
    return load("elements").set_index("symbol")


def test_seventeen_elements_in_their_places(elements):
    assert elements["atomic_number"].tolist() == [21, 39, *range(57, 72)]
    assert elements.index.tolist() == ["Sc", "Y", *LANTHANIDES]
    assert elements.index[elements["is_lanthanide"]].tolist() == LANTHANIDES
    assert elements["period"].tolist() == [4, 5] + [6] * 15
    assert elements.index[elements["group"] == 3].tolist() == ["Sc", "Y", "La", "Lu"]
    assert elements.index[elements["block"] == "d"].tolist() == ["Sc", "Y", "Lu"]
    weights = elements["standard_atomic_weight"]
    assert weights.isna()["Pm"] and weights.drop("Pm").is_monotonic_increasing
    per_proton = weights / elements["atomic_number"]
    assert per_proton.drop("Pm").between(2.1, 2.5).all()


def test_conventions_for_light_and_heavy(elements):
    for column, heavy in HEAVY.items():
        found = set(elements.index[elements[column] == "heavy"])
        assert found == set(heavy.split()), fault("elements", "heavy", column, found, heavy)
        middle = set(elements.index[elements[column] == "medium"])
        assert middle == set(MEDIUM.get(column, "").split())
    assert (elements["class_iupac"] == "no_split").all()
    movers = [s for s, row in elements[list(HEAVY)].iterrows() if {"light", "heavy"} <= set(row)]
    assert movers == ["Eu", "Gd"]


def test_oxides_follow_from_atomic_weights(elements):
    for symbol, row in elements.iterrows():
        weight = 145 if symbol == "Pm" else row["standard_atomic_weight"]
        metal, oxygen = re.fullmatch(rf"{symbol}(\d*)O(\d*)", row["oxide_formula"]).groups()
        atoms, oxygens = int(metal or 1), int(oxygen or 1)
        mass = atoms * weight + oxygens * OXYGEN
        for column, expected, tolerance in (
            ("oxide_molar_mass_g_mol", mass, 0.011),
            ("metal_in_oxide_mass_fraction", atoms * weight / mass, 0.00006),
            ("oxide_to_metal_factor", mass / (atoms * weight), 0.00006),
        ):
            assert row[column] == pytest.approx(expected, abs=tolerance), fault(
                "elements", symbol, column, row[column], f"{expected:.4f}"
            )


def test_magnetic_moments_follow_from_hunds_rules(elements):
    for symbol in LANTHANIDES:
        row = elements.loc[symbol]
        n = row["ion3_4f_electrons"]
        assert n == LANTHANIDES.index(symbol), fault("elements", symbol, "ion3_4f_electrons", n, "")
        unpaired = min(n, 14 - n)
        assert row["ion3_unpaired_electrons"] == unpaired
        spin = unpaired / 2
        orbit = sum(sorted(range(-3, 4), reverse=True)[: n if n <= 7 else n - 7])
        total = abs(orbit - spin) if n < 7 else orbit + spin
        if total == 0:
            moment = 0.0
        else:
            lande = 1.5 + (spin * (spin + 1) - orbit * (orbit + 1)) / (2 * total * (total + 1))
            moment = lande * math.sqrt(total * (total + 1))
        found = row["magnetic_moment_theory_mu_b"]
        assert found == pytest.approx(moment, abs=0.025), fault(
            "elements", symbol, "magnetic_moment_theory_mu_b", found, f"{moment:.2f}"
        )
        low, high = (
            row["magnetic_moment_observed_low_mu_b"],
            row["magnetic_moment_observed_high_mu_b"],
        )
        if symbol not in ("Pm", "Sm", "Eu"):  # Sm and Eu: excited states lie close by
            assert low - 0.3 <= found <= high + 0.25, fault(
                "elements", symbol, "observed", (low, high), found
            )
        assert pd.isna(low) or low <= high <= low + 0.65
    assert elements.loc[["Sc", "Y"], "ion3_4f_electrons"].isna().all()


def test_every_value_stands_in_element_facts_with_its_source(elements):
    facts = load("element_facts")
    compared = 0
    for row in facts.itertuples():
        ours = elements.loc[row.symbol, row.field]
        same = float(row.value) == float(ours) if not isinstance(ours, str) else row.value == ours
        assert same, fault("element_facts", (row.symbol, row.field), "value", row.value, ours)
        compared += 1
    assert compared == len(facts) == 408
    derived = {
        "name",
        "period",
        "group",
        "block",
        "is_lanthanide",
        "oxide_formula",
        "discovery_country",
    }
    derived |= {
        "discovery_note",
        "ion3_4f_electrons",
        "ion3_unpaired_electrons",
        "upper_crust_two_sigma_ppm",
    }
    for field in set(elements.columns) - derived - {"source", "locator", "check", "flag", "note"}:
        stated = set(facts[facts["field"] == field]["symbol"])
        filled = set(elements.index[elements[field].notna()])
        if field == "radioactivity":
            filled = set(elements.index[elements[field] != "none_listed"])
        assert stated == filled, (
            f"data/element_facts.csv, {field}: sources for {stated}, values for {filled}"
        )


def test_physical_constants_of_the_database():
    """CRC values as in the mendeleev database (densities in g/cm3, melting points in Celsius)."""
    density = "2.99 4.47 6.15 6.77 6.77 7.01 7.26 7.52 5.24 7.9 8.23 8.55 8.8 9.07 9.32 6.9 9.84"
    melting = "1541 1522 920 799 931 1016 1042 1072 822 1313 1359 1412 1472 1529 1545 824 1663"
    order = ["Sc", "Y", *LANTHANIDES]
    wrong = pinned(
        "elements",
        "symbol",
        "density_g_cm3",
        dict(zip(order, map(float, density.split()), strict=True)),
    )
    wrong += pinned(
        "elements",
        "symbol",
        "melting_point_c",
        dict(zip(order, map(float, melting.split()), strict=True)),
    )
    assert not wrong, "\n".join(wrong)


def test_discovery_runs_from_ytterby_to_oak_ridge():
    years = {"Y": 1794, "Ce": 1803, "La": 1839, "Er": 1843, "Tb": 1843, "Ho": 1878, "Yb": 1878}
    years |= {"Sc": 1879, "Sm": 1879, "Tm": 1879, "Gd": 1880, "Pr": 1885, "Nd": 1885, "Dy": 1886}
    years |= {"Eu": 1901, "Lu": 1907, "Pm": 1945}
    wrong = pinned("elements", "symbol", "discovery_year", years)
    assert not wrong, "\n".join(wrong)
    names = load("elements").set_index("symbol")["name_origin"]
    assert sorted(names.index[names.str.contains("Ytterby")]) == ["Er", "Tb", "Y", "Yb"]


def test_crust_is_the_same_in_both_tables(elements):
    crust = load("crustal_abundance").set_index("symbol")
    for column in ("upper_crust_ppm", "bulk_crust_ppm"):
        for symbol in elements.index.drop("Pm"):
            found, expected = elements.loc[symbol, column], crust.loc[symbol, column]
            assert found == expected, fault("elements", symbol, column, found, expected)
    sigma = elements["upper_crust_two_sigma_ppm"].dropna()
    assert (sigma == crust.loc[sigma.index, "upper_crust_two_sigma_ppm"]).all()
    assert (
        crust.index[crust["is_rare_earth"]].isin(elements.index).all()
        and crust["is_rare_earth"].sum() == 16
    )


def test_even_elements_are_commoner_than_their_neighbours(elements):
    for column in ("upper_crust_ppm", "bulk_crust_ppm"):
        line = elements.loc[LANTHANIDES, column]
        for i in range(1, 14, 2):  # even atomic numbers: Ce, Nd, Sm, ...
            for j in (i - 1, i + 1):
                assert pd.isna(line.iloc[j]) or line.iloc[i] > line.iloc[j], fault(
                    "elements", line.index[i], column, line.iloc[i], f"above {line.index[j]}"
                )


def test_headlines_of_the_crust():
    crust = load("crustal_abundance").set_index("symbol")
    rare = crust[crust["is_rare_earth"]]["upper_crust_ppm"]
    assert rare.sum() == pytest.approx(183.1, abs=0.05)
    figures = {
        "Ce": 63,
        "Cu": 28,
        "Nd": 27,
        "Tm": 0.30,
        "Au": 0.0015,
        "Pb": 17,
        "Sn": 2.1,
        "Ag": 0.053,
        "Li": 24,
    }
    figures |= {
        "La": 31,
        "Y": 21,
        "Sc": 14,
        "Co": 17.3,
        "Ni": 47,
        "Pr": 7.1,
        "Sm": 4.7,
        "Gd": 4,
        "Dy": 3.9,
    }
    wrong = pinned("crustal_abundance", "symbol", "upper_crust_ppm", figures)
    assert not wrong, "\n".join(wrong)
    ratio = crust["upper_crust_ppm"] / crust["bulk_crust_ppm"]
    assert ratio.between(0.3, 3.3).all(), (
        f"data/crustal_abundance.csv: upper and bulk crust differ in {ratio}"
    )
    doubt = (crust["upper_crust_two_sigma_ppm"] / crust["upper_crust_ppm"]).dropna()
    assert doubt.between(0.02, 2).all(), f"data/crustal_abundance.csv: two sigma {doubt}"
    assert crust["upper_crust_ppm"].is_monotonic_decreasing
