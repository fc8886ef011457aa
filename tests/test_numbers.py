"""Promise: a number in prose is finite, grouped by thin spaces, and knows where it comes from."""

import ast
import math

import pandas as pd
import pytest

import rare_earths as ree
from rare_earths.numbers import NUMBER_MIME, Published


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (390000, 0, "390\u202f000"),
        (1234567.891, 2, "1\u202f234\u202f567.89"),
        (0.04, 2, "0.04"),
        (-1.5, 1, "−1.5"),
        (999, 0, "999"),
    ],
)
def test_how_a_number_is_written(value, digits, text):
    assert ree.number(value, digits) == text


@pytest.mark.parametrize("value", [None, math.nan, math.inf, pd.NA, "5"])
def test_what_is_not_known_has_no_digits(value):
    with pytest.raises(ValueError, match="not a finite number"):
        ree.number(value)


def test_publishing_the_unknown_fails_with_its_name():
    with pytest.raises(ValueError, match="reserves_india"):
        ree.publish("reserves_india", pd.NA, table="reserves")
    with pytest.raises(ValueError, match="empty"):
        ree.publish("reserves_name", " ", table="reserves")


def test_a_published_number_carries_value_unit_and_table():
    bundle = Published("x", "75", 75.0, "million t REO", "reserves")._repr_mimebundle_()
    assert ast.literal_eval(bundle["text/plain"]) == "75"  # as {glue:text} reads it
    assert bundle[NUMBER_MIME]["table"] == "reserves"


def test_a_figure_in_a_sentence_is_found_or_missed_loudly():
    assert ree.figure_in("about 10,500 tonnes in 2025", r"about ([\d,]+) tonnes") == 10500
    with pytest.raises(ValueError, match="no figure"):
        ree.figure_in("several thousand tonnes", r"about ([\d,]+) tonnes")
