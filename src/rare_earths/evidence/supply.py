"""Claims about reserves, mines, refining, controls and prices."""

from __future__ import annotations

import pandas as pd

from rare_earths.datapackage import load, vintages
from rare_earths.evidence import Finding, answers
from rare_earths.evidence.wording import PUBLISHED, day, figure, how_far, yes_if
from rare_earths.numbers import figure_in, number

# Mineral Commodity Summaries: the edition that the articles quote, and the one that had just
# come out (January 2025).
QUOTED, NEWEST_THEN = "MCS 2024", "MCS 2025"
NO_COUNTRY = ["World", "Other countries"]
LAST_YEAR = PUBLISHED.year - 1  # at publication


def _reserves() -> pd.DataFrame:
    """Reserves in million t REO: editions of the Mineral Commodity Summaries by countries."""
    rows = vintages("reserves")
    rows = rows[rows.edition.str.startswith("MCS")]
    table = rows.pivot(index="edition", columns="country", values="reserves_tonnes_reo") / 1e6
    return table.loc[rows.edition.unique()]


def _mined(edition: str | None = None) -> tuple[str, int, pd.Series]:
    """Edition (None: the newest), its last year, and the mine output of that year in t REO."""
    rows = vintages("mine_production", series="usgs_mcs")
    edition = edition or rows.edition.iloc[-1]
    rows = rows[rows.edition == edition]
    year = rows.year.max()
    return edition, year, rows[rows.year == year].set_index("country").tonnes_reo


def _last_year(rows: pd.DataFrame, edition: str) -> pd.Series:
    """The row of the last year in one edition of a table."""
    return rows[rows.edition == edition].sort_values("year").iloc[-1]


def _told(shares: pd.DataFrame) -> str:
    """Shares of table dependence with their years, with ranges and bounds as they are given."""
    return ", ".join(
        figure(row.share_pct)
        + (f" to {figure(row.share_high_pct)}" if pd.notna(row.share_high_pct) else "")
        + f" %{' or more' if 'greater_than' in str(row.flag) else ''} in {row.year_end}"
        for row in shares.itertuples()
    )


@answers("AM-05")
def world_reserves() -> Finding:
    """110 million tonnes: right for one edition, and of reserves, which are not all deposits."""
    world = vintages("reserves", country="World").set_index("edition")
    million, last = world.reserves_tonnes_reo / 1e6, world.index[-1]
    bound = world.flag.str.contains("greater_than", na=False).map({True: "more than ", False: ""})
    told = bound + million.map(number)
    line = (
        f"World reserves in million t REO: {told[QUOTED]} in {QUOTED}, {told[NEWEST_THEN]} in "
        f"{NEWEST_THEN} (January 2025), {told[last]} in {last}. The tables count reserves, not "
        "all deposits."
    )
    right = million[QUOTED] == 110
    held = how_far([right, right and million[NEWEST_THEN] == 110])
    return Finding(line, held, yes_if(million[last] == 110), ("reserves",))


@answers("AM-06")
def reserves_of_china() -> Finding:
    """44 million tonnes in China, edition after edition."""
    reserves = _reserves()
    china, last = reserves["China"], reserves.index[-1]
    share = 100 * china[QUOTED] / reserves.loc[QUOTED, "World"]
    line = (
        f"China: {figure(china[QUOTED])} million t REO in {QUOTED}, "
        f"{figure(china[NEWEST_THEN])} in {NEWEST_THEN}, {figure(china[last])} in {last}; the "
        f"first is {number(share)} % of that edition's world total."
    )
    held = yes_if((china[[QUOTED, NEWEST_THEN]] == 44).all())
    return Finding(line, held, yes_if(china[last] == 44), ("reserves",))


@answers("AM-07")
def producer_because_of_reserves() -> Finding:
    """China does mine most; but the second in reserves is not the second in mining."""
    reserves, told, verdicts = _reserves(), [], []
    for asked in (NEWEST_THEN, None):
        edition, year, mined = _mined(asked)
        stock, mined = reserves.loc[edition].drop(NO_COUNTRY), mined.drop(NO_COUNTRY)
        (first, miner), second = mined.nlargest(2).index, stock.nlargest(2).index[1]
        pairs = [f"{c} {figure(stock[c])} and {number(mined[c])}" for c in (first, second, miner)]
        told.append(f"{edition}, output of {year}: {'; '.join(pairs)}.")
        verdicts.append(how_far([first == "China", second == miner]))
    line = (
        "First miner, second in reserves, second miner, with reserves (million t REO) and mine "
        f"output (t REO). {' '.join(told)}"
    )
    return Finding(line, *verdicts, ("mine_production", "reserves"))


def _significant(*countries: str) -> Finding:
    """Do the countries hold a tenth of China's reserves, in both editions then, and now?

    China's figure is the measure because the world totals since MCS 2025 are lower bounds.
    """
    reserves = _reserves()
    editions = [QUOTED, NEWEST_THEN, reserves.index[-1]]
    large = reserves[[*countries]].ge(reserves["China"] / 10, axis=0)
    cells = reserves.loc[editions, [*countries]].map(figure, na_action="ignore")
    told = "; ".join(f"{c} {', '.join(cells[c].fillna('not available'))}" for c in countries)
    line = (
        f"Reserves in million t REO in {', '.join(editions)}: {told}. Counted as significant: a "
        f"tenth of China's {figure(reserves['China'].iloc[-1])} million t."
    )
    held = how_far(large.loc[editions[:2]].stack())
    holds = how_far(large.iloc[-1]) if cells.iloc[-1].notna().any() else None
    return Finding(line, held, holds, ("reserves",))


@answers("AM-08")
def brazil_and_india() -> Finding:
    """Both large in the editions of the time; since then India's figure was withdrawn."""
    return _significant("Brazil", "India")


@answers("AM-09")
def vietnam_and_russia() -> Finding:
    """Large in the edition that the article used, cut in the one that had just come out."""
    return _significant("Vietnam", "Russia")


@answers("AM-10")
def chemicals_and_waste() -> Finding:
    """Both are documented, leaving out the figures that only circulate on the web."""
    rows = load("environmental_figures")
    rows = rows[rows.evidence != "weak_viral"]
    high = rows.set_index("claim_id").value_high
    chemicals = rows[rows.claim.str.contains("acid|leaching", case=False)]
    waste = rows[rows.topic.isin(["tailings", "pollution", "radioactivity"])]
    line = (
        f"{number(high['rock_to_metal_low'])} to {number(high['rock_to_metal_high'])} t of rock "
        "are moved for a tonne of rare earths (USGS, 2018). The Baotou pond held "
        f"{number(high['baotou_tonnage'])} million t of tailings, of iron ore too (Caixin, 2012). "
        f"Entries on acid or leaching: {number(len(chemicals))}; on tailings, pollution or "
        f"radioactive residue: {number(len(waste))}, unsourced web figures left out."
    )
    held = how_far((part.year <= LAST_YEAR).any() for part in (chemicals, waste))
    holds = how_far(len(part) > 0 for part in (chemicals, waste))
    return Finding(line, held, holds, ("environmental_figures",))


def _share_of_china() -> pd.Series:
    """China's share of the world's mine output in per cent, by year: BGS, sum of countries."""
    rows = load("mine_production", series="bgs_wms")
    mined = rows.pivot(index="year", columns="country", values="tonnes_reo")
    return (100 * mined["China"] / mined.sum(axis=1)).dropna()


def _separated(series: str) -> pd.Series:
    """China's last actual share in separating the magnet elements, in one series."""
    rows = load("value_chain", series=series, stage="separation_refining", country="China")
    return rows[rows.kind == "actual"].sort_values("year").iloc[-1]


@answers("AM-18")
def decades_of_dominance() -> Finding:
    """More than half of the world's mines for twenty years and more, and of the separation."""
    share = _share_of_china()
    since, until = share.index[share <= 50].max() + 1, share.index[-1]
    then, now = _separated("iea_outlook_2024"), _separated("iea_explorer_2025")
    edition, year, mined = _mined()
    newest = 100 * mined["China"] / mined["World"]
    line = (
        f"China mined over half of the world's rare earths in every year from {since} to {until} "
        f"(BGS; {number(share[2010])} % in 2010) and {number(newest)} % in {year} ({edition}). It "
        f"separated {number(then.share_pct)} % of the four magnet elements in {then.year} and "
        f"{number(now.share_pct)} % in {now.year} (IEA)."
    )
    decades = until - since >= 20
    held = how_far([decades, then.share_pct > 50])
    holds = how_far([decades and newest > 50, now.share_pct > 50])
    return Finding(line, held, holds, ("mine_production", "value_chain"))


@answers("AM-20")
def united_states_on_china() -> Finding:
    """Most of what the United States uses is imported, and most of the imports are Chinese."""
    imports = vintages("us_import_sources", material="compounds_and_metals")
    imports = imports[imports.country == "China"]
    reliance = vintages("us_dependence", material="compounds_and_metals")
    told, verdicts = [], []
    for source in imports.itertuples():
        need = _last_year(reliance, source.edition)
        told.append(
            f"{figure(source.share_pct)} % in {source.period_start} to {source.period_end} and "
            f"{figure(need.reliance_pct)} % in {need.year} ({source.edition})"
        )
        verdicts.append(how_far([source.share_pct > 50, need.reliance_pct > 50]))
    line = (
        "Compounds and metals, China's share of US imports and US net import reliance: "
        f"{'; '.join(told)}."
    )
    return Finding(line, verdicts[0], verdicts[-1], ("us_dependence", "us_import_sources"))


@answers("AM-21")
def european_union_on_china() -> Finding:
    """China is first by weight, and has more than half of supply and of magnets."""
    imports = load("trade_eu", flow="import")
    weight = imports.set_index("country").share_pct.drop("World")
    supply, magnets = (
        load("dependence", measure=measure, importer="European Union").sort_values("year_end")
        for measure in ("supply_share", "magnet_share")
    )
    line = (
        f"China's share for the EU: {figure(weight['China'])} % of imports by weight in "
        f"{imports.year.max()} (Eurostat; first is {weight.idxmax()}); of supply "
        f"{_told(supply)}, the last for magnet elements; of magnets {_told(magnets)}."
    )
    first = weight.idxmax() == "China"
    counts = [rows.set_index("year_end").share_pct for rows in (supply, magnets)]
    held = how_far([first, *(count.loc[:LAST_YEAR].iloc[-1] > 50 for count in counts)])
    holds = how_far([first, *(count.iloc[-1] > 50 for count in counts)])
    return Finding(line, held, holds, ("dependence", "trade_eu"))


@answers("AM-22")
def diversify_and_recycle() -> Finding:
    """Measures of both before the article, a benchmark for recycling, and more since."""
    us, eu = load("us_policy"), load("eu_japan_policy", actor="European Union")
    goals = eu[(eu.kind == "benchmark") & (eu.first_day < PUBLISHED)]
    what = goals.measure.str.split(": ").str[-1]
    before, after = us[us.first_day < PUBLISHED], us[us.first_day >= PUBLISHED]
    told = ", ".join(f"{w} {figure(p)} %" for w, p in zip(what, goals.target_pct, strict=True))
    line = (
        f"US measures in the table: {number(len(before))} from {day(before.first_day.min())} to "
        f"February 2025, {number(len(after))} since. EU benchmarks for "
        f"{goals.target_year.iloc[0]}, in force since {day(goals.first_day.iloc[0])}: {told}."
    )
    recycling = (what == "recycling").any()
    held = how_far([len(before) > 0, len(goals) > 0, recycling])
    holds = how_far([len(after) > 0, (goals.status == "in force").all(), recycling])
    return Finding(line, held, holds, ("eu_japan_policy", "us_policy"))


@answers("AM-23")
def threat_of_2019() -> Finding:
    """Hints in state media and by an official; no instrument followed."""
    hint = load("export_controls", kind="threat", targets="United States").iloc[0]
    line = (
        f"{day(hint.first_day)}: {hint.measure}. Instrument: {hint.instrument}; {hint.status}. "
        f"Effect noted: {hint.effect}."
    )
    verdict = how_far([hint.first_day.year == 2019, hint.instrument != "none"])
    return Finding(line, verdict, verdict, ("export_controls",))


@answers("AM-24")
def evident_in_2019() -> Finding:
    """Governments had acted on the reliance before that year."""
    cases = load("export_controls", kind="WTO_case")
    orders = load("us_policy", kind="executive_order").rename(columns={"action": "measure"})
    acts = pd.concat([cases, orders])
    early = acts[acts.first_day.dt.year < 2019]
    told = "; ".join(f"{day(act.first_day)}, {act.measure}" for act in early.itertuples())
    line = f"Acts of governments before 2019: {told or 'none in the tables'}."
    verdict = yes_if(early.empty)
    return Finding(line, verdict, verdict, ("export_controls", "us_policy"))


@answers("AM-25")
def ban_on_japan() -> Finding:
    """Shipments to Japan stopped, without a published ban; the cut of the quota was published."""
    halt = load("export_controls", kind="informal_halt", targets="Japan").iloc[0]
    quota = load("quotas_export", part="full_year").set_index("year").gross_tonnes
    cut = 100 * (1 - quota[2010] / quota[2009])
    line = (
        f"{day(halt.first_day)} to {day(pd.Timestamp(halt.end_date))}: {halt.measure}. "
        f"Instrument: {halt.instrument}; {halt.status}. China's export quota for all buyers fell "
        f"from {number(quota[2009])} t (gross) in 2009 to {number(quota[2010])} in 2010, by "
        f"{number(cut)} %."
    )
    published = not halt.instrument.startswith("none")
    verdict = how_far([halt.first_day.year == 2010, published])
    return Finding(line, verdict, verdict, ("export_controls", "quotas_export"))


@answers("AM-26")
def japan_and_lynas() -> Finding:
    """Deals with Lynas since 2010, and a smaller share of Chinese imports."""
    japan = load("eu_japan_policy", actor="Japan")
    lynas = japan[(japan.measure + japan.terms.fillna("")).str.contains("Lynas")]
    before = lynas[lynas.first_day < PUBLISHED]
    shares = load("dependence", measure="import_share", importer="Japan").sort_values("year_end")
    line = (
        f"Steps of Japan with Lynas in the table: {number(len(before))} from "
        f"{day(before.first_day.min())} to February 2025, {number(len(lynas) - len(before))} "
        "since. China's share of Japan's rare-earth imports, by press and industry estimates: "
        f"{_told(shares)}."
    )
    share = shares.set_index("year_end").share_pct
    held = how_far([len(before) > 0, share.loc[:LAST_YEAR].iloc[-1] < share.iloc[0]])
    holds = how_far([len(lynas) > 0, share.iloc[-1] < share.iloc[0]])
    return Finding(line, held, holds, ("dependence", "eu_japan_policy"))


def _restrictions() -> pd.DataFrame:
    """Licences and bans on exports for all buyers since 2023 that are in force."""
    rows = load("export_controls", kind=["licence", "ban", "technology_ban"], targets="all")
    return rows[rows.status.str.startswith("in force") & (rows.first_day.dt.year >= 2023)]


@answers("AM-28")
def outside_the_restrictions() -> Finding:
    """Not on the list of that week; but their technology was banned, and licences came in April."""
    rows = _restrictions()
    newest = rows[rows.first_day < PUBLISHED].iloc[-1]
    now = rows[(rows.n_rare_earths > 0) | rows.covers.str.contains("rare earth")]
    told = "; ".join(f"{day(row.first_day)}, {row.measure}" for row in now.itertuples())
    line = (
        f"The list of {day(newest.first_day)} ({newest.covers.replace(';', ', ')}) names "
        f"{number(newest.n_rare_earths)} rare earths. In force since 2023 for all buyers, and on "
        f"rare earths: {told or 'nothing'}."
    )
    held, holds = (
        how_far([not (some.n_rare_earths > 0).any(), some.empty])
        for some in (now[now.first_day < PUBLISHED], now)
    )
    return Finding(line, held, holds, ("export_controls",))


@answers("AM-29")
def five_metals() -> Finding:
    """The licences of 4 February 2025 cover the five, and are still in force."""
    rows = load("export_controls", kind="licence")
    licence = rows[rows.first_day < PUBLISHED].iloc[-1]
    line = (
        f"{day(licence.first_day)}: {licence.measure}; {licence.status}. A licence is not a ban. "
        "The table does not hold the reason that was given."
    )
    held = how_far(metal in licence.covers.split(";") for metal in ("W", "Te", "Bi", "Mo", "In"))
    in_force = licence.status.startswith("in force")
    return Finding(line, held, held if in_force else "no", ("export_controls",))


@answers("U24-16")
def largest_producer() -> Finding:
    """First in the count of that winter and in the newest one, and in the British count too."""
    bgs = load("mine_production", series="bgs_wms")
    bgs = bgs[bgs.year == bgs.year.max()].set_index("country")
    told, verdicts = [], []
    for asked in (NEWEST_THEN, None):
        edition, year, mined = _mined(asked)
        china, world = number(mined["China"]), number(mined["World"])
        told.append(f"{china} of {world} t REO in {year} ({edition})")
        counts = (mined.drop(NO_COUNTRY), bgs.tonnes_reo)
        verdicts.append(how_far(count.idxmax() == "China" for count in counts))
    line = (
        f"Mined in China: {' and '.join(told)}; {number(bgs.tonnes_reo['China'])} of "
        f"{number(bgs.tonnes_reo.sum())} t in {bgs.year.iloc[0]} (BGS, sum of countries)."
    )
    return Finding(line, *verdicts, ("mine_production",))


@answers("U24-18")
def reserves_of_the_united_states() -> Finding:
    """Reserves are left where they would last for more than ten years at the year's output."""
    reserves, told, verdicts = _reserves()["United States"], [], []
    for asked in (NEWEST_THEN, None):
        edition, year, mined = _mined(asked)
        years = 1e6 * reserves[edition] / mined["United States"]
        told.append(
            f"{figure(reserves[edition])} million t REO in {edition}, {number(years)} times the "
            f"{number(mined['United States'])} t mined in {year}"
        )
        verdicts.append(yes_if(years > 10))
    line = f"US reserves: {'; '.join(told)}. The table counts rare earths, no other minerals."
    return Finding(line, *verdicts, ("mine_production", "reserves"))


@answers("U24-19")
def one_mine() -> Finding:
    """One site of the table is an operating mine in the United States."""
    mines = load("sites", country="United States", stage="mining", status="operating")
    mine = mines.iloc[0]
    start = figure_in(mine.key_dates, r".*(\d{4})(?: Q\d)? restarted")
    line = (
        f"US mines listed as operating: {number(len(mines))} ({'; '.join(mines.site)}), restarted "
        f"in {start:.0f}, output {number(mine.capacity_tonnes_per_year)} t REO a year (as of "
        f"{day(pd.Timestamp(mine.status_as_of))}). Monazite from mineral sands is not in the list."
    )
    holds = yes_if(len(mines) == 1)
    return Finding(line, holds if start < PUBLISHED.year else None, holds, ("sites",))


@answers("U24-20")
def limited_processing() -> Finding:
    """Output of compounds and metals against that of the mine: under a tenth then, more now."""
    made = vintages("us_flows", indicator="production_compounds_and_metals")
    mined = vintages("us_flows", indicator="production_mineral_concentrates")
    told, verdicts = [], []
    for edition in (NEWEST_THEN, made.edition.iloc[-1]):
        out, ore = _last_year(made, edition), _last_year(mined, edition)
        share = 100 * out.tonnes_reo / ore.tonnes_reo
        told.append(
            f"{number(out.tonnes_reo)} t REO in {out.year}, {number(share)} % of the "
            f"{number(ore.tonnes_reo)} t in concentrates ({edition})"
        )
        # Under a tenth is limited; between that and a half is limited in part.
        verdicts.append(how_far([share < 10, share < 50]))
    line = f"US output of compounds and metals: {'; '.join(told)}."
    return Finding(line, *verdicts, ("us_flows",))
