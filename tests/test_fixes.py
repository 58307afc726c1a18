"""Every fix of the labelled suite and of generated programs, applied alone, is right; and all of them together.

Running all programs before and after takes some minutes, so this looks at an eighth of them;
`python tests/fixes.py` looks at all.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import suite
from fixes import Oracle, Workshop
from generated_fixes import tried

PART = (0, 8)
SEED, COUNT = 20261, 60


@pytest.fixture(scope="module")
def workshop() -> Iterator[Workshop]:
    with Oracle(suite.FOLDER) as oracle:
        yield Workshop(oracle, PART)


@pytest.mark.parametrize("file", suite.files(), ids=lambda file: file.stem)
def test_each_fix_is_right(file: Path, workshop: Workshop) -> None:
    mended = list(workshop.mend(file))
    assert not [problem for one in mended if not one.limit for problem in one.problems]
    # A reason why something can't be shown is to be struck out once it can.
    limited = {one.program.case for one in mended if one.limit}
    if sys.version_info >= (3, 12):
        assert limited == {one.program.case for one in mended if one.limit and one.problems}
    for one in mended:
        fixes = [verdict.fix for verdict in one.verdicts]
        assert [fix.preferred for fix in fixes] == [True, *[False] * (len(fixes) - 1)] if fixes else True
        assert len({fix.title for fix in fixes}) == len(fixes)


@pytest.mark.parametrize("file", suite.files(), ids=lambda file: file.stem)
def test_all_preferred_fixes_leave_nothing_that_has_a_fix(file: Path, workshop: Workshop) -> None:
    assert not workshop.left_after_all(file)


def test_fixes_of_generated_programs_are_right() -> None:
    found = list(tried(SEED + sys.version_info.minor, COUNT))
    assert len(found) > COUNT
    wrong = [str(one) for one in found if one.problems]
    assert not wrong, "\n\n".join(wrong)
