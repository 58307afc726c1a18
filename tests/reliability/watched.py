"""What a Python process does that could hurt, noted by an audit hook in it and in every Python that it starts.

https://docs.python.org/3/library/audit_events.html
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

_HOOK = """
import os, sys

_log = os.open(os.environ["SPOOKY_WATCH_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
_watched = os.environ["SPOOKY_WATCHED"]
_writable = tuple(os.environ["SPOOKY_WRITABLE"].split(os.pathsep))
_NEVER = (
    "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "pty.", "webbrowser.",
    "socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostby", "socket.sendto", "socket.sendmsg",
    "urllib.", "http.", "ftplib.", "smtplib.", "ctypes.dlopen",
)
_CHANGES = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "shutil.")


def _path(value):
    if isinstance(value, int) or value is None:
        return ""
    return os.path.abspath(os.fsdecode(value))


def _inside(path, folders):
    return any(path == folder or path.startswith(folder + os.sep) for folder in folders)


def _hook(event, args):
    said = None
    if event in ("subprocess.Popen", "os.posix_spawn") and args[0] == sys.executable and args[1][1] == "-I":
        # The server's own, which is isolated, from what is on the path too: see `installed`.
        said = None
    elif event == "ctypes.dlopen" and args[0] is None:
        # The program itself: it comes with the import of ctypes.
        said = None
    elif event.startswith(_NEVER):
        said = args
    elif event == "exec":
        name = getattr(args[0], "co_filename", "<")
        # `<string>` is no file.
        said = name if name and not name.startswith("<") and _inside(_path(name), [_watched]) else None
    elif event == "import":
        path = _path(args[1])
        said = path if _inside(path, [_watched]) else None
    elif event == "open":
        writes = (args[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) or set(str(args[1] or "r")) & set("wax+")
        path = _path(args[0])
        said = path if writes and path and not _inside(path, _writable) else None
    elif event.startswith(_CHANGES):
        path = _path(args[0])
        said = path if path and not _inside(path, _writable) else None
    if said is not None:
        os.write(_log, f"{event} {said!r}\\n".encode("utf-8", "backslashreplace"))


sys.addaudithook(_hook)
os.write(_log, b"watching the process that analyzes\\n" if sys.flags.isolated else b"watching\\n")
"""


@dataclass(frozen=True)
class Watch:
    environment: dict[str, str]
    _log: Path

    @property
    def deeds(self) -> list[str]:
        """What the processes did that they must not do; raises if none was watched."""
        assert "watching" in self._lines
        return [line for line in self._lines if not line.startswith("watching")]

    @property
    def has_seen_analysis(self) -> bool:
        """Whether the process that analyzes for a server was watched too."""
        return "watching the process that analyzes" in self._lines

    @property
    def _lines(self) -> list[str]:
        return self._log.read_text("utf-8").splitlines()


def watch(workspace: Path, scratch: Path, server: Path) -> Watch:
    """Nothing of `workspace` may be executed, and nothing written but in a cache of its own below `scratch`."""
    hook, cache, log = (scratch / name for name in ("hook", "cache", "deeds.txt"))
    hook.mkdir(parents=True)
    cache.mkdir()
    (hook / "sitecustomize.py").write_text(_HOOK)
    own = {name: str(cache) for name in ("SPOOKY_CACHE_DIR", "XDG_CACHE_HOME", "HOME", "LOCALAPPDATA", "TMPDIR")}
    return Watch(
        {
            **os.environ,
            **own,
            "PYTHONPATH": os.pathsep.join((str(hook), str(server))),
            "PYTHONDONTWRITEBYTECODE": "1",
            "SPOOKY_WATCHED": str(workspace),
            "SPOOKY_WATCH_LOG": str(log),
            "SPOOKY_WRITABLE": os.pathsep.join((str(cache), os.path.abspath(os.devnull), "/dev/shm")),
        },
        log,
    )


def installed(folder: Path, in_worker: str = "") -> list[str]:
    """The `spooky` command as an installed one is started; but the process that analyzes for its server begins with the
    hook, which it would not find by itself, and then with these statements."""
    begun = f"exec({_HOOK + in_worker!r}); "
    folder.mkdir(exist_ok=True)
    script = folder / "spooky"
    script.write_text(
        "from spooky_asyncio.__main__ import main\nfrom spooky_asyncio.lsp import launch\n\n"
        f"launch.MAIN = {begun!r} + launch.MAIN\n"
        'if __name__ == "__main__":\n    main()\n'
    )
    return [sys.executable, str(script)]
