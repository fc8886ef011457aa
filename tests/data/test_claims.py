"""The ledger and the policy tables: what a reader may rely on.

Every claim has one verdict of the scale; the figures that its evidence quotes are those of the
tables; a measure names as many rare earths as it counts; dates are in order; shares keep their
scope.
"""

import re

import pandas as pd
import pytest
from whole import by, fault, pinned, whole

from rare_earths import load, vintages

TODAY = pd.Timestamp("2026-11-21")
VERDICTS = {
    1: "accurate", 2: "accurate but incomplete", 3: "imprecise",
    4: "misleading without context", 5: "not supported", 6: "cannot be checked / later overtaken",
}  # fmt: skip
LEVELS = {1: 26, 2: 15, 3: 14, 4: 3, 5: 5, 6: 4}
SEVEN = {"Sm", "Gd", "Tb", "Dy", "Lu", "Sc", "Y"}  # MOFCOM and Customs, Announcement 18 of 2025
FIVE = {"Ho", "Er", "Tm", "Eu", "Yb"}  # Announcement 57 of 2025
CONTROLS = {
    "EC-04": "2010-07", "EC-06": "2010-09-21", "EC-09": "2012-03-13", "EC-11": "2014-03-26",
    "EC-12": "2014-08-07", "EC-13": "2015-01-01", "EC-14": "2015-05-01", "EC-15": "2019-05-29",
    "EC-17": "2023-08-01", "EC-18": "2023-10-31", "EC-20": "2023-12-21", "EC-21": "2024-09-15",
    "EC-22": "2024-10-01", "EC-24": "2024-12-03", "EC-25": "2025-02-04", "EC-26": "2025-04-04",
    "EC-29": "2025-10-09", "EC-30": "2025-10-09", "EC-32": "2025-10-30", "EC-33": "2025-11-07",
    "EC-34": "2025-11-09", "EC-35": "2025-12-02", "EC-37": "2026-01-06", "EC-38": "2026-02-24",
    "EC-40": "2026-05-17", "EC-41": "2026-06-22", "EC-42": "2026-06-29", "EC-43": "2026-11-10",
}  # fmt: skip
USD_MILLION = {
    "US-04": 9.6, "US-05": 30.4, "US-07": 35, "US-08": 120, "US-13": 400, "US-15": 150,
    "US-17": 8_500, "US-18": 3_000, "US-19": 2_200, "US-23": 1_100, "US-29": 1_577,
    "US-30": 10_000, "US-32": 565, "US-33": 96, "US-39": 2_000,
}  # fmt: skip
US_DATES = {
    "US-01": "2017-12-20", "US-03": "2020-09-30", "US-06": "2022-02-22", "US-10": "2025-04-15",
    "US-13": "2025-07-10", "US-14": "2025-07-10", "US-17": "2025-10-20", "US-24": "2025-11-07",
    "US-28": "2026-01-14", "US-30": "2026-02-02", "US-31": "2026-02-04", "US-37": "2026-07-20",
}  # fmt: skip
BENCHMARKS = {
    "EJ-04": 55,
    "EJ-05": 15,
    "EJ-06": 10,
    "EJ-07": 40,
    "EJ-08": 25,
    "EJ-09": 65,
    "EJ-13": 50,
}
DEPENDENCE = {
    "DH-01": 27, "DH-02": 95, "DH-03": 60, "DH-04": 90, "DH-05": 76, "DH-23": 77, "DH-24": 9,
    "DH-25": 6, "DH-26": 3, "DH-27": 98, "DH-28": 98, "DH-29": 46.3, "DH-30": 28.4, "DH-31": 19.9,
    "DH-32": 43, "DH-33": 35.5, "DH-34": 40.2, "DH-35": 46.5, "DH-36": 85, "DH-37": 69, "DH-39": 90,
    "DH-40": 90, "DH-41": 70, "DH-42": 60, "DH-44": 60,
}  # fmt: skip


def test_ledger():
    claims = whole("claims")
    numbers = [f"AM-{n:02d}" for n in range(1, 38)] + [f"U24-{n:02d}" for n in range(1, 31)]
    assert claims["claim_id"].tolist() == numbers
    assert (claims["verdict_level"].map(VERDICTS) == claims["verdict"]).all()
    assert claims["verdict_level"].value_counts().sort_index().to_dict() == LEVELS
    prefix = claims["article"].map({"Al Mayadeen English": "AM", "UNITED24 Media": "U24"})
    assert (prefix == claims["claim_id"].str.split("-").str[0]).all()
    for row in claims.itertuples():
        words = len(row.reason.split())
        assert words <= 50, fault("claims", row.claim_id, "reason", words, "at most 50 words")
        level, held = row.verdict_level, row.held_when_published
        fits = {1: held == "yes", 2: held in ("yes", "partly"), 5: held == "no"}.get(level, True)
        assert fits, fault("claims", row.claim_id, "held_when_published", held, f"level {level}")
    fell = claims["held_when_published"].isin(["yes", "partly"])
    fell &= claims["holds_2026_11"].isin(["no", "overtaken"])
    told = by("media_literacy", "row_id").loc["ML-27", "observation"]
    assert fell.sum() == 6 and told.startswith("Six statements"), "data/media_literacy.csv, ML-27"
    now = claims["holds_2026_11"].value_counts().to_dict()
    assert now == {"yes": 32, "partly": 17, "no": 13, "overtaken": 2, "unknown": 3}, now


def test_evidence_quotes_the_tables():
    evidence = by("claims", "claim_id")["evidence"]

    def says(claim, *texts):
        for text in texts:
            assert text in evidence[claim], fault("claims", claim, "evidence", "missing", text)

    old = load("reserves", edition="MCS 2024").set_index("country")["reserves_tonnes_reo"]
    new = load("reserves", edition="MCS 2025").set_index("country")["reserves_tonnes_reo"]
    mined = vintages("mine_production", series="usgs_mcs", edition="MCS 2025", year=2024)
    mined = mined.set_index("country")["tonnes_reo"]
    total = new.drop("World").sum() / 1e6
    says("AM-05", f"{old['World']:,.0f} t REO", f"{total:.1f} million t", "more than 90 million t")
    china = new["China"] / 1e6
    says("AM-06", f"{china:.0f} million t", f"{100 * old['China'] / old['World']:.1f} %")
    says("AM-06", f"{100 * china / total:.1f} %")
    says(
        "AM-07",
        f"China {china:.0f} Mt",
        f"{mined['China']:,.0f} t mined",
        f"{mined['Brazil']:.0f} t;",
    )
    says("AM-07", f"{mined['United States']:,.0f} t", f"{mined['Vietnam']:.0f} t")
    says("AM-07", f"United States {new['United States'] / 1e6:.1f} Mt")
    says("AM-08", f"Brazil {new['Brazil'] / 1e6:.0f} Mt", f"India {new['India'] / 1e6:.1f} Mt")
    for country in ("Vietnam", "Russia"):
        text = f"{country} {old[country] / 1e6:.0f} Mt"
        says("AM-09", text, f"to {new[country] / 1e6:.1f} Mt")
    sizes = by("critical_list_summary", "list_id")["n_entries_published"]
    says("AM-27", f"{sizes['us-2022']} entries", "16 of the")
    says("U24-11", f"2022: {sizes['us-2022']}", f"2025: {sizes['us-2025']}")
    usd = by("aid_usd", "aid_id")["amount_usd_billion"]
    says("U24-05", f"{usd['u03']} billion", f"{usd['u07']} billion")
    benchmark = by("eu_japan_policy", "policy_id")["target_pct"]
    says("U24-25", *(f"{benchmark[k]:.0f} %" for k in ("EJ-06", "EJ-07", "EJ-08")))
    shares = by("dependence", "row_id")["share_pct"]
    says(
        "AM-21",
        *(f"{shares[k]} %" for k in ("DH-29", "DH-30", "DH-31")),
        f"{shares['DH-27']:.0f} %",
    )
    deposit = by("deposit_estimates", "estimate_id")
    ore, oxide = deposit.loc["shevchenkivske-ore", "tonnes_ore"], deposit.loc["shevchenkivske-li2o"]
    says("U24-27", f"{ore / 1e6:.1f} Mt", f"{oxide['tonnes_li2o']:,.0f} t")


def test_export_controls():
    rows = by("export_controls", "event_id")
    elements = set(load("elements")["symbol"])
    for key, row in rows.iterrows():
        symbols = (
            set(row["rare_earth_symbols"].split(";"))
            if pd.notna(row["rare_earth_symbols"])
            else set()
        )
        assert symbols <= elements, fault("export_controls", key, "rare_earth_symbols", symbols, "")
        if pd.notna(row["n_rare_earths"]):
            assert len(symbols) == row["n_rare_earths"], fault(
                "export_controls", key, "n_rare_earths", row["n_rare_earths"], len(symbols)
            )
        if pd.notna(row["end_date"]):
            assert row["end_date"] >= row["date"], fault(
                "export_controls", key, "end_date", row["end_date"], f"after {row['date']}"
            )
        assert row["first_day"] <= TODAY and row["first_day"].strftime("%Y-%m-%d").startswith(
            row["date"]
        )
    assert rows["first_day"].is_monotonic_increasing
    assert pinned("export_controls", "event_id", "date", CONTROLS) == []
    listed = {
        k: set(rows.loc[k, "rare_earth_symbols"].split(";")) for k in ("EC-26", "EC-29", "EC-30")
    }
    assert listed == {"EC-26": SEVEN, "EC-29": FIVE, "EC-30": SEVEN | FIVE}
    assert rows.loc["EC-33", "end_date"] == "2026-11-10" == rows.loc["EC-43", "date"]
    assert rows.loc["EC-34", "end_date"] == "2026-11-27"
    quota = load("quotas_export", part="full_year").set_index("year")["gross_tonnes"]
    years = {"EC-03": 2009, "EC-05": 2010, "EC-10": 2012}
    for key, year in years.items():
        assert rows.loc[key, "quota_tonnes"] == pytest.approx(quota[year], rel=0.002), key
    assert rows.loc[["EC-07", "EC-08"], "quota_tonnes"].sum() == quota[2011], "two batches of 2011"
    assert rows.loc["EC-04", "quota_tonnes"] == 7_976
    others = rows[["rate_pct", "entities", "price_times"]].stack().dropna().to_dict()
    assert others == {
        ("EC-02", "rate_pct"): 25, ("EC-30", "rate_pct"): 0.1, ("EC-36", "entities"): 44,
        ("EC-38", "entities"): 40, ("EC-41", "entities"): 10, ("EC-42", "entities"): 40,
        ("EC-39", "price_times"): 69,
    }  # fmt: skip


def test_policies():
    us, them = whole("us_policy"), whole("eu_japan_policy")
    assert us["first_day"].is_monotonic_increasing and us["first_day"].max() <= TODAY
    assert pinned("us_policy", "policy_id", "date", US_DATES) == []
    us = us.set_index("policy_id")
    assert us["amount_usd_million"].dropna().to_dict() == USD_MILLION
    assert us["price_usd_per_kg"].dropna().to_dict() == {"US-14": 110}
    assert us["amount_cad_million"].dropna().to_dict() == {"US-22": 6_400}
    sizes = by("critical_list_summary", "list_id")["n_entries_published"]
    for key, name in {"US-02": "us-2018", "US-06": "us-2022", "US-24": "us-2025"}.items():
        assert us.loc[key, "count"] == sizes[name], fault(
            "us_policy", key, "count", us.loc[key, "count"], name
        )
    rest = us["count"].drop(["US-02", "US-06", "US-24"]).dropna().to_dict()
    assert rest == {"US-16": 10_000, "US-25": 49, "US-28": 180, "US-31": 11, "US-36": 7}
    for actor, rows in them.groupby("actor"):
        assert rows["first_day"].is_monotonic_increasing, actor
    them = them.set_index("policy_id")
    assert them["target_pct"].dropna().to_dict() == BENCHMARKS
    assert (them.loc[list(BENCHMARKS)[1:6], "target_year"] == 2030).all()
    eu = {"EJ-01": "eu-2011", "EJ-02": "eu-2020", "EJ-10": "eu-2024-crm"}
    for key, name in eu.items():
        assert them.loc[key, "count"] == sizes[name], fault(
            "eu_japan_policy", key, "count", them.loc[key, "count"], name
        )
    money = them.filter(like="amount_").stack().dropna().to_dict()
    assert money == {
        ("EJ-12", "amount_eur_million"): 3_000, ("EJ-18", "amount_usd_million"): 1_000,
        ("EJ-20", "amount_usd_million"): 250, ("EJ-21", "amount_usd_million"): 9,
        ("EJ-22", "amount_aud_million"): 200, ("EJ-24", "amount_jpy_million"): 40_000,
    }  # fmt: skip
    masses = them["tonnes"].dropna().to_dict()
    assert masses == {"EJ-16": 17_000, "EJ-19": 9_000, "EJ-25": 5_000}
    figures = them[["share_pct", "times", "count"]].drop(list(eu)).stack().dropna().to_dict()
    assert figures == {
        ("EJ-03", "times"): 18, ("EJ-11", "count"): 60, ("EJ-14", "share_pct"): 20,
        ("EJ-15", "share_pct"): 90, ("EJ-17", "count"): 16,
    }  # fmt: skip


def test_dependence():
    assert pinned("dependence", "row_id", "share_pct", DEPENDENCE) == []
    rows = whole("dependence")
    assert set(rows["row_id"]) == set(DEPENDENCE) and (rows["year_end"] >= rows["year_start"]).all()
    assert (
        rows["share_high_pct"].dropna() > rows.loc[rows["share_high_pct"].notna(), "share_pct"]
    ).all()
    assert rows["share_high_pct"].dropna().tolist() == [74, 70]
    split = rows[rows["measure"] == "import_share_weight"].groupby(["importer", "year_start"])
    assert (split["share_pct"].sum() <= 100).all(), "import shares of one year"
    magnets = by("eu_japan_policy", "policy_id").loc["EJ-16", "tonnes"]
    assert 100 * magnets / 20_000 == by("dependence", "row_id").loc["DH-36", "share_pct"]


def test_media_literacy():
    rows = whole("media_literacy")
    assert rows["row_id"].tolist() == [f"ML-{n:02d}" for n in range(1, 29)]
    known = set(whole("claims")["claim_id"])
    for row in rows.itertuples():
        named = set(re.findall(r"\b(?:AM|U24)-\d\d\b", f"{row.evidence} {row.note}"))
        assert named <= known, fault(
            "media_literacy", row.row_id, "note", named - known, "known claims"
        )
        assert row.question_for_class.strip(), row.row_id
