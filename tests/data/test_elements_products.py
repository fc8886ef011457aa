"""Uses, products, magnets, minerals, recycling: conversions hold, figures are as stated."""

import pytest
from whole import by, fault, pinned

from rare_earths import load

POUND = 0.45359237
MAGNET_ELEMENTS = ["Nd", "Pr", "Dy", "Tb"]


def test_intensity_of_products():
    frame = by("intensity", "intensity_id")
    pounds = {
        "i01": 920,
        "i02": 900,
        "i06": 5_200,
        "i07": 5_700,
        "i08": 9_200,
        "i09": 10_000,
        "i24": 1_500,
    }
    for row, weight in pounds.items():
        found = frame.loc[row, "amount_low"]
        assert found == pytest.approx(weight * POUND, abs=0.6), fault(
            "intensity", row, "amount_low", found, f"{weight} lb"
        )
    low = {
        "i03": 40,
        "i04": 11,
        "i10": 175,
        "i11": 0,
        "i12": 1.6,
        "i13": 0.6,
        "i14": 1,
        "i15": 1,
        "i16": 10,
    }
    low |= {
        "i17": 30,
        "i18": 0.05,
        "i19": 0.01,
        "i20": 25,
        "i21": 2,
        "i22": 75,
        "i23": 500,
        "i25": 0.5,
        "i26": 0,
    }
    low |= {"i27": 20, "i28": 14, "i29": 5, "i05": None}
    high = {
        "i03": 70,
        "i04": 20,
        "i11": 0.1,
        "i12": 1.92,
        "i14": 1.5,
        "i16": 15,
        "i23": 2000,
        "i25": 1,
        "i26": 4,
    }
    high |= {"i27": 1505, "i28": 250}
    wrong = pinned("intensity", "intensity_id", "amount_low", low) + pinned(
        "intensity", "intensity_id", "amount_high", high
    )
    assert not wrong, "\n".join(wrong)
    single = frame.drop(index=[*high, "i05"])
    assert (single["amount_low"] == single["amount_high"]).all()
    assert frame.groupby("product")["unit"].nunique().max() == 1
    undefined = frame[frame["counted_as"] == "undefined"]
    assert undefined["flag"].str.contains("unit_unclear").all() and len(undefined) == 5


def test_intensity_of_wind_turbines():
    chosen = load("intensity_wind", mass="element", series="selected").set_index(
        ["technology", "symbol", "study"]
    )
    jrc = {
        ("direct_drive_magnet", "Nd"): 180,
        ("direct_drive_magnet", "Pr"): 35,
        ("direct_drive_magnet", "Dy"): 17,
        ("direct_drive_magnet", "Tb"): 7,
        ("geared_magnet", "Nd"): 51,
        ("geared_magnet", "Pr"): 4,
        ("geared_magnet", "Dy"): 6,
        ("geared_magnet", "Tb"): 1,
        ("geared_induction", "Nd"): 12,
        ("geared_induction", "Dy"): 2,
    }
    for (technology, symbol), kilograms in jrc.items():
        found = chosen.loc[(technology, symbol, "JRC (Carrara 2020)"), "kg_per_mw_low"]
        assert found == kilograms, fault(
            "intensity_wind", (technology, symbol), "kg_per_mw_low", found, kilograms
        )
    studies = load("intensity_wind", mass="element", series="literature")
    assert studies["symbol"].value_counts().to_dict() == {"Nd": 19, "Dy": 18, "Pr": 7, "Tb": 6}
    assert (studies["kg_per_mw_low"] == studies["kg_per_mw_high"]).all()
    limits = {"Nd": (116, 217.2), "Dy": (12, 42), "Pr": (12, 50.62), "Tb": (0.54, 7)}
    for symbol, rows in studies.groupby("symbol"):
        found = (rows["kg_per_mw_low"].min(), rows["kg_per_mw_low"].max())
        assert found == limits[symbol], fault(
            "intensity_wind", symbol, "kg_per_mw_low", found, limits[symbol]
        )
    carrara = studies[studies["study"] == "Carrara 2020"].set_index("symbol")["kg_per_mw_low"]
    assert all(carrara[s] == jrc["direct_drive_magnet", s] for s in MAGNET_ELEMENTS)
    magnet = load("intensity_wind", mass="magnet", series="selected")
    assert sorted(zip(magnet["kg_per_mw_low"], magnet["kg_per_mw_high"], strict=True)) == [
        (80, 650),
        (500, 500),
        (625, 850),
    ]


def test_intensity_of_motors():
    rows = load("intensity_ev_motors", symbol=MAGNET_ELEMENTS)
    limits = {
        "Nd": (16, 68.6, 766),
        "Pr": (7, 0.138, 59.1),
        "Dy": (18, 9.1, 360),
        "Tb": (6, 0.00103, 19.9),
    }
    for symbol, group in rows.groupby("symbol"):
        found = (len(group), group["grams_per_motor"].min(), group["grams_per_motor"].max())
        assert found == limits[symbol], fault(
            "intensity_ev_motors", symbol, "grams_per_motor", found, limits[symbol]
        )


def test_magnets_convert_between_units():
    frame = by("magnets", "magnet")
    for end in ("low", "high"):
        both = frame.dropna(subset=[f"energy_product_{end}_mgoe"])
        ratio = both[f"energy_product_{end}_kj_m3"] / both[f"energy_product_{end}_mgoe"]
        wrong = ratio[~ratio.between(6.7, 8.4)]
        assert wrong.empty, fault(
            "magnets",
            wrong.index.tolist(),
            f"energy_product_{end}_kj_m3",
            wrong.tolist(),
            "7.96 a MGOe",
        )
    for quantity in (
        "rare_earth_{}_pct",
        "energy_product_{}_kj_m3",
        "curie_{}_c",
        "operating_max_{}_c",
    ):
        pair = frame[[quantity.format("low"), quantity.format("high")]].dropna()
        assert (pair.iloc[:, 0] <= pair.iloc[:, 1]).all(), f"data/magnets.csv: {quantity}"
    works = frame.dropna(subset=["operating_max_high_c", "curie_low_c"])
    assert (works["operating_max_high_c"] < works["curie_low_c"]).all(), "data/magnets.csv"
    strongest = {
        "AlNiCo": 88,
        "ferrite (ceramic)": 40,
        "SmCo5": 200,
        "Sm2Co17": 260,
        "bonded NdFeB": 100,
    }
    strongest |= {"sintered NdFeB, standard N grades": 446, "sintered NdFeB, M and H grades": 438}
    strongest |= {
        "sintered NdFeB, EH and AH grades": 318,
        "cobalt steel (KS)": 7.6,
        "lodestone (magnetite)": 1,
    }
    wrong = pinned("magnets", "magnet", "energy_product_high_kj_m3", strongest)
    years = {
        "cobalt steel (KS)": 1917,
        "AlNiCo": 1931,
        "ferrite (ceramic)": 1950,
        "SmCo5": 1966,
        "Sm2Co17": 1970,
    }
    wrong += pinned(
        "magnets", "magnet", "invented_year", years | {"sintered NdFeB, standard N grades": 1983}
    )
    assert not wrong, "\n".join(wrong)
    sintered = frame[frame.index.str.startswith("sintered")]
    assert sintered["operating_max_high_c"].tolist() == [80, 120, 180, 230]
    assert sintered["energy_product_high_mgoe"].is_monotonic_decreasing  # more heat, less strength


def test_statements_on_recycling_and_substitution():
    frame = by("substitution_recycling", "statement_id")
    assert frame["value_low"].isna().equals(frame["unit"].isna()) and len(frame) == 37
    pair = frame[["value_low", "value_high"]].dropna()
    assert (pair["value_low"] <= pair["value_high"]).all()
    ends = frame.dropna(subset="year_end")
    assert (ends["year_start"] <= ends["year_end"]).all()
    shares = frame[frame["unit"] == "percent"]["value_low"]
    assert (
        shares.drop(frame.index[frame["subtopic"] == "lighting: price effect"])
        .between(0, 100)
        .all()
    )
    said = {
        "world rate": 1,
        "EU rate": 1,
        "EU goal": 25,
        "MP Materials and Apple": 500,
        "lamps": 170,
        "EV motors": 77,
        "Nissan Leaf": 40,
        "iron nitride": 1_500,
        "EU magnets": 98,
        "German roadmap": 30,
        "defence view": 15,
        "Renault": 92,
        "geared induction": 10,
    }
    wrong = []
    for subject, value in said.items():
        found = frame[frame["subtopic"] == subject]["value_low"].item()
        if found != value:
            wrong.append(fault("substitution_recycling", subject, "value_low", found, value))
    assert not wrong, "\n".join(wrong)


def test_uses_cover_every_element_and_leave_unknown_substitutes_empty():
    uses = load("uses")
    counts = {
        "Nd": 12,
        "Y": 11,
        "Ce": 9,
        "La": 6,
        "Sm": 7,
        "Gd": 7,
        "Pr": 4,
        "Sc": 5,
        "Eu": 3,
        "Tb": 4,
        "Dy": 4,
    }
    counts |= {"Ho": 2, "Er": 5, "Yb": 2, "Lu": 4, "Pm": 3, "Tm": 2}
    assert uses["symbol"].value_counts().to_dict() == counts
    for column in ("substitute_exists", "substitute", "substitute_cost"):
        assert uses[column].notna().equals(uses["substitute_check"].notna()), (
            f"data/uses.csv: {column}"
        )
    assert uses["substitute_check"].notna().sum() == 15
    assert not uses.duplicated(["symbol", "application"]).any()


def test_minerals_and_misconceptions():
    minerals = load("minerals").set_index("mineral")
    measured = minerals[minerals["reo_high_pct"].notna()]
    assert (measured["reo_low_pct"].fillna(0) <= measured["reo_high_pct"]).all()
    assert measured["reo_measure"].notna().all() and (
        minerals["reo_measure"].notna().sum() == len(measured)
    )
    figures = {
        "monazite": 70,
        "ion-adsorption clay": 0.3,
        "loparite": 28,
        "eudialyte": 2,
        "apatite": 0.9,
        "gadolinite": 50,
    }
    wrong = pinned("minerals", "mineral", "reo_high_pct", figures)
    assert not wrong, "\n".join(wrong)
    said = load("misconceptions").set_index("misconception_id")
    assert len(said) == 34 and said.index.tolist() == [f"m{i:02d}" for i in range(1, 35)]
    crust = load("crustal_abundance").set_index("symbol")["upper_crust_ppm"]
    assert said.loc["m02", "key_number"] == f"Ce {crust['Ce']:g} ppm; Cu {crust['Cu']:g} ppm"
    prices = load("prices", basis="annual_average", year=2025, edition="MCS 2026").set_index(
        "symbol"
    )["price_usd_per_kg"]
    assert (
        said.loc["m03", "key_number"]
        == f"Ce {prices['Ce'].min():g} and La {prices['La']:.2f} USD/kg in 2025"
    )
    assert (
        said.loc["m21", "key_number"]
        == f"Tb {prices['Tb']:,g} against La {prices['La']:g} USD/kg (2025)"
    )
    elements = load("elements")
    low, high = elements["density_g_cm3"].min(), elements["density_g_cm3"].max()
    assert said.loc["m01", "key_number"] == f"densities {low:g} to {high:g} g/cm3"
    world = [
        load("reserves", edition=e, country="World")["reserves_tonnes_reo"].item() / 1e6
        for e in ("MCS 2024", "MCS 2025", "MCS 2026 v1.3")
    ]
    assert said.loc["m12", "key_number"] == "{:g} -> >{:g} -> >{:g} Mt".format(*world)
