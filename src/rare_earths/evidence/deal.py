"""Claims about the deal, what was said about it, and the lists of critical minerals."""

from __future__ import annotations

import re

import pandas as pd

from rare_earths.datapackage import load
from rare_earths.evidence import Finding, answers
from rare_earths.numbers import number

PUBLISHED = pd.Timestamp("2025-02-05")  # the later of the two articles
AL_MAYADEEN, UNITED24 = "almayadeen-2025", "united24-2025"  # their keys in the bibliography


def _day(moment: pd.Timestamp) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _event(event_id: str) -> pd.Series:
    return load("deal_timeline", event_id=event_id).iloc[0]


def _told(event: pd.Series) -> str:
    return f"{_day(event.first_day)}: {event.event}"


def _reported(event: pd.Series, article: str, *words: str) -> str | None:
    """Whether an event of that content is on record; None if only the article itself has it."""
    if set(event.source.split(";")) == {article}:
        return None
    there = all(re.search(word, event.event) for word in words)
    return "yes" if there and event.first_day <= PUBLISHED else "no"


def _signed(topic: str) -> pd.Series:
    """What the agreement of 30 April 2025 says on a topic."""
    return load("draft_comparison", version_id="F", topic=topic).iloc[0]


def _usd(aid_id: str, measure: str) -> float:
    """One count of US aid, in billion USD."""
    return load("aid_usd", measure=measure, aid_id=aid_id).amount_usd_billion.iloc[0]


def _us_list(day: pd.Timestamp | None = None) -> pd.DataFrame:
    """Entries of the US list of critical minerals in force on a day, or of the newest."""
    rows = load("critical_lists", jurisdiction="United States")
    if day is not None:
        rows = rows[rows.list_date <= day]
    return rows[rows.list_date == rows.list_date.max()]


def _year(entries: pd.DataFrame) -> int:
    return entries.list_date.iloc[0].year


def _not_listed(entries: pd.DataFrame) -> list[str]:
    """Names of the rare earths that a list does not cover, one by one or as a group."""
    listed = entries[entries.is_rare_earth].symbols.str.split(";").explode()
    elements = load("elements")
    return elements[~elements.symbol.isin(listed)]["name"].tolist()


def _without_stable_isotope() -> list[str]:
    """Names of the rare earths that do not occur in usable amounts."""
    return load("elements", radioactivity="no_stable_isotope")["name"].tolist()


# The wish and what became of it ---------------------------------------------------------------


@answers("AM-02")
def rare_earths_for_aid() -> Finding:
    """His words of 3 February 2025 against the clauses on supply and aid of the signed text."""
    wish, supply, aid = _event("e06"), _signed("offtake"), _signed("past_aid_as_debt")
    line = (
        f"{_told(wish)} In the text signed on {_day(supply.version_date)}: {supply.provision} "
        f"{aid.provision.split('. ')[0]}."
    )
    held = _reported(wish, AL_MAYADEEN, "Trump", "wants a deal", "aid", "rare earths")
    as_wished = supply.status == aid.status == "present"
    tables = ("deal_timeline", "draft_comparison")
    return Finding(line, held, "yes" if as_wished else "overtaken", tables)


@answers("U24-01")
def rare_earths_for_past_aid() -> Finding:
    """His words of 3 February 2025 against the clause on past aid of the signed text."""
    wish, aid = _event("e06"), _signed("past_aid_as_debt")
    line = f"{_told(wish)} In the text signed on {_day(aid.version_date)}: {aid.provision}"
    held = _reported(wish, UNITED24, "Trump", "wants a deal", "aid", "rare earths")
    holds = "overtaken" if aid.status == "absent" else "yes"
    return Finding(line, held, holds, ("deal_timeline", "draft_comparison"))


@answers("U24-08")
def rare_earths_or_critical_minerals() -> Finding:
    """The doubt was right if the first draft, and then the annex, reach beyond rare earths."""
    draft = load("draft_comparison", version_id="A", topic="resources_covered").iloc[0]
    annex = load("annex_resources")
    rare = int(annex.is_rare_earth.sum())
    line = (
        f"The first US draft, dated {_day(draft.version_date)}, covers: {draft.provision} The "
        f"annex of the signed agreement lists {number(len(annex))} resources; {number(rare)} of "
        "them are rare earths."
    )
    held = "yes" if re.search("(?i)minerals|oil|gas", draft.provision) else "no"
    holds = "yes" if rare < len(annex) else "no"
    return Finding(line, held, holds, ("draft_comparison", "annex_resources"))


@answers("U24-05")
def close_to_300_billion() -> Finding:
    """Whether any public count of US aid comes within a tenth of 300 billion USD."""
    measures = ["appropriated", "made_available", "allocated"]
    usd = load("aid_usd", measure=measures, donor="United States", aid_type="total")
    usd = usd[usd.counter_kind != "statement"].set_index("aid_id")
    counts, ends = usd.amount_usd_billion, usd.period_end
    kiel = load("aid_eur", measure="allocated", aid_id="e11").amount_eur_billion.iloc[0]
    near = counts >= 0.9 * 300
    line = (
        f"US aid to the end of 2024: {number(_usd('u03', 'appropriated'), 1)} billion USD "
        f"appropriated, {number(_usd('u07', 'made_available'), 2)} billion made available, "
        f"{number(kiel, 1)} billion EUR allocated (Kiel, release 29). The largest of {number(len(counts))} counts in dollars: "
        f"{number(counts.max())} billion, to {_day(ends[counts.idxmax()])}. Counts within a "
        f"tenth of 300 billion: {number(int(near.sum()))}."
    )
    held = "yes" if near[ends <= PUBLISHED].any() else "no"
    return Finding(line, held, "yes" if near.any() else "no", ("aid_usd", "aid_eur"))


# Kyiv's offer of 2024 -------------------------------------------------------------------------


@answers("AM-17")
def zelensky_proposed_it() -> Finding:
    """Whether Zelensky made offers about resources in the year before the article."""
    events = load("deal_timeline", event_id=["e02", "e03"])
    line = " ".join(_told(event) for event in events.itertuples())
    offers = events.actors.str.contains("Zelensky") & events.event.str.contains("offer")
    made = offers & (events.first_day.dt.year == PUBLISHED.year - 1)
    held = "yes" if made.any() else "no"
    return Finding(line, held, held, ("deal_timeline",))


@answers("U24-21")
def victory_plan_shares_resources() -> Finding:
    """Point four of the plan, as it was presented to parliament."""
    plan = _event("e03")
    named = "" if re.search("rare earth", plan.event) else "not "
    line = f"{_told(plan)} Rare earths are {named}among the minerals that this summary names."
    held = _reported(plan, UNITED24, "Zelensky", "Victory Plan", "partners", "resources")
    return Finding(line, held, held, ("deal_timeline",))


@answers("U24-22")
def day_of_the_victory_plan() -> Finding:
    """Whether the day on which Trump met the offer is the day that the article gives."""
    events = load("deal_timeline", event_id=["e02", "e03"])
    line = " ".join(_told(event) for event in events.itertuples())
    with_trump = events[events.actors.str.contains("Trump")]
    held = "yes" if (with_trump.first_day == pd.Timestamp("2024-10-16")).any() else "no"
    return Finding(line, held, held, ("deal_timeline",))


# What Moscow and Berlin said ------------------------------------------------------------------


@answers("AM-31")
def russia_warned_trump() -> Finding:
    """Whether any Russian statement on record tells the United States to stay away."""
    said = load("positions", group="Russia")
    quoted = load("positions", position_id=["p05", "p12"])
    quotes = " ".join(f"{q.who}, {_day(q.first_day)}: {q.position}" for q in quoted.itertuples())
    warning = said.position.str.contains(r"\bwarn|stay away|keep out|hands off|leave .*alone")
    line = (
        f"{quotes} Statements by Russians on record: {number(len(said))}; "
        f"with a warning to stay away: {number(int(warning.sum()))}."
    )
    held = "yes" if (warning & (said.first_day <= PUBLISHED)).any() else "no"
    return Finding(line, held, "yes" if warning.any() else "no", ("positions",))


@answers("AM-36")
def scholz_egotistic() -> Finding:
    """The chancellor's two words, reported by others than the article."""
    remark = _event("e08")
    line = f"{remark.place}, {_told(remark)}"
    held = _reported(remark, AL_MAYADEEN, "Scholz", "egotistic", "self-cent(er|re)d")
    return Finding(line, held, held, ("deal_timeline",))


@answers("AM-37")
def scholz_reconstruction() -> Finding:
    """What the chancellor wanted the resources to pay for, reported by others too."""
    remark = _event("e08")
    line = f"{remark.place}, {_told(remark)}"
    held = _reported(remark, AL_MAYADEEN, "Scholz", "resources", "after the war")
    return Finding(line, held, held, ("deal_timeline",))


# The lists ------------------------------------------------------------------------------------


@answers("AM-27")
def rare_earths_among_critical_minerals() -> Finding:
    """All rare earths with a stable isotope are on the list, and so are other minerals."""
    words, sides = [], []
    for entries in (_us_list(PUBLISHED), _us_list()):
        rare, missing = int(entries.is_rare_earth.sum()), _not_listed(entries)
        words.append(
            f"US list of {_year(entries)}: {number(rare)} of {number(len(entries))} entries are "
            f"rare earths, {number(len(entries) - rare)} are not; not listed: "
            f"{', '.join(missing) or 'none'}."
        )
        critical = set(missing) <= set(_without_stable_isotope())
        sides.append("yes" if critical and rare < len(entries) else "partly" if rare else "no")
    return Finding(" ".join(words), *sides, ("critical_lists", "elements"))


@answers("U24-12")
def some_rare_earths() -> Finding:
    """“Some” is imprecise where all rare earths with a stable isotope are on the list."""
    words, sides = [], []
    total, unstable = len(load("elements")), _without_stable_isotope()
    for entries in (_us_list(PUBLISHED), _us_list()):
        missing = _not_listed(entries)
        words.append(
            f"US list of {_year(entries)}: {number(total - len(missing))} of the {number(total)} "
            f"rare earths; not listed: {', '.join(missing) or 'none'}."
        )
        all_usable = set(missing) <= set(unstable)
        sides.append("partly" if all_usable else "yes" if len(missing) < total else "no")
    words.append(f"Without a stable isotope: {', '.join(unstable)}.")
    return Finding(" ".join(words), *sides, ("critical_lists", "elements"))


@answers("AM-30")
def five_controlled_metals() -> Finding:
    """How many of the five metals are on the US list, then and now."""
    metals = ["bismuth", "indium", "molybdenum", "tellurium", "tungsten"]
    words, sides = [], []
    for entries in (_us_list(PUBLISHED), _us_list()):
        listed = [metal for metal in metals if (entries.family == metal).any()]
        absent = [metal for metal in metals if metal not in listed]
        words.append(
            f"US list of {_year(entries)} ({number(len(entries))} entries): "
            f"{', '.join(listed) or 'none'}; not listed: {', '.join(absent) or 'none'}."
        )
        sides.append("no" if not listed else "partly" if absent else "yes")
    return Finding(" ".join(words), *sides, ("critical_lists",))


@answers("U24-11")
def fifty_critical_minerals() -> Finding:
    """Number of entries of the US list in force, then and now."""
    then, now = _us_list(PUBLISHED), _us_list()
    line = (
        f"The US list in force in February 2025, of {_year(then)}, has {number(len(then))} "
        f"entries; the list of {_day(now.list_date.iloc[0])} has {number(len(now))}."
    )
    held, holds = ("yes" if len(entries) == 50 else "no" for entries in (then, now))
    return Finding(line, held, holds, ("critical_lists",))


@answers("U24-13")
def nickel_and_lithium() -> Finding:
    """On which US lists nickel and lithium stand."""
    entries = load("critical_lists", jurisdiction="United States")
    entries = entries[entries.family.isin(["nickel", "lithium"])].sort_values("list_date")
    words = [
        f"{name.capitalize()} is on the US lists of "
        f"{', '.join(rows.list_date.dt.year.astype(str))}."
        for name, rows in entries.groupby("family")
    ]
    sides = (
        "yes" if {"nickel", "lithium"} <= set(listed.family) else "no"
        for listed in (_us_list(PUBLISHED), _us_list())
    )
    return Finding(" ".join(words), *sides, ("critical_lists",))


@answers("U24-24")
def lithium_in_the_eu() -> Finding:
    """Whether a list with lithium is one of the two plans, or Fit for 55 has a list at all."""
    lists = load("critical_lists", jurisdiction="European Union", family="lithium")
    first, newest = lists.list_date.min(), lists.list_date.max()
    package = load("eu_japan_policy", policy_id="EJ-04").iloc[0]
    line = (
        f"Lithium has been on the EU list of critical raw materials since {_day(first)}; the "
        f"newest is in Regulation 2024/1252 of {_day(newest)}. Fit for 55, of "
        f"{_day(package.first_day)}: {package.kind.replace('_', ' ')}, {package.terms}."
    )
    by_name = lists.list_name.str.contains("Green Deal|Fit for 55").any()
    held = "yes" if by_name or "no list of minerals" not in package.terms else "no"
    return Finding(line, held, held, ("critical_lists", "eu_japan_policy"))
