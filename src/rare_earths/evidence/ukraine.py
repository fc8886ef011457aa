"""Claims about what lies under Ukraine and what is mined there."""

from __future__ import annotations

import re

import pandas as pd

from rare_earths.datapackage import load
from rare_earths.evidence import Finding, answers
from rare_earths.numbers import number


def _statement(claim_id: str) -> pd.Series:
    """A claim about Ukraine's minerals, or an independent check of one."""
    return load("reserve_claims", claim_id=claim_id).iloc[0]


def _estimate(estimate_id: str) -> pd.Series:
    return load("deposit_estimates", estimate_id=estimate_id).iloc[0]


def _places(**which) -> tuple[int, int]:
    """How many deposits are named, and how many of them are mined."""
    rows = load("deposits", **which)
    rows = rows[rows.kind != "facility"]
    return len(rows), int((rows.status_group == "operating").sum())


def _with_reserves(edition: str | None = None) -> pd.DataFrame:
    """Countries for which an edition, or the newest, has a figure for rare-earth reserves."""
    rows = load("reserves", edition).dropna(subset="reserves_tonnes_reo")
    return rows[rows.country != "World"]


def _after(sentence: str, words: str) -> str:
    """The rest of a sentence after some words, which it must hold."""
    _, found, rest = sentence.partition(words)
    if not found:
        raise ValueError(f"{words!r} is not in {sentence!r}")
    return rest


@answers("U24-07")
def valuable_rare_earths() -> Finding:
    """A USGS reserve, a mine or any output would support it; a statement alone does not."""
    then, now = _with_reserves("MCS 2025"), _with_reserves()
    there = [(rows.country == "Ukraine").any() for rows in (then, now)]
    output = load("ukraine_production", publisher="USGS", commodity="rare earths")
    years = int((output.ukraine_tonnes > 0).sum())
    places, mined = _places(is_rare_earth=True)
    review = _statement("ree-verified-2025")
    line = (
        f"USGS has rare-earth reserves of {number(len(then))} countries in MCS 2025, of "
        f"{number(len(now))} in {now.edition.iloc[0]}; editions with Ukraine: {sum(there)}. "
        f"Years, {output.year.min()} to {output.year.max()}, in which it lists output: "
        f"{number(years)}. Named places mined, of {number(places)}: {number(mined)}. "
        f"{review.claimed_by}, {review.first_day:%B %Y}: {review.claim}."
    )
    held, holds = ("yes" if mined or years or listed else "no" for listed in there)
    tables = ("reserves", "ukraine_production", "deposits", "reserve_claims")
    return Finding(line, held, holds, tables)


@answers("U24-14")
def uranium_lithium_titanium() -> Finding:
    """Each of the three has named deposits, and a tonnage that somebody stands for."""
    uranium = _estimate("novokostiantynivske-u").tonnes_u
    lithium = load("deposit_estimates", commodity="lithium").tonnes_li_computed.dropna()
    titanium = _statement("ti-usgs-ilmenite").tonnes + _statement("ti-usgs-rutile").tonnes
    tonnes = {"uranium": uranium, "lithium": lithium.sum(), "titanium": titanium}
    places = {name: _places(commodity_group=name) for name in tonnes}
    counts = "; ".join(
        f"{name} {number(named)}, {number(mined)} mined" for name, (named, mined) in places.items()
    )
    line = (
        f"Named deposits: {counts}. Tonnages: over {number(uranium)} t of uranium in one, "
        f"about {number(round(lithium.sum(), -3))} t of lithium metal in {number(len(lithium))} "
        f"(resources), {number(titanium / 1e6, 1)} million t of titanium dioxide (USGS reserves, "
        "MCS 2026)."
    )
    backed = sum(bool(places[name][0]) and tonnes[name] > 0 for name in tonnes)
    held = "yes" if backed == len(tonnes) else "partly" if backed else "no"
    return Finding(line, held, held, ("deposits", "deposit_estimates", "reserve_claims"))


@answers("U24-15")
def none_among_the_first_five() -> Finding:
    """Ukraine's place in the tables of countries; the edition of 2025 has no place in rutile."""
    ilmenite, rutile = _statement("ti-usgs-ilmenite"), _statement("ti-usgs-rutile")
    lithium, uranium = _statement("li-usgs-resources"), _statement("u-redbook")
    first_uranium = _after(uranium.claim, ": ").split(", ")
    new = "the 2025 edition gave NA"
    line = (
        f"Ukraine's place by USGS reserves, MCS 2026: ilmenite {number(ilmenite['rank'])}, rutile "
        f"{number(rutile['rank'])} ({new if new in rutile.note else 'as before'}). "
        f"{lithium.claim.split(';')[0]}. {uranium.claim} ({uranium.basis}). "
        f"{uranium.note.split(';')[0]}."
    )
    in_rutile = rutile["rank"] <= 5
    others = (ilmenite["rank"] <= 5, "no Ukraine entry" not in lithium.claim)
    others = sum((*others, "Ukraine" in first_uranium[:5]))
    then, now = others + (in_rutile and new not in rutile.note), others + in_rutile
    held, holds = ("yes" if not n else "partly" if n < 4 else "no" for n in (then, now))
    return Finding(line, held, holds, ("reserve_claims",))


@answers("U24-27")
def lithium_from_half_a_million_to_33() -> Finding:
    """The ends make a range only if both count tonnes of the same thing."""
    low, high = _statement("li-500kt"), _statement("li-33mt")
    ore = _estimate("shevchenkivske-ore").tonnes_ore
    grade = _estimate("shevchenkivske-li2o").tonnes_li2o / ore
    line = (
        f"The {number(low.tonnes)} t ({low.claimed_by.split(';')[0]}) are of {low.tonnes_of}; the "
        f"{number(high.tonnes / 1e6)} million t ({high.claimed_by}) are of {high.tonnes_of}. At the "
        f"{number(100 * grade, 1)} % oxide of Shevchenkivske ({number(ore / 1e6, 1)} million t of "
        f"ore), that ore would hold {number(round(high.tonnes * grade, -3))} t of lithium oxide."
    )
    held = "yes" if low.tonnes_of == high.tonnes_of else "no"
    return Finding(line, held, held, ("reserve_claims", "deposit_estimates"))


@answers("U24-30")
def among_the_three_largest_in_lithium() -> Finding:
    """Place in Europe if the claimed tonnes were metal and stood in the USGS list of resources."""
    listing, claimed = _statement("li-usgs-resources"), _statement("li-500kt").tonnes / 1e3
    entries = re.findall(r"(\w+) ([\d.]+)", _after(listing.claim, "Europe: "))
    europe = {country: 1e3 * float(million) for country, million in entries}  # thousand t
    larger = [country for country, tonnes in europe.items() if tonnes > claimed]
    amounts = ", ".join(f"{country} {number(tonnes)}" for country, tonnes in europe.items())
    line = (
        f"{listing.claim.split(';')[0]} ({listing.basis}). In Europe it has, in thousand t: "
        f"{amounts}. Even if the claimed {number(claimed)} were metal, {number(len(larger))} "
        "countries would stand before Ukraine. These are resources, not reserves."
    )
    return Finding(line, None, "yes" if len(larger) < 3 else "no", ("reserve_claims",))
