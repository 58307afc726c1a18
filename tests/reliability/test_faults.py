"""A fault costs one answer at most, is told once, and leaves nothing behind: done to real servers."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from lsp.editor import patched
from reliability.faults import BAD, BREAKS, COMMAND, FAULTS, GOOD, LOST, PATIENT, Fault, inject
from reliability.processes import children, is_there, worker_of, workers
from reliability.raw import PATIENCE, SERVER, Raw, closed, edited, hover, notification, opened, request

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")

once = pytest.mark.once


def until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.01)


ON_EACH_PYTHON = ("killed", "hung in inference")


@pytest.mark.parametrize(
    "fault",
    [pytest.param(fault, id=name, marks=() if name in ON_EACH_PYTHON else once) for name, fault in FAULTS.items()],
)
def test_what_a_fault_costs(fault: Fault) -> None:
    cost = inject(fault)
    assert cost.is_within(fault), cost


def test_what_was_left_alone_is_tried_again_when_it_is_edited_and_not_before() -> None:
    with Raw(COMMAND) as client:
        client.start()
        bad = f"{LOST}# kill \n"
        client.send(opened(GOOD, LOST), opened(BAD, bad))
        assert client.lines(GOOD) == [4]
        assert client.lines(BAD) == []
        worker = worker_of(client.process.pid)
        # Files have changed, so that all that is open is checked anew: this text must not end another process.
        changes = [{"uri": "file:///tea/green.py", "type": 2}]
        client.send(notification("workspace/didChangeWatchedFiles", {"changes": changes}))
        client.send(edited(GOOD, 2, {"text": "\n" + LOST}))
        assert client.lines(GOOD, 2) == [5]
        assert worker_of(client.process.pid) == worker
        # One try for each further text, and its fixes are not tried either.
        client.send(edited(BAD, 2, {"text": bad + "\n"}))
        assert client.lines(BAD, 2) == []
        client.send(edited(BAD, 3, {"text": LOST}))
        assert client.lines(BAD, 3) == [4]
        assert [line.count(BAD) for line in client.shown] == [1]
        assert client.stop() == 0


def test_a_new_process_knows_what_the_old_one_did(tmp_path: Path) -> None:
    """Settings, and texts of open documents that are not those of their files."""
    (tmp_path / "pyproject.toml").write_text("[tool.spooky]\nseverity.task-never-awaited = 'off'\n", "utf-8")
    shelf, caller = tmp_path / "shelf.py", tmp_path / "caller.py"
    shelf.write_text("kept = []\n\ndef keep(value):\n    kept.append(value)\n", "utf-8")
    text = (
        "import asyncio\nfrom shelf import keep\n\nasync def brew(): ...\n\n"
        "async def main():\n    keep(brew())\n    asyncio.create_task(brew())\n"
    )
    caller.write_text(text, "utf-8")
    with Raw() as client:
        client.start({"textDocument": {"hover": {}}}, tmp_path, severity={"coroutine-never-awaited": "hint"})
        client.send(opened(shelf.as_uri(), "def keep(value):\n    print('gone')\n"), opened(caller.as_uri(), text))
        before = client.diagnostics(caller.as_uri())
        assert [(found["range"]["start"]["line"], found["severity"]) for found in before] == [(6, 4)]
        worker = worker_of(client.process.pid)
        os.kill(worker, signal.SIGKILL)
        client.send(edited(caller.as_uri(), 2, {"text": text}))
        assert client.diagnostics(caller.as_uri(), 2) == before
        # The fixes of what was found before it died.
        os.kill(worker_of(client.process.pid), signal.SIGKILL)
        span = {"start": {"line": 6, "character": 9}, "end": {"line": 6, "character": 9}}
        params = {"textDocument": {"uri": caller.as_uri()}, "range": span, "context": {"diagnostics": []}}
        client.send(request(1, "textDocument/codeAction", params))
        assert "Await 'brew()'" in [action["title"] for action in client.answer(1)["result"]]


def test_a_request_that_ends_processes_gets_an_error() -> None:
    """And the findings stay, as well as what else there is to ask."""
    breaks = "import os\nfrom spooky_asyncio.lsp import analyst\nanalyst.offers = lambda *_: os._exit(5)"
    span = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
    params = {"textDocument": {"uri": GOOD}, "range": span, "context": {"diagnostics": []}}
    with Raw(patched(breaks)) as client:
        client.start()
        client.send(opened(GOOD, LOST))
        assert client.lines(GOOD) == [4]
        for number in (1, 2, 3):
            client.send(request(number, "textDocument/codeAction", params), hover(f"h{number}", GOOD, 4, 5))
            error = client.answer(number)["error"]
            assert (error["code"], "ended with status 5" in error["message"]) == (-32803, True)
            assert client.answer(f"h{number}")["result"]
        assert len(client.shown) == 1
        assert "Traceback" not in client.errors


@once
def test_a_process_that_cannot_begin_is_told_once_and_not_started_without_end() -> None:
    with Raw(patched("raise SystemExit(3)")) as client:
        client.start()
        client.send(opened(GOOD, LOST), hover(1, GOOD))
        assert client.lines(GOOD) == []
        assert client.answer(1)["result"] is None
        assert "before it could answer anything" in client.log_line("ended with status 3")
        until(lambda: not workers(client.process.pid), "no process is left")
        for version in (2, 3):
            client.send(edited(GOOD, version, {"text": LOST}))
            assert client.lines(GOOD, version) == []
        assert len(client.shown) == 1
        assert client.stop() == 0


@once
def test_the_servers_own_interpreter_is_removed(tmp_path: Path) -> None:
    """Its packages are where they were, so that all goes on until another process is to be started."""
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    gone = f"import sys\nsys.executable = {str(python)!r}"
    with Raw(patched(in_server=gone)) as client:
        client.start()
        client.send(opened(GOOD, LOST))
        assert client.lines(GOOD) == [4]
        python.unlink()
        client.send(edited(GOOD, 2, {"text": "\n" + LOST}))
        assert client.lines(GOOD, 2) == [5]
        os.kill(worker_of(client.process.pid), signal.SIGKILL)
        client.send(edited(GOOD, 3, {"text": LOST}))
        assert client.lines(GOOD, 3) == []
        client.log_line("cannot be started")
        python.symlink_to(sys.executable)
        client.send(edited(GOOD, 4, {"text": LOST}))
        assert client.lines(GOOD, 4) == [4]
        assert client.stop() == 0


@once
def test_the_projects_interpreter_is_removed(tmp_path: Path) -> None:
    python = tmp_path / "env" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    (tmp_path / "env" / "pyvenv.cfg").write_text(f"home = {Path(sys.executable).parent}\n", "utf-8")
    (tmp_path / "pyproject.toml").write_text("[tool.spooky]\ninterpreter = 'env/bin/python'\n", "utf-8")
    file = tmp_path / "tea.py"
    with Raw() as client:
        client.start({}, tmp_path)
        client.send(opened(file.as_uri(), LOST))
        assert client.lines(file.as_uri()) == [4]
        python.unlink()
        (tmp_path / "env" / "pyvenv.cfg").unlink()
        changes = [{"uri": (tmp_path / "pyproject.toml").as_uri(), "type": 2}]
        for version in (2, 3, 4):
            client.send(notification("workspace/didChangeWatchedFiles", {"changes": changes}))
            client.send(edited(file.as_uri(), version, {"text": LOST}))
            assert client.lines(file.as_uri(), version) == [4]
        assert [line for line in client.shown if "interpreter" in line] == client.shown
        assert len(client.shown) <= 1
        assert client.stop() == 0


@once
def test_another_document_that_ends_processes_is_left_out(tmp_path: Path) -> None:
    """jedi reads what is open when something else is checked: that is not to be blamed for it."""
    breaks = """
import os
from spooky_asyncio.workspace import project
read = project.read_instead
def read_instead(text, *args):
    if "# poison" in text: os.abort()
    read(text, *args)
project.read_instead = read_instead
"""
    (tmp_path / "pyproject.toml").write_text("[tool.spooky]\n", "utf-8")
    poison, tea = tmp_path / "poison.py", tmp_path / "tea.py"
    with Raw(patched(breaks)) as client:
        client.start({}, tmp_path)
        client.send(opened(poison.as_uri(), f"{LOST}# poison\n"), opened(tea.as_uri(), LOST))
        assert client.lines(poison.as_uri()) == [4]
        assert client.lines(tea.as_uri()) == [4]
        client.log_line("poison.py is not looked into until it is edited")
        worker = worker_of(client.process.pid)
        for version in (2, 3):
            client.send(edited(tea.as_uri(), version, {"text": "\n" + LOST}))
            assert client.lines(tea.as_uri(), version) == [5]
        assert worker_of(client.process.pid) == worker
        assert len(client.shown) == 1


@once
@pytest.mark.parametrize("what", ["nothing", "hang", "spin"])
def test_the_server_is_killed(what: str) -> None:
    """Whatever the process that analyzes is at, it ends too."""
    with Raw(COMMAND) as client:
        client.start()
        client.send(opened(GOOD, LOST))
        assert client.lines(GOOD) == [4]
        client.send(opened(BAD, f"{LOST}# {what} \n"))
        those = children(client.process.pid)
        assert those
        client.process.kill()
        client.process.wait()
        until(lambda: not any(map(is_there, those)), f"{those} are still there")


@once
def test_the_client_is_killed_while_a_check_hangs() -> None:
    """Its process is the only one that knows of the server: the end of what it sends is the end of all."""
    with Raw(patched(BREAKS)) as client:
        client.start()
        client.send(opened(GOOD, LOST))
        assert client.lines(GOOD) == [4]
        client.send(opened(BAD, f"{LOST}# spin \n"))
        those = children(client.process.pid)
        assert client.process.stdin is not None
        client.process.stdin.close()
        assert client.process.wait(PATIENCE) == 1
        until(lambda: not any(map(is_there, those)), f"{those} are still there")


def _locked(folder: Path) -> Iterator[None]:
    folder.mkdir(exist_ok=True)
    with closing(sqlite3.connect(folder / "results.sqlite3")) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield


def _corrupt(folder: Path) -> Iterator[None]:
    folder.mkdir(exist_ok=True)
    (folder / "results.sqlite3").write_bytes(b"SQLite format 3\0" + b"tea" * 1000)
    yield


def _no_folder(folder: Path) -> Iterator[None]:
    # Root may write into a read-only folder, and nobody into a file as if it were one.
    folder.rmdir()
    folder.write_text("", "utf-8")
    yield
    folder.unlink()
    folder.mkdir()


def _full(folder: Path) -> Iterator[None]:
    # Whatever is written there does not fit.
    folder.mkdir(exist_ok=True)
    (folder / "results.sqlite3").symlink_to("/dev/full")
    yield


@once
@pytest.mark.parametrize("state", [_locked, _corrupt, _no_folder, _full], ids=lambda state: state.__name__.strip("_"))
def test_a_cache_that_is_of_no_use(state: Callable[[Path], Iterator[None]], cache: Path, tmp_path: Path) -> None:
    """The server's check of the workspace, and `spooky check`, find what they would find without it."""
    for number in range(3):
        (tmp_path / f"m{number}.py").write_text(LOST, "utf-8")
    with contextmanager(state)(cache):
        with Raw() as client:
            client.start({}, tmp_path)
            client.send(request("check", "workspace/executeCommand", {"command": "spooky.server.checkWorkspace"}))
            assert client.answer("check")["result"] == "Found 3 problems in 3 of 3 files."
            assert client.stop() == 0
        environment = {**os.environ, "PYTHONPATH": os.environ.get("PYTHONPATH") or str(SERVER)}
        command = [sys.executable, "-m", "spooky_asyncio", "check", "--output-format", "concise", str(tmp_path)]
        ran = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=PATIENCE)
        assert (ran.returncode, ran.stdout.count("coroutine-never-awaited")) == (1, 3), ran.stderr


@once
def test_many_documents_are_closed_while_they_are_checked() -> None:
    with Raw() as client:
        client.start()
        for number in range(50):
            client.send(opened(f"untitled:{number}", LOST * 50), closed(f"untitled:{number}"))
        client.send(opened(GOOD, LOST))
        assert client.lines(GOOD) == [4]
        assert client.stop() == 0


@once
def test_patience_is_longer_for_longer_texts() -> None:
    """One second here, which a text of this length may exceed."""
    slow = "import time\nfrom spooky_asyncio import source\nread = source.Source.from_text\n" + (
        "def from_text(text, path):\n    time.sleep(2 if 'slow' in text else 0)\n    return read(text, path)\n"
        "source.Source.from_text = from_text"
    )
    with Raw(patched(slow, f"{PATIENT}\nworker.CHARACTERS_A_SECOND = 100\nworker.PATIENCE_SECONDS = 1.0")) as client:
        client.start()
        client.send(opened(GOOD, "#" * 6_000 + " slow\n"), opened(BAD, "# slow\n" + LOST))
        assert client.lines(GOOD) == []
        assert client.lines(BAD) == []
        (told,) = client.shown
        assert BAD in told
