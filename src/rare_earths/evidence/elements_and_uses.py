"""Claims about what the rare earths are, and what they are used for.

The table of uses is a description as of November 2026, without dates: what it says about a claim
is the same for both days.
"""

from __future__ import annotations

import pandas as pd

from rare_earths.datapackage import load
from rare_earths.evidence import Finding, answers
from rare_earths.evidence.wording import figure, how_far, yes_if
from rare_earths.numbers import number

HEAVY_METAL_G_CM3 = 5  # one common limit; there is no agreed one
# What the scales of table uses weigh: small, niche, declining and historic uses weigh nothing.
WEIGHT = {"large": 2, "small_mass_large_reach": 2, "medium": 1, "growing": 1}


def _uses(about: str = "", **where) -> pd.DataFrame:
    """Uses whose description contains a word, with the weight of their scale."""
    uses = load("uses", **where)
    uses = uses[uses.application.str.contains(about, case=False)]
    return uses.assign(weight=uses.scale.map(WEIGHT).fillna(0))


def _share_of_tonnes(sector: str) -> pd.Series:
    """The newest share that NRCan prints of a sector in world use by tonnes."""
    where = {"basis": "tonnes_reo", "region": "World", "provider": "NRCan", "sector": sector}
    return load("end_use_shares", **where).sort_values("year").iloc[-1]


def _main_element(about: str, named: str, other: str) -> Finding:
    """Is the element that a claim names for a use the main one there, or another one?"""
    names = load("elements").set_index("symbol").name
    ours, theirs = _uses(about, symbol=named), _uses(about, symbol=other)
    listed = [
        f"Listed for {names[use.symbol]}: {use.application} ({use.scale} use)."
        + (f" {use.note}." if pd.notna(use.note) else "")
        for use in pd.concat([ours, theirs]).itertuples()
    ]
    main = len(ours) > 0 and not theirs.weight.max() > ours.weight.max()
    verdict = how_far([len(ours) > 0, main])
    return Finding(" ".join(listed), verdict, verdict, ("elements", "uses"))


@answers("AM-01")
def computers_batteries_energy() -> Finding:
    """Each of the three industries needs a use of medium or large scale; batteries have none."""
    sectors = {
        "computers and devices": ("consumer_electronics", "semiconductors"),
        "batteries": ("batteries_hydrogen",),
        "wind power and electric cars": ("wind", "electric_vehicles"),
    }
    weighty = {name: (_uses(sector=of).weight > 0).sum() for name, of in sectors.items()}
    alloys = _share_of_tonnes("batteries")
    line = (
        "Uses listed with a medium or large scale or reach: "
        f"{', '.join(f'{name} {number(n)}' for name, n in weighty.items())}. "
        f"Battery alloys took {figure(alloys.share_pct)} % of world tonnes in {alloys.year} "
        f"({alloys.provider})."
    )
    verdict = how_far(n > 0 for n in weighty.values())
    return Finding(line, verdict, verdict, ("end_use_shares", "uses"))


@answers("AM-03")
def seventeen_heavy_metals() -> Finding:
    """Seventeen is right, and so are the examples; not all of them are heavy metals."""
    elements = load("elements").set_index("name")
    density = elements.density_g_cm3
    line = (
        f"{number(len(elements))} elements, of which USGS classes "
        f"{number((elements.class_usgs == 'heavy').sum())} as heavy. Densities run from "
        f"{number(density.min(), 2)} g/cm³ ({density.idxmin()}) to {number(density.max(), 2)} "
        f"({density.idxmax()}); {number((density < HEAVY_METAL_G_CM3).sum())} lie under "
        f"{HEAVY_METAL_G_CM3} g/cm³, a common limit for heavy metals."
    )
    examples = elements.index.intersection(["dysprosium", "neodymium", "cerium"])
    group = len(elements) == 17 and len(examples) == 3
    verdict = how_far([group, (density >= HEAVY_METAL_G_CM3).all()])
    return Finding(line, verdict, verdict, ("elements",))


@answers("AM-04")
def abundant_and_thinly_spread() -> Finding:
    """More common than copper or silver in the crust, yet far below a thousandth of it."""
    crust = load("crustal_abundance").set_index("name")
    ppm, rare = crust.upper_crust_ppm, crust.upper_crust_ppm[crust.is_rare_earth]
    clay = load("minerals", mineral="ion-adsorption clay").iloc[0]
    percent = rare.sum() / 1e4
    line = (
        f"Upper crust: {rare.idxmax()} {number(rare.max())} ppm (copper {number(ppm['copper'])}), "
        f"{rare.idxmin()}, the least of those with a figure, {number(rare.min(), 1)} (silver "
        f"{number(ppm['silver'], 3)}). All together they make {number(percent, 2)} % of it; "
        f"ion-adsorption clays, an ore, hold {number(clay.reo_low_pct, 2)} to "
        f"{number(clay.reo_high_pct, 1)} % oxide."
    )
    abundant = rare.max() > ppm["copper"] and rare.min() > ppm["silver"]
    verdict = how_far([abundant, percent < 0.1 and clay.reo_high_pct < 1])
    return Finding(line, verdict, verdict, ("crustal_abundance", "minerals"))


@answers("AM-11")
def each_of_the_seventeen() -> Finding:
    """“Each” fails with the elements whose uses are all small, niche, declining or historic."""
    names = load("elements").set_index("symbol").name
    uses = _uses()
    weighty = uses[uses.weight > 0].groupby("symbol").sector.nunique()
    sectors = weighty.reindex(names.index, fill_value=0)
    without = names[sectors == 0]
    line = (
        f"In the table of uses {number((sectors > 1).sum())} of {number(len(names))} elements have "
        f"medium or large uses in two sectors or more; {number(len(without))} have none at all: "
        f"{', '.join(without)}."
    )
    verdict = yes_if((sectors > 1).all())
    return Finding(line, verdict, verdict, ("elements", "uses"))


@answers("AM-12")
def europium_in_screens() -> Finding:
    """Listed, as a declining use; the price of the oxide shows the decline."""
    screens = _uses("TV", symbol="Eu")
    then = load("prices", basis="year_end_quote", symbol="Eu", year=2011).iloc[0]
    now = load("prices", basis="annual_average", symbol="Eu").sort_values("year").iloc[-1]
    line = (
        f"Europium in the table of uses: {screens.application.iloc[0]} "
        f"({screens.scale.iloc[0]} use). Its oxide cost {number(then.price_usd_per_kg)} USD/kg at "
        f"the end of {then.year} ({figure(then.purity_pct)} % pure, {then.edition}) and "
        f"{number(now.price_usd_per_kg)} on average in {now.year} ({number(now.purity_pct, 2)} % "
        f"pure, {now.edition})."
    )
    fading = screens.scale.isin(["declining", "historic"]).all()
    verdict = how_far([len(screens) > 0, not fading])
    return Finding(line, verdict, verdict, ("prices", "uses"))


@answers("AM-13")
def cerium_polishes_glass() -> Finding:
    """Listed for cerium, at a large scale."""
    polishing = _uses(symbol="Ce", sector="glass_polishing")
    powders = _share_of_tonnes("polishing")
    line = (
        f"Polishing of glass is listed for cerium as a {polishing.scale.iloc[0]} use. Polishing "
        f"powders took {figure(powders.share_pct)} % of world tonnes of rare earths in "
        f"{powders.year} ({powders.provider})."
    )
    verdict = how_far([len(polishing) > 0, polishing.weight.max() > 0])
    return Finding(line, verdict, verdict, ("end_use_shares", "uses"))


@answers("AM-14")
def cerium_in_refineries() -> Finding:
    """Cerium has a use there, lanthanum the larger one."""
    return _main_element("refiner|refining", named="Ce", other="La")


@answers("AM-15")
def lanthanum_in_converters() -> Finding:
    """Lanthanum has a use there, cerium the larger one."""
    return _main_element("catalytic converter", named="La", other="Ce")


@answers("AM-16")
def magnets_at_sea() -> Finding:
    """The magnets hold both metals; they leave little maintenance, which is not none."""
    where = {"mass": "element", "series": "selected", "study": "JRC (Carrara 2020)"}
    wind = load("intensity_wind", **where).set_index(["technology", "symbol"]).kg_per_mw_high
    drive, geared = wind["direct_drive_magnet"], wind["geared_induction"]
    generator = _uses(symbol="Nd", sector="wind").iloc[0]
    line = (
        f"Direct-drive turbines with magnets hold {number(drive['Nd'])} kg of neodymium and "
        f"{number(drive['Dy'])} kg of dysprosium per MW, geared induction ones "
        f"{number(geared['Nd'])} and {number(geared['Dy'])} (JRC, 2020). The table of uses gives "
        f"as their merit: {generator.property_exploited}. {generator.note}."
    )
    free = "no maintenance" in generator.property_exploited
    verdict = how_far([drive["Nd"] > 0 and drive["Dy"] > 0, free])
    return Finding(line, verdict, verdict, ("intensity_wind", "uses"))


@answers("U24-09")
def seventeen_metals() -> Finding:
    """The definition: the lanthanides, scandium and yttrium."""
    elements = load("elements")
    line = (
        f"The table of elements holds {number(elements.is_lanthanide.sum())} lanthanides, "
        f"{' and '.join(elements.name[~elements.is_lanthanide])}: "
        f"{number(len(elements))} metals in all."
    )
    verdict = yes_if(len(elements) == 17)
    return Finding(line, verdict, verdict, ("elements",))


@answers("U24-10")
def used_in_magnets() -> Finding:
    """“They” would be all of the group; magnets are a medium or large use of a few."""
    magnets = _uses(sector="magnets")
    symbols = magnets.symbol[magnets.weight > 0].unique()
    group = load("elements").symbol
    shares = load("end_use_shares", basis="tonnes_reo", region="World", sector="magnets")
    shares = shares[~shares.flag.str.contains("projection", na=False)]
    line = (
        f"Magnets are a medium or large use of {number(len(symbols))} of the "
        f"{number(len(group))} elements ({', '.join(symbols)}). By the counts for "
        f"{shares.year.min()} to {shares.year.max()} they took {number(shares.share_pct.min())} to "
        f"{number(shares.share_pct.max())} % of world tonnes of rare earths."
    )
    verdict = how_far(group.isin(symbols))
    return Finding(line, verdict, verdict, ("elements", "end_use_shares", "uses"))
