"""The claims of the two news articles, for the page that checks them all.

Table ``claims`` holds what was said, by whom, and the verdict; :mod:`rare_earths.evidence`
computes from the other tables what the data say. This module puts both in words.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from rare_earths import evidence
from rare_earths.datapackage import load
from rare_earths.reader_tables import Link, ReaderTable, reader_table

DATES = {"Al Mayadeen English": "5 February 2025", "UNITED24 Media": "3 or 4 February 2025"}
TOPICS = {
    "elements": "The elements",
    "uses": "Uses",
    "supply": "World supply",
    "critical_lists": "Critical minerals",
    "ukraine": "Under Ukraine",
    "deal": "The deal",
}


@dataclass(frozen=True)
class Markdown:
    """What a cell returns to show text in MyST."""

    text: str

    def _repr_mimebundle_(self, **_):
        return {"text/markdown": self.text, "text/plain": self.text}


def claims_table() -> ReaderTable:
    """All claims as one table, each linked to its entry; filtered by article, topic, verdict."""
    rows = load("claims")
    shown = pd.DataFrame(
        {
            "Claim": [Link(claim_id, f"#{claim_id.lower()}") for claim_id in rows.claim_id],
            "What the article says": rows.claim,
            "Article": rows.article,
            "Topic": rows.topic.map(TOPICS),
            "Verdict": rows.verdict_level.astype(str) + " " + rows.verdict,
            "Held then": rows.held_when_published,
            "Holds now": rows.holds_2026_11,
        }
    )
    caption = f"All {len(rows)} claims, with the verdict for the day of publication"
    return reader_table(
        shown, caption, name="tab-claims-all", filters=["Article", "Topic", "Verdict", "Holds now"]
    )


def claims_in_full() -> Markdown:
    """Every claim with its verdict, evidence, reason and sources, as MyST.

    The evidence is the computed line where tables decide the claim, else the ledger's own.
    """
    computed = evidence.findings()
    return Markdown("\n\n".join(_entry(row, computed) for row in load("claims").itertuples()))


def _entry(row, computed: dict[str, evidence.Finding]) -> str:
    if finding := computed.get(row.claim_id):
        tables = ", ".join(_table_link(table) for table in finding.tables)
        support = f"**Evidence, computed from {tables}:** {finding.line}"
    else:
        support = f"**Evidence, from the sources:** {row.evidence}"
    before = f" Earlier text: {row.upstream}." if isinstance(row.upstream, str) else ""
    parts = [
        f"**{row.article}**, {DATES[row.article]}, paragraph {row.paragraph}.{before}",
        f"**Verdict {row.verdict_level} of 6: {row.verdict}.** Held when published: "
        f"{row.held_when_published}. Holds in November 2026: {row.holds_2026_11}.",
        support,
        f"**Reason:** {row.reason}",
        f"**Sources:** {{cite:t}}`{row.source.replace(';', ',')}`",
    ]
    body = "\n\n".join(parts)
    return (
        f"({row.claim_id.lower()})=\n"
        f"::::{{container}} claim verdict-{row.verdict_level}\n"
        f":::{{rubric}} {row.claim_id}: {row.claim}\n:heading-level: 3\n:::\n\n"
        f"{body}\n::::"
    )


def _table_link(table: str) -> str:
    return f'<a href="../../data/{table}.html">{table}</a>'
