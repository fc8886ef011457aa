"""What the tables say about the claims of the two news articles, computed.

Each function of this package answers one claim of table ``claims``: it reads other tables,
writes the evidence as a line for readers, and says whether the claim held when it was published
and whether it holds now. It never reads the verdict; ``tests/test_evidence.py`` compares both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

MODULES = ("elements_and_uses", "supply", "deal", "ukraine")

_FOUND: dict[str, Callable[[], Finding]] = {}


@dataclass(frozen=True)
class Finding:
    """What the data say about one claim.

    Parameters
    ----------
    line
        One to three sentences with the figures, their series, edition and unit. Citations stand
        beside the claim, not in the line.
    held
        Did it hold in February 2025: ``yes``, ``partly``, ``no``. None where no table decides it.
    holds
        Does it hold now: ``yes``, ``partly``, ``no``, ``overtaken``. None where no table decides it.
    tables
        The tables that the line was computed from.
    """

    line: str
    held: str | None
    holds: str | None
    tables: tuple[str, ...]


def answers(claim_id: str):
    """Register a function without arguments as the one that computes a claim's evidence."""

    def register(function: Callable[[], Finding]) -> Callable[[], Finding]:
        if claim_id in _FOUND:
            raise ValueError(f"{claim_id} is answered twice: {_FOUND[claim_id]}, {function}")
        _FOUND[claim_id] = function
        return function

    return register


def functions() -> dict[str, Callable[[], Finding]]:
    """Claim id -> the function that computes its evidence."""
    for module in MODULES:
        import_module(f"{__name__}.{module}")
    return dict(sorted(_FOUND.items()))


def findings() -> dict[str, Finding]:
    """Claim id -> what the data say about it, for every claim that tables can decide."""
    return {claim_id: function() for claim_id, function in functions().items()}
