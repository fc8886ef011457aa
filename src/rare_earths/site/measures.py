"""What ``make bench`` measured, on the page about performance.

``{measures}`` prints the record of the pages, ``{build-measures}`` that of the builds.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from rare_earths.site import record

WRITER = "make bench"
FIELDS = {
    "date": str,  # of the measurement, ISO 8601
    "machine": str,  # its class: cores, memory, system
    "browser": str,  # name and version
    "lighthouse": str,  # version
    "runs": int,  # of Lighthouse on each page
    "quiet": bool,  # whether the machine did nothing else when the measurement began
    "complete": bool,  # whether other hosts answered what the default page asks of them
    "rows": list,  # of texts, one for each of COLUMNS
}
BUILD_FIELDS = {
    "date": str,
    "machine": dict,  # its class: cores, memory in GiB, system
    "ratios": dict,  # kind of build -> ours, plain, at_most; 1 is our build without execution
    "memory_mib": dict,  # ours, plain, at_most: most of all processes together
    "serve": dict,  # edit -> seconds until the page is served anew, at_most, ratio
    "table_edited": dict,  # table, read_by, executed
    "same_bytes_in_two_folders": bool,
}
COLUMNS = ["Goal", "Pages", "Must", "Aim", "Ours, worst", "Ours, median", "Default", "Limit"]


def read(path: Path) -> dict:
    """The measures of pages, as :data:`FIELDS` describes them.

    Raises
    ------
    ValueError
        If the file is missing, or lacks a field or a cell; the message says what to do.
    """
    found = record.read(path, FIELDS, WRITER)
    for number, row in enumerate(found["rows"], 1):
        if len(row) != len(COLUMNS):
            raise ValueError(
                f"{path.name}, row {number}: {len(row)} cells, expected {len(COLUMNS)}; "
                f"`{WRITER}` writes it anew"
            )
    return found


def read_builds(path: Path) -> dict:
    """The measures of builds, as :data:`BUILD_FIELDS` describes them; ValueError as above."""
    return record.read(path, BUILD_FIELDS, WRITER)


def as_markdown(found: dict) -> str:
    """When and on what it was measured, and the table."""
    day = date.fromisoformat(found["date"])
    note = (
        f"Measured on {day.day} {day:%B %Y}: {found['machine']}, {found['browser']}, Lighthouse "
        f"{found['lighthouse']}. Marks and times are medians of {found['runs']} visits to each page. "
        f"*Pages* says how many of ours a row is about."
    )
    if not found["quiet"]:
        note += (
            " Other programs kept the machine busy meanwhile, so times and the marks for performance "
            "are worse than they would be alone; bytes, requests and the other marks are not touched."
        )
    if not found["complete"]:
        note += (
            " No other host answered during this measurement: the default page's own files are "
            "counted, and what it would have loaded from elsewhere is not."
        )
    lines = [" | ".join(COLUMNS), " | ".join(["---"] * len(COLUMNS))]
    lines += [" | ".join(cell or "–" for cell in row) for row in found["rows"]]
    return note + "\n\n" + "\n".join(f"| {line} |" for line in lines) + "\n"


def builds_as_markdown(found: dict) -> str:
    """When and on what the builds were measured, and the table."""
    day = date.fromisoformat(found["date"])
    machine, memory = found["machine"], found["memory_mib"]
    rows = [
        (name, row["at_most"], row["ours"], row["plain"]) for name, row in found["ratios"].items()
    ]
    rows += [
        (f"`make serve`, {name}, until it shows: seconds", row["at_most"], row["seconds"], "–")
        for name, row in found["serve"].items()
    ]
    rows.append(("memory, MiB", memory["at_most"], memory["ours"], memory["plain"]))
    lines = ["Build | At most | Ours | Plain", "--- | --- | --- | ---"]
    lines += [" | ".join(map(str, row)) for row in rows]
    edited = found["table_edited"]
    exact = "exactly those" if edited["executed"] == edited["read_by"] else "not the same ones"
    same = "the same bytes" if found["same_bytes_in_two_folders"] else "different bytes"
    growth = "".join(
        f" A book of {count} sample chapters took {row['cold']} times as long to build as the "
        f"smallest one, and {row['nothing']} times as long when nothing had changed."
        for count, row in found.get("growth", {}).items()
        if row["cold"] != 1
    )
    return (
        f"Measured on {day.day} {day:%B %Y}: {machine['cores']} cores, {machine['memory_gib']} GiB "
        f"of memory, {machine['system']}. Times of builds are ratios; 1 is our own build that writes "
        f"every page anew and executes none. That build and our cold one are the faster of two runs, "
        f"all else is one run. `make serve` was at rest: the build after the last edit had ended.\n\n"
        + "\n".join(f"| {line} |" for line in lines)
        + f"\n\nAfter an edit of the table `{edited['table']}`, {len(edited['read_by'])} pages that "
        f"read it had to run again; {exact} did. Two builds in two folders gave {same}.{growth}\n"
    )


class Measures(record.RecordDirective):
    """``{measures} file.json``: the measures of pages in a sentence and a table."""

    reader = staticmethod(read)

    def shown(self, found: dict) -> list[nodes.Node]:
        return self.parse_text_to_nodes(as_markdown(found))


class BuildMeasures(record.RecordDirective):
    """``{build-measures} file.json``: the same for builds."""

    reader = staticmethod(read_builds)

    def shown(self, found: dict) -> list[nodes.Node]:
        return self.parse_text_to_nodes(builds_as_markdown(found))


def setup(app: Sphinx) -> None:
    app.add_directive("measures", Measures)
    app.add_directive("build-measures", BuildMeasures)
