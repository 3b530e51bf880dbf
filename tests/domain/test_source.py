"""Where someone came from, as the deep link tells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.source import UNKNOWN, source_code


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ("poster", "poster"),
        ("GP-Utrecht_3", "gp-utrecht_3"),
        ("  poster\n", "poster"),
        ("0", "0"),
        ("a" * 40, "a" * 40),
        ("a" * 41, UNKNOWN),
        ("", UNKNOWN),
        (None, UNKNOWN),
        ("-poster", UNKNOWN),
        ("a b", UNKNOWN),
        ("a:b", UNKNOWN),
        ("a%20b", UNKNOWN),
        ("pöster", UNKNOWN),
        ("poster\n'; DROP TABLE subscriber", UNKNOWN),
    ],
)
def test_source_code(payload: str | None, code: str) -> None:
    assert source_code(payload) == code


@given(st.text())
def test_a_source_is_always_short_lower_case_and_its_own_source(payload: str) -> None:
    code = source_code(payload)
    assert code.isascii()
    assert len(code) <= 40
    assert code == code.lower()
    assert source_code(code) == code
