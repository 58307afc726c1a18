"""Patterns of a workspace match as git has them match, and can't keep anybody busy."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from spooky_asyncio.workspace.patterns import compile_patterns, verdict, without_hurry

PARTS = st.sampled_from(["a", "b", "ab", "*", "**", "?", "[ab]", "[!a]", "*a*", "a*b*a", "*b*a*", "**b", "\\\\*"])
PATTERNS = st.builds(
    lambda start, parts, end: start + "/".join(parts) + end,
    st.sampled_from(["", "/", "**/"]),
    st.lists(PARTS, min_size=1, max_size=5),
    st.sampled_from(["", "/", "/**"]),
)
PATHS = st.lists(st.text("ab*", min_size=1, max_size=6), min_size=1, max_size=6).map("/".join)


@settings(deadline=None, derandomize=True, max_examples=400)
@given(pattern=PATTERNS, path=PATHS, end=st.sampled_from(["", "/"]))
def test_what_matches_stays_the_same(pattern: str, path: str, end: str) -> None:
    for one in GitIgnoreSpec.from_lines([pattern]).patterns:
        if one.regex is not None:
            mine = re.compile(without_hurry(one.regex.pattern))
            assert [match.end() for match in one.regex.finditer(path + end)] == [
                match.end() for match in mine.finditer(path + end)
            ], (one.regex.pattern, mine.pattern)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a" * 30 + "b", "a" * 250),
        ("**/*a" * 20 + "/b", "/".join("a" * 400)),
        ("**/a/" * 20 + "b", "/".join("a" * 1_000)),
        ("a/**/" * 20 + "b", "/".join("a" * 1_000)),
        ("*?" * 30 + "b", "a" * 250),
        ("*[ab]" * 30 + "c", "a" * 250),
        ("*" * 250 + "b", "a" * 250),
    ],
)
def test_none_takes_for_ever(pattern: str, path: str) -> None:
    assert verdict(compile_patterns((pattern,)), "", path, False) is None
