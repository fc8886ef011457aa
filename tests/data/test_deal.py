"""The deal tables: what a reader may rely on.

Dates are exact, in order and never in the future; the eight texts stand in their order; the annex
is the US list of 2022 plus seven; parts of the fund's figures add up; every sum of the Kiel months
equals the headline figure; official US counts keep their identities.
"""

import re

import pandas as pd
import pytest
from whole import by, fault, one_unit_per_measure, pinned, whole

from rare_earths import load

TODAY = pd.Timestamp("2026-11-21")
# Days of the milestones, from the agency reports and official pages named in the rows.
MILESTONES = {
    "e02": "2024-09-27", "e03": "2024-10-16", "e05": "2025-01-20", "e06": "2025-02-03",
    "e09": "2025-02-07", "e10": "2025-02-10", "e11": "2025-02-12", "e14": "2025-02-17",
    "e15": "2025-02-19", "e16": "2025-02-21", "e18": "2025-02-24", "e19": "2025-02-24",
    "e22": "2025-02-25", "e26": "2025-02-28", "e27": "2025-03-03", "e30": "2025-03-05",
    "e31": "2025-03-11", "e32": "2025-03-23", "e34": "2025-03-28", "e35": "2025-04-17",
    "e37": "2025-04-26", "e39": "2025-04-30", "e41": "2025-05-01", "e45": "2025-05-08",
    "e46": "2025-05-12", "e47": "2025-05-13", "e49": "2025-05-23", "e54": "2025-07-14",
    "e59": "2025-08-27", "e62": "2025-09-03", "e65": "2025-09-17", "e70": "2025-11-05",
    "e72": "2025-11-20", "e73": "2025-12-10", "e76": "2025-12-15", "e77": "2025-12-18",
    "e80": "2026-01-12", "e83": "2026-02-14", "e85": "2026-04-16", "e87": "2026-08-04",
}  # fmt: skip
# Text -> the event on which it appeared.
TEXTS = {
    "A": "e09",
    "B": "e16",
    "B2": "e18",
    "C": "e22",
    "D": "e32",
    "E": "e35",
    "F": "e39",
    "G": "e47",
}
# US Congress, GAO, Special Inspector General, State Department: reports named in the rows.
USD = {
    "u01": 60.78, "u02": 113.4, "u03": 174.2, "u04": 43.84, "u05": 131.36, "u06": 182.99,
    "u07": 182.75, "u08": 184.8, "u09": 187.0, "u10": 101.2, "u11": 67.5, "u12": 30, "u13": 83.4,
    "u14": 57.0, "u15": 39.6, "u16": 2.7, "u17": 3.8, "u18": 65.9, "u19": 69.2, "u20": 76, "u21": 20,
    "u22": 58, "u23": 121, "u24": 138, "u25": 200, "u26": 300, "u27": 350, "u28": 350, "u29": 500,
    "u30": 138, "u31": 140, "u32": 100, "u33": 145, "u34": 200,
}  # fmt: skip
# Kiel press releases of February and April 2024 and April 2025, Statista (PURL), release 29.
EUR_OLDER = {
    ("United States", "2024-02-29", "total"): 67, ("Europe", "2024-02-29", "total"): 89.9,
    ("United States", "2024-02-29", "military"): 43.1, ("United States", "2025-02-28", "total"): 115,
    ("United States", "2025-02-28", "military"): 65, ("Europe", "2025-02-28", "total"): 138,
    ("EU institutions and member states", "2024-01-15", "total"): 77,
    ("NATO PURL donors", "2025-08-31", "military"): 1.9,
}  # fmt: skip
EUROPE = ["EU institutions", "EU-27 member states", "UK, Norway, Switzerland, Iceland"]


def test_timeline_dates():
    events = whole("deal_timeline")
    table = "deal_timeline"
    for row in events.itertuples():
        key, day = row.event_id, row.first_day
        width = {"day": 10, "about": 10, "month": 7}[row.date_precision]
        assert len(row.date) == width, fault(table, key, "date", row.date, row.date_precision)
        start = row.date + "-01"[: 10 - width]
        assert day == pd.Timestamp(start), fault(table, key, "first_day", day, start)
        assert day <= TODAY, fault(table, key, "first_day", day, "not in the future")
        assert pd.isna(row.end_date) or row.end_date > day, fault(
            table, key, "end_date", row.end_date, f"after {day}"
        )
        dated = [
            pd.Timestamp(int(y), int(m), int(d or 15))
            for y, m, d in re.findall(r"(20\d\d)-(\d\d)(?:-(\d\d))?", row.source)
        ]
        near = not dated or min(abs((day - source).days) for source in dated) <= 120
        assert near, fault(table, key, "date", row.date, f"near its sources {row.source}")
    assert events["first_day"].is_monotonic_increasing
    assert pinned(table, "event_id", "date", MILESTONES) == []


def test_timeline_has_no_event_twice():
    events = whole("deal_timeline")
    assert not events["event"].duplicated().any()
    for day, same in events.groupby("first_day"):
        bags = [set(re.findall(r"[a-z]{4,}", text.lower())) for text in same["event"]]
        for i, one in enumerate(bags):
            for other in bags[:i]:
                alike = len(one & other) / min(len(one), len(other))
                assert alike < 0.6, f"data/deal_timeline.csv, {day}: two events with the same words"


def test_nothing_on_the_fund_after_april_2026():
    late = whole("deal_timeline").query("first_day > '2026-04-16'")
    assert set(late["category"]) == {"war_and_diplomacy", "reaction"}, late["event_id"].tolist()
    figures = whole("fund").query("date > '2026-04-16'")
    assert figures["topic"].tolist() == ["dobra_status"]


def test_eight_texts_in_order():
    drafts, events = whole("draft_comparison"), by("deal_timeline", "event_id")
    heads = drafts.drop_duplicates(["version_id", "version_order", "version", "version_date"])
    assert heads["version_id"].tolist() == list(TEXTS), "one name, date and order a text"
    assert heads["version_order"].tolist() == list(range(1, 9))
    for row in heads.itertuples():
        day = events.loc[TEXTS[row.version_id], "first_day"]
        assert row.version_date == day, fault(
            "draft_comparison", row.version_id, "version_date", row.version_date, day
        )
    assert drafts.groupby("version_id").size().to_dict() == {
        "A": 11, "B": 10, "B2": 6, "C": 13, "D": 16, "E": 6, "F": 16, "G": 9,
    }  # fmt: skip


def test_what_the_heat_map_says():
    grid = whole("draft_comparison").pivot(index="topic", columns="version_id", values="status")
    assert set(grid.loc["security_guarantee"].dropna()) == {"absent", "partial"}
    assert grid.loc["security_guarantee", "C"] == "partial"
    assert grid.loc["cap_500bn"].dropna().to_dict() == {
        "A": "partial", "B": "present", "C": "absent", "D": "absent", "F": "absent",
    }  # fmt: skip
    debt = grid.loc["past_aid_as_debt"]
    assert debt[["A", "D"]].tolist() == ["present", "present"] and debt["F"] == "absent"
    assert grid.loc["reinvestment", ["F", "G"]].tolist() == ["deferred", "present"]
    signed = grid["F"].value_counts().to_dict()
    assert signed == {"present": 9, "absent": 3, "deferred": 2, "partial": 2}, signed


def test_agreement_terms():
    terms = whole("agreement_terms")
    assert terms["order"].tolist() == list(range(1, 27))
    assert terms["article"].isna().sum() == 5, "five clauses without an article number"
    assert (terms["article"].isna() == terms["article_number_check"].isna()).all()
    roman = ["II", "III", "IV", "V", "VI", "VII", "VIII"]
    order = [roman.index(a) for a in terms["article"].dropna() if a in roman]
    assert order == sorted(order), "articles in their order"


def test_annex_is_the_us_list_of_2022_plus_seven():
    annex, lists = whole("annex_resources"), whole("critical_lists")
    entries = {name: set(rows["canonical_mineral"]) for name, rows in lists.groupby("list_id")}
    added = {"copper", "fluorine", "gold", "potash", "uranium", "oil", "natural gas"}
    assert entries["us-ua-2025"] == entries["us-2022"] | added and len(entries["us-2022"]) == 50
    assert not annex["resource"].duplicated().any() and len(annex) == 57
    plus = set(annex.loc[~annex["on_us_list_2022"], "resource"])
    assert plus == {"copper", "fluorine", "gold", "potassium", "uranium", "oil", "natural gas"}
    rare = annex[annex["is_rare_earth"]]
    elements = set(load("elements")["symbol"])
    assert set(rare["symbol"]) == elements - {"Pm"}, "16 rare earths: all but promethium"
    assert (annex["is_rare_earth"] == (annex["group"] == "rare earth element")).all()
    spelled = {"aluminum": "aluminium", "cesium": "caesium", "potassium": "potash"}
    for row in annex.itertuples():
        names = {row.resource, spelled.get(row.resource, row.resource)}
        listed = bool(names & entries["us-2025"])
        assert listed == (row.on_us_list_2025 in ("yes", "partial")), fault(
            "annex_resources", row.resource, "on_us_list_2025", row.on_us_list_2025, listed
        )
    assert annex["on_us_list_2022"].sum() == 50 and annex["on_eu_list_2024"].sum() == 43
    assert (annex["on_eu_list_2024"] == annex["eu_list_name"].notna()).all()


def test_fund_figures_add_up():
    assert one_unit_per_measure("fund") == []
    fund = whole("fund").drop_duplicates("topic", keep="last").set_index("topic")["value"]
    sums = {
        "board_seats": ["board_seats_ukraine", "board_seats_us"],
        "seed_capital_total": ["seed_capital_ukraine", "seed_capital_us"],
        "dobra_min_investment": ["dobra_exploration", "dobra_mining"],
    }
    for total, parts in sums.items():
        assert fund[total] == fund[parts].sum(), fault("fund", total, "value", fund[total], parts)
    production_sharing = fund.filter(like="psa_sites_offered").sum()
    licensing = load("licensing", measure="deposits", item="Resolution 845").set_index("aspect")[
        "value"
    ]
    assert production_sharing == licensing["deposits for production sharing"] == 26
    assert fund["sites_offered"] == licensing.sum() == 86
    figures = {
        "board_seats": 6, "seed_capital_us": 75, "seed_capital_ukraine": 75, "us_initial_idea": 25,
        "budget_2026_ukraine": 46, "dobra_exploration": 12, "dobra_mining": 167, "dobra_term": 50,
        "dobra_resource_lce": 1_260_000, "dobra_resource_ore": 80_000_000, "licences_total": 3_000,
        "licences_dormant": 10, "ukraine_contribution_share": 50, "existing_revenue_share": 0,
        "reinvestment_period": 10, "applications": 200, "applications_ukrainian": 37,
        "approved_investments": 1, "in_processing": 21, "psa_sites_offered_uranium": 17,
        "psa_sites_offered_titanium": 5, "psa_sites_offered_potassium_salt": 2,
        "first_ukrainian_royalties_expected": 2030, "budget_2025_administration": 14.6875,
        "ukraine_planned_contribution_uah": 3_000, "dobra_bidders": 2, "management_share": 50,
    }  # fmt: skip
    assert {k: fund[k] for k in figures} == figures
    lce = by("deposit_estimates", "estimate_id").loc["dobra-lce", "tonnes_lce"]
    assert fund["dobra_resource_lce"] == lce, "data/fund.csv and data/deposit_estimates.csv"
    received = load("fund", measure="applications", topic="applications")["value"]
    assert received.tolist() == [60, 200], "more than 60 in February, more than 200 in April 2026"


def test_us_counts():
    assert pinned("aid_usd", "aid_id", "amount_usd_billion", USD) == []
    usd = by("aid_usd", "aid_id")["amount_usd_billion"]
    assert usd["u02"] + usd["u01"] == pytest.approx(usd["u03"], abs=0.1), "five acts make 174.2"
    assert usd[["u13", "u14", "u15", "u16"]].sum() == pytest.approx(usd["u07"], abs=0.1)
    assert usd["u04"] + usd["u05"] < usd["u06"] and usd["u18"] < usd["u19"]
    assert usd["u11"] < usd["u10"] < usd["u02"], "disbursed < obligated < appropriated"
    percentages = whole("aid_percentages")
    assert set(percentages["count_date"]) == {"2025-02", "2026-02"}
    assert set(percentages["period_end"].dropna()) == {pd.Timestamp("2025-12-31")}
    assert pinned("aid_percentages", "aid_id", "value_pct", {"p01": 90}) == []
    change = load("aid_percentages", measure="change_2025_on_average_2022_2024")
    assert dict(zip(change["donor"] + ", " + change["aid_type"], change["value_pct"], strict=True)) == {
        "Europe, financial_and_humanitarian": 59, "Europe, military": 67, "All donors, military": -13,
    }  # fmt: skip


def test_kiel_months_are_complete():
    months = whole("aid_monthly")
    assert len(months) == 52 * 5 * 3
    assert (months["month"].dt.day == 1).all()
    late = months.query("donor_group == 'United States' and month > '2025-01-31'")
    assert (late["allocated_eur_billion"].abs() < 0.0005).all(), (
        "no US allocation after January 2025"
    )


def test_kiel_months_equal_the_headlines():
    months, heads = whole("aid_monthly"), whole("aid_eur")
    groups = {"Europe": EUROPE, "All donors": sorted(set(months["donor_group"]))}
    release = heads.query("count_date == '2026-08-04' and measure == 'allocated'")
    for row in release.itertuples():
        part = months[months["donor_group"].isin(groups.get(row.donor, [row.donor]))]
        part = part[part["month"] <= row.period_end]
        if row.aid_type != "total":
            part = part[part["aid_type"] == row.aid_type]
        total = part["allocated_eur_billion"].sum()
        assert total == pytest.approx(row.amount_eur_billion, abs=0.006), fault(
            "aid_eur", row.aid_id, "amount_eur_billion", row.amount_eur_billion, f"{total:.3f}"
        )
    assert len(release) == 52


def test_kiel_older_releases_and_commitments():
    eur = whole("aid_eur")
    older = eur.query("count_date < '2026-08' and measure == 'allocated'")
    keys = zip(
        older["donor"], older["period_end"].dt.strftime("%Y-%m-%d"), older["aid_type"], strict=True
    )
    assert dict(zip(keys, older["amount_eur_billion"], strict=True)) == EUR_OLDER
    superseded = eur["flag"].fillna("").str.contains("superseded")
    assert (
        superseded == ((eur["count_date"] < "2026-08") & (eur["donor"] != "NATO PURL donors"))
    ).all()
    committed = eur.query("measure == 'committed'").set_index(["donor", "count_date"])
    assert committed["amount_eur_billion"].to_dict() == {
        ("United States", "2026-08-04"): 118.96, ("Europe", "2026-08-04"): 389.75,
        ("EU institutions and member states", "2024-02-16"): 144,
    }  # fmt: skip


def test_positions():
    said = whole("positions")
    assert sorted(said["position_id"]) == [f"p{n:02d}" for n in range(1, 43)]
    assert said["first_day"].is_monotonic_increasing and said["first_day"].max() <= TODAY
    assert not said.duplicated(["date", "who"]).any()
    for row in said.itertuples():
        dated = re.findall(r"(20\d\d)-(\d\d)", row.source)
        months = [
            abs((row.first_day.year - int(y)) * 12 + row.first_day.month - int(m)) for y, m in dated
        ]
        assert not dated or min(months) <= 3, fault(
            "positions", row.position_id, "date", row.date, f"near its sources {row.source}"
        )
    days = by("deal_timeline", "event_id")
    same = {
        "Lindsey Graham": "e01",
        "Dmitry Peskov": "e07",
        "Olaf Scholz": "e08",
        "Scott Bessent": "e39",
    }
    for who, event in same.items():
        day = said.loc[said["who"] == who, "date"].iloc[0]
        assert day == days.loc[event, "date"], fault("positions", who, "date", day, event)
    for event in ("e06", "e10", "e13", "e17", "e19", "e20", "e34", "e42"):
        day = days.loc[event, "date"]
        assert (said["date"] == day).any(), f"data/positions.csv: no statement of {day} ({event})"
    counts = whole("open_questions")["state"].value_counts().to_dict()
    assert counts == {"open": 15, "partly_settled": 2, "settled": 2}
