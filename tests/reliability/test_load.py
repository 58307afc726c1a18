"""However fast somebody types, and over however many files: each answer comes, and no work piles up."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lsp.editor import patched
from reliability.processes import workers
from reliability.raw import Raw, closed, edited, opened
from reliability.soak import COUNTS, Typist, flood, program

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


def test_a_long_file_that_is_edited_faster_than_it_is_checked(tmp_path: Path) -> None:
    """What was edited meanwhile is never checked: when the server gets the last edit, one check may be under way, and
    after it comes that of the newest text."""
    came = flood(tmp_path, program(600), edits=60, rate=None)
    assert came.most_waiting <= 1, came
    assert came.after_the_last <= 2, came
    assert came.analyses < came.edits / 2, came


# What is opened has a check that does not get past its first function before it is not wanted any more.
WAITS_FOR_AN_EDIT = """
import threading
from spooky_asyncio.analysis.lifecycle import LifeCycles
from spooky_asyncio.lsp import analyst
analyst.LEAST_SECONDS = 0
look = LifeCycles.look
def look_and_wait(self, is_wanted):
    if "# wait" in self.source.text:
        while is_wanted():
            threading.Event().wait(0.01)
    return look(self, is_wanted)
LifeCycles.look = look_and_wait
"""


@pytest.mark.parametrize("meanwhile", ["an edit", "another one", "closing"])
def test_a_check_is_given_up_when_its_text_is_edited(meanwhile: str, tmp_path: Path) -> None:
    uri, other = (tmp_path / "tea.py").as_uri(), (tmp_path / "other.py").as_uri()
    with Raw(patched(WAITS_FOR_AN_EDIT + COUNTS)) as client:
        client.start({}, tmp_path)
        client.send(opened(other, LOST), opened(uri, f"{LOST}# wait\n"))
        assert client.lines(other) == [4]
        client.log_line("begins version 1")
        if meanwhile == "closing":
            client.send(closed(uri), opened(uri, LOST, 2))
        elif meanwhile == "an edit":
            client.send(edited(uri, 2, {"text": LOST}))
        else:
            # The edit of another document is no reason.
            client.send(edited(other, 2, {"text": "\n" + LOST}), edited(uri, 2, {"text": LOST}))
            assert client.lines(other, 2) == [5]
        assert client.lines(uri, 2) == [4]
        assert client.log_line("gives up") == "gives up version 1"
        assert client.shown == []
        assert client.stop() == 0


def test_a_thousand_open_files(tmp_path: Path) -> None:
    with Raw() as client:
        client.start({}, tmp_path)
        uris = [(tmp_path / f"tea{number}.py").as_uri() for number in range(1_000)]
        client.send(*(opened(uri, LOST) for uri in uris))
        assert all(client.lines(uri) == [4] for uri in uris)
        assert len(workers(client.process.pid)) == 1
        assert client.shown == []
        assert client.stop() == 0
