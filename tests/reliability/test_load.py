"""However fast somebody types, and over however many files: each answer comes, and no work piles up."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lsp.editor import patched
from reliability.processes import workers
from reliability.raw import Raw, opened
from reliability.soak import Typist, flood

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc"),
]
LOST = "async def brew():\n    pass\n\nasync def main():\n    brew()\n"


COUNTS_WHAT_IS_KEPT = """
import sys
from spooky_asyncio.lsp.session import SpookyServer
end = SpookyServer.end
def counted(self):
    print("kept:", len(self.protocol._request_futures), file=sys.stderr, flush=True)
    end(self)
SpookyServer.end = counted
"""


def test_typing_over_many_files(tmp_path: Path) -> None:
    with Raw(patched(in_server=COUNTS_WHAT_IS_KEPT)) as client:
        figures = Typist(client, tmp_path, files=50, units=2, seed=1).work(200)
        assert figures.requests > 10
        assert (figures.unanswered, figures.replaced) == (0, 0)
        assert client.stop() == 0
        # The shutdown itself.
        assert int(client.errors.partition("kept:")[2].split()[0]) <= 1


def test_a_long_file_that_is_edited_faster_than_it_is_checked() -> None:
    """What was edited meanwhile is never checked: when the last edit is sent, one check may be under way, and after it
    comes that of the newest text."""
    came = flood(lines=2_000, edits=60, rate=None)
    assert came.after_the_last <= 2, came
    assert came.analyses < came.edits / 2, came


def test_a_thousand_open_files(tmp_path: Path) -> None:
    with Raw() as client:
        client.start({}, tmp_path)
        uris = [(tmp_path / f"tea{number}.py").as_uri() for number in range(1_000)]
        client.send(*(opened(uri, LOST) for uri in uris))
        assert all(client.lines(uri) == [4] for uri in uris)
        assert len(workers(client.process.pid)) == 1
        assert client.shown == []
        assert client.stop() == 0
