"""The questions of a quiz: what is asked, what is right, and what each answer teaches.

All texts are final here: placeholders are filled, the key is computed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

ROUNDING = 1e-9  # what adding and taking away may lose


@dataclass(frozen=True)
class Choice:
    """One choice of a question, with what a reader who takes it should learn."""

    text: str
    correct: bool
    feedback: str


@dataclass(frozen=True)
class ChoiceQuestion:
    """Choose one (``single``) or all that are right (``multiple``)."""

    id: str
    kind: str
    text: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Near:
    """An answer that a common slip leads to."""

    value: float
    shown: str
    tolerance: float
    feedback: str


@dataclass(frozen=True)
class NumericQuestion:
    """A number is asked. `shown` is the answer as the page writes it."""

    id: str
    text: str
    answer: float
    shown: str
    tolerance: float
    unit: str
    right: str
    wrong: str
    near: tuple[Near, ...] = ()
    kind: str = "numeric"

    def accepts(self, value: float) -> bool:
        """Whether an answer counts as right."""
        return abs(value - self.answer) <= self.tolerance + ROUNDING

    @property
    def digits(self) -> int:
        """Digits after the point of the answer as shown."""
        return len(self.shown.partition(".")[2])

    @property
    def range(self) -> tuple[float, float]:
        """Lowest and highest answer that counts as right."""
        return self.answer - self.tolerance, self.answer + self.tolerance


@dataclass(frozen=True)
class OrderQuestion:
    """Items to be put into order; `items` are in the right one."""

    id: str
    text: str
    items: tuple[str, ...]
    right: str
    wrong: str
    kind: str = "order"

    @property
    def shuffled(self) -> tuple[str, ...]:
        """The items in a fixed order that is not the right one."""
        mixed = tuple(sorted(self.items, key=lambda item: _digest(self.id + item)))
        return mixed if mixed != self.items else (*mixed[1:], mixed[0])

    def orders(self, count: int = 4) -> list[tuple[str, ...]]:
        """`count` different orders, the right one among them: for systems that only know choices.

        Where the right one stands is fixed by the question's name.
        """
        found = [self.items]
        for turn in range(200):
            other = tuple(sorted(self.items, key=lambda item: _digest(f"{self.id}{turn}{item}")))
            if other not in found:
                found.append(other)
            if len(found) == count:
                break
        return sorted(found, key=lambda one: _digest(self.id + "|".join(one)))


Question = ChoiceQuestion | NumericQuestion | OrderQuestion


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
