"""Writing back: all or nothing, the same file as before but for its text."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from spooky_asyncio.source import read_text
from spooky_asyncio.workspace import writing
from spooky_asyncio.workspace.writing import Change, UnwritableFile

posix = pytest.mark.skipif(os.name == "nt", reason="POSIX modes and links")


def written(path: Path, new: str) -> None:
    Change.of(path, read_text(path), new).write()


@posix
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755, 0o640, 0o222 | 0o400])
def test_the_mode_stays(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a.py"
    path.write_text("old\n")
    path.chmod(mode)
    before = path.stat()
    written(path, "new\n")
    after = path.stat()
    assert path.read_text() == "new\n"
    assert stat.S_IMODE(after.st_mode) == mode
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)
    assert after.st_mtime_ns >= before.st_mtime_ns
    assert os.listdir(tmp_path) == ["a.py"]


@posix
def test_the_time_is_that_of_the_change(tmp_path: Path) -> None:
    """Else make, and Python's own caches, would take the file for the old one."""
    path = tmp_path / "a.py"
    path.write_text("old\n")
    os.utime(path, (1, 1))
    written(path, "new\n")
    assert path.stat().st_mtime > 1000


@posix
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real, link = tmp_path / "real" / "a.py", tmp_path / "link.py"
    real.write_text("old\n")
    (tmp_path / "between.py").symlink_to("real/a.py")
    link.symlink_to("between.py")
    written(link, "new\n")
    assert link.is_symlink()
    assert os.readlink(tmp_path / "between.py") == "real/a.py"
    assert real.read_text() == "new\n"
    assert not real.is_symlink()
    assert os.listdir(real.parent) == ["a.py"]


@pytest.mark.parametrize(
    ("data", "new", "said"),
    [
        pytest.param(
            b"# coding: latin-1\n'\xe9'\n", "# coding: latin-1\n'é→'\n", r"iso-8859-1, has no '\u2192'", id="no sign"
        ),
        pytest.param(b"# coding: ascii\n", "# coding: ascii\n'é'\n", r"ascii, has no '\xe9'", id="ASCII"),
        pytest.param(b"# coding: latin-1\n'\xe9'\n", "\n\n# coding: latin-1\n'é'\n", "would not survive", id="moved"),
        pytest.param(
            b"# coding: utf-7\n'+AOk-'\n'+AGE-'\n", "# coding: utf-7\n'é'\n", "would not survive", id="ambiguous"
        ),
    ],
)
def test_a_text_that_its_encoding_cannot_hold(tmp_path: Path, data: bytes, new: str, said: str) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(data)
    with pytest.raises(UnwritableFile) as raised:
        written(path, new)
    assert said in str(raised.value)
    assert path.read_bytes() == data


@pytest.mark.parametrize(
    "data", [b"new\n", b"old\n ", b"\xff", b"# coding: klingon\n", b"\xef\xbb\xbf# coding: latin-1\n"]
)
def test_what_has_changed_is_left_alone(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(data)
    with pytest.raises(UnwritableFile, match="changed since it was read"):
        Change.of(path, "old\n", "mine\n")
    assert path.read_bytes() == data


def test_what_has_gone(tmp_path: Path) -> None:
    with pytest.raises(UnwritableFile, match="cannot be read any more: No such file"):
        Change.of(tmp_path / "a.py", "old\n", "new\n")
    path = tmp_path / "b.py"
    path.write_bytes(b"old\n")
    change = Change.of(path, "old\n", "new\n")
    path.unlink()
    with pytest.raises(UnwritableFile, match="cannot be written: No such file"):
        change.write()
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device"), MemoryError])
@pytest.mark.parametrize("at", ["fsync", "replace", "copystat"])
def test_whatever_happens_the_file_is_whole_and_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException] | OSError, at: str
) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old\n")
    change = Change.of(path, "old\n", "new\n")

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(writing.shutil if at == "copystat" else writing.os, at, fail)
    with pytest.raises((KeyboardInterrupt, UnwritableFile, MemoryError)):
        change.write()
    monkeypatch.undo()
    assert path.read_bytes() == b"old\n"
    assert os.listdir(tmp_path) == ["a.py"]


def test_a_change_at_the_last_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old\n")
    change = Change.of(path, "old\n", "new\n")
    monkeypatch.setattr(writing.os, "fsync", lambda _: path.write_bytes(b"mine\n"))
    with pytest.raises(UnwritableFile, match="changed since it was read"):
        change.write()
    assert path.read_bytes() == b"mine\n"
    assert os.listdir(tmp_path) == ["a.py"]
