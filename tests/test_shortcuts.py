"""What saves time changes no finding, and saves a lot: counted, for no two machines are equally fast."""

from __future__ import annotations

import pytest

from shortcuts import fast, slow
from suite import files


@pytest.mark.once
def test_the_findings_are_the_same() -> None:
    one, other = fast(files()), slow(files())
    assert one.diagnostics == other.diagnostics
    assert one.questions < other.questions
