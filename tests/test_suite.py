"""The labelled suite: the analysis and CPython both say what its labels say, file by file."""

from __future__ import annotations

from pathlib import Path

import pytest

import suite

FILES = suite.files()


@pytest.fixture(params=FILES, ids=lambda file: file.name)
def file(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_the_analysis_agrees(file: Path) -> None:
    assert suite.disagreements_of_analysis(file) == []


def test_cpython_agrees(file: Path) -> None:
    assert suite.disagreements_of_cpython(file) == []


def test_it_is_large_enough() -> None:
    labels = [label for file in suite.FOLDER.glob("*.py") for label in suite.labels(file)]
    assert sum(bool(label.rules) for label in labels) >= 1000
    assert sum(not label.rules for label in labels) >= 1000
    for rule in suite.RULES:
        assert sum(rule in label.rules for label in labels) >= 50


def test_limits_are_few() -> None:
    labels = [label for file in suite.FOLDER.glob("*.py") for label in suite.labels(file)]
    assert all(label.rules for label in labels if label.limit), "a known limit is a miss, never a false alarm"
    assert sum(bool(label.limit) for label in labels) <= 12
