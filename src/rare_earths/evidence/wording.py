"""The words of the ledger's two columns, and the figures and dates of the lines."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from rare_earths.numbers import number

PUBLISHED = pd.Timestamp("2025-02-05")  # the later of the two articles


def yes_if(holds: bool) -> str:
    """``yes`` or ``no``."""
    return "yes" if holds else "no"


def how_far(parts: Iterable[bool]) -> str:
    """``yes`` where all parts of a claim hold, ``partly`` where some do, ``no`` where none does."""
    parts = list(parts)
    return "yes" if all(parts) else "partly" if any(parts) else "no"


def figure(value: float) -> str:
    """A figure with one digit after the point where it needs one: ``44``, ``3.8``."""
    rounded = round(float(value), 1)
    return number(rounded, 0 if rounded.is_integer() else 1)


def day(date: pd.Timestamp) -> str:
    """A date as the book writes it: ``4 February 2025``."""
    return f"{date.day} {date:%B %Y}"
