"""Write numbers for prose, and publish them from a cell so that the text never types one.

A cell calls ``ree.publish("reserves_world_mt", value)`` and the prose places the result with
``{glue:text}`reserves_world_mt` ``.  The value, its unit, its table and the line that published it
travel along in the notebook, where tests and the appendix of numbers find them.
"""

from __future__ import annotations

import math
import re
import sys
from dataclasses import dataclass
from datetime import date, datetime
from numbers import Real

THIN_SPACE = "\u202f"  # narrow no-break space: groups of three digits, before a unit
NUMBER_MIME = "application/vnd.rare-earths.number+json"


def number(value: Real, digits: int = 0) -> str:
    """A number as the book writes it: ``390 000``, ``0.04``, ``−1.5``.

    Parameters
    ----------
    value
        A finite number.
    digits
        Digits after the point.

    Raises
    ------
    ValueError
        If the value is NA, NaN or infinite: what is not known has no digits.
    """
    if value is None or not isinstance(value, Real) or not math.isfinite(float(value)):
        raise ValueError(f"{value!r} is not a finite number; say in words that it is not known")
    text = f"{float(value):,.{digits}f}".replace(",", THIN_SPACE)
    return text.replace("-", "\u2212")


def figure_in(text: str, pattern: str) -> float:
    """The figure that a table holds only in a sentence, such as a note.

    Parameters
    ----------
    text
        The cell.
    pattern
        Regular expression whose first group is the figure; commas group its digits.

    Raises
    ------
    ValueError
        If the sentence does not hold it (any more).
    """
    match = re.search(pattern, text)
    if match is None:
        raise ValueError(f"no figure {pattern!r} in {text!r}")
    return float(match.group(1).replace(",", ""))


@dataclass(frozen=True)
class Published:
    """A published number: what the text shows, and what stands behind it."""

    name: str
    text: str
    value: float | str
    unit: str
    table: str
    line: int = 0

    def _repr_mimebundle_(self, **_):
        record = {
            "name": self.name,
            "text": self.text,
            "value": self.value,
            "unit": self.unit,
            "table": self.table,
            "line": self.line,
        }
        # quoted, as Python shows text: MyST-NB would read bare digits as a number, dropping zeros
        return {"text/plain": repr(self.text), NUMBER_MIME: record}


def publish(name: str, value, digits: int = 0, *, unit: str = "", table: str = "") -> None:
    """Publish one figure under a name, for ``{glue:text}`name` ``.

    Parameters
    ----------
    name
        ``<chapter>_<what>``, unique in the chapter.
    value
        A finite number, a date, or a word that the data decides (a country's name).
    digits
        Digits after the point, for numbers.
    unit
        Unit of the figure. It is kept for the appendix of numbers; the prose names it.
    table
        Name of the table the figure was computed from.

    Raises
    ------
    ValueError
        If the value is not known (NA, NaN, empty).
    """
    if isinstance(value, (date, datetime)):
        text = plain = f"{value.day} {value:%B %Y}"
    elif isinstance(value, str):
        text = plain = value.strip()
        if not text:
            raise ValueError(f"{name}: published text is empty")
    else:
        try:
            text, plain = number(value, digits), float(value)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    line = sys._getframe(1).f_lineno  # of the call, in its cell
    _glue(Published(name, text, plain, unit, table, line))


def _glue(shown: Published) -> None:
    """Put a number among the cell's outputs, unseen, as MyST-NB's ``glue`` does.

    That function would bring Sphinx along, which a notebook away from the book has no use for.
    """
    from IPython.display import display

    prefix = "application/papermill.record/"
    bundle = {prefix + mime: part for mime, part in shown._repr_mimebundle_().items()}
    display(bundle, raw=True, metadata={"scrapbook": {"name": shown.name, "mime_prefix": prefix}})
