"""A throw-away project and the `spooky` command run in it: in this process, or as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from spooky_asyncio.cli.main import main

SERVER = Path(__file__).parents[2] / "server"

LOST = """\
async def brew(cups):
    return cups


async def morning():
    brew(2)
"""
"""One finding, in line 6."""

FINE = """\
async def brew(cups):
    return cups


async def morning():
    await brew(2)
"""


ABOUT_LINKS = (
    *("FORCE_HYPERLINK", "CI", "TMUX", "WT_SESSION", "DOMTERM", "VTE_VERSION", "KONSOLE_VERSION"),
    *("TERM_PROGRAM", "TERM_PROGRAM_VERSION"),
)


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str

    @property
    def findings(self) -> list[dict[str, Any]]:
        found = json.loads(self.out)
        assert isinstance(found, list)
        return [finding for finding in found if finding["code"] is not None]

    @property
    def files(self) -> list[str]:
        """The names of the files with findings, in their order."""
        return list(dict.fromkeys(Path(finding["filename"]).name for finding in self.findings))


class Project:
    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, name: str | Path, content: str | bytes = LOST) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def spooky(self, *arguments: object, stdin: str | bytes | None = None) -> Ran:
        """Run in this process, in the project's folder: fast, for jedi is warm."""
        result = CliRunner().invoke(main, [str(argument) for argument in arguments], stdin, prog_name="spooky")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return Ran(result.exit_code, result.stdout, result.stderr)

    def check(self, *arguments: object, stdin: str | bytes | None = None) -> Ran:
        return self.spooky("check", *arguments, stdin=stdin)

    def json(self, *arguments: object, stdin: str | bytes | None = None) -> Ran:
        return self.check("--output-format", "json", *arguments, stdin=stdin)

    def process(self, *arguments: object, env: dict[str, str] | None = None, **options: Any) -> subprocess.Popen[bytes]:
        """Start it as users do: with real pipes and signals."""
        command = [sys.executable, "-m", "spooky_asyncio", *(os.fspath(str(argument)) for argument in arguments)]
        pipes: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, cwd=self.root, env=environment(env), **{**pipes, **options})

    def run(self, *arguments: object, env: dict[str, str] | None = None) -> Ran:
        process = self.process(*arguments, env=env)
        out, err = process.communicate(timeout=60)
        return Ran(process.returncode, out.decode(), err.decode())


def environment(extra: dict[str, str] | None = None) -> dict[str, str]:
    """That of this process, without what decides about colors and hyperlinks."""
    ours = {"NO_COLOR", "FORCE_COLOR", "COLORTERM", "TTY_COMPATIBLE", "VIRTUAL_ENV", "COLUMNS", *ABOUT_LINKS}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "PYTHONPATH": str(SERVER), "PYTHONIOENCODING": "utf-8", "TERM": "xterm", **(extra or {})}


def on_terminal(
    project: Project, *arguments: object, stream: str, env: dict[str, str] | None = None
) -> tuple[int, bytes, bytes]:
    """Run it with one of its output streams a terminal: its status, what the terminal got, and the other."""
    import pty

    outer, inner = pty.openpty()
    other = "stderr" if stream == "stdout" else "stdout"
    shown = b""
    with tempfile.TemporaryFile() as kept:
        process = project.process(*arguments, **{stream: inner, other: kept}, env={"COLUMNS": "80", **(env or {})})
        os.close(inner)
        while True:
            try:
                chunk = os.read(outer, 65536)
            except OSError:
                # Linux says so at the end, when nobody holds the terminal any more.
                break
            if not chunk:
                break
            shown += chunk
        os.close(outer)
        status = process.wait(60)
        kept.seek(0)
        return status, shown, kept.read()
