"""The Tab key, pressed in real shells: those that the machine has."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading

import pytest

from cli.running import Project, environment
from spooky_asyncio.cli.completion import SHELLS

pytestmark = pytest.mark.once

STARTS = {
    "bash": (["--noprofile", "--norc", "-i"], "source <(spooky completion bash)"),
    "zsh": (["-f", "-i"], "autoload -Uz compinit && compinit -u -d dump && source <(spooky completion zsh)"),
    "fish": (["--no-config", "-i"], "spooky completion fish | source"),
}
"""How each is started without what the machine has set up for it, and what then loads the completion."""
ONE, OTHER = "coroutine-never-awaited", "task-exception-never-retrieved"
TYPED = {
    "spooky expl\t": "explain",
    "spooky explain task-e\t": f"explain {OTHER}",
    "spooky check --stati\t": "check --statistics",
    "spooky check --output-format sa\tkit\t": "check --output-format sarif kitchen.py",
    f"spooky check --select {ONE},task-e\t": f"check --select {ONE},{OTHER}",
    "spooky check --output-format=sa\tkit\t": "check --output-format=sarif kitchen.py",
    f"spooky check --select={ONE},task-e\tkit\t": f"check --select={ONE},{OTHER} kitchen.py",
    "spooky check --output-format=\tsari\tkit\t": "check --output-format=sarif kitchen.py",
    "spooky check --severity task-e\terr\tkit\t": f"check --severity {OTHER}=error kitchen.py",
    f"spooky check --severity={ONE}=off,task-e\terr\t": f"check --severity={ONE}=off,{OTHER}=error",
    "spooky suppress --select task-e\tkit\t": f"suppress --select {OTHER} kitchen.py",
    "spooky run --output-format te\tkit\tkit\t": "run --output-format text kitchen.py kitchen.py",
    "spooky doctor kit\t": "doctor kitchen.py",
    "spooky completion powers\t": "completion powershell",
}
"""What is typed before the Enter key, and what `spooky` then is called with."""
SPOOKY = f"""\
#!/bin/sh
if [ -n "$_SPOOKY_COMPLETE" ] || [ "$1 $2" = "completion $TRIED" ]; then
    exec {sys.executable} -m spooky_asyncio "$@"
fi
echo "$@" >> called
"""
"""It only writes down how it was called, unless a shell asks it for what there is."""


@pytest.mark.parametrize("shell", STARTS)
def test_the_tab_key(project: Project, shell: str) -> None:
    if shutil.which(shell) is None or os.name == "nt":
        pytest.skip(f"left out: this machine has no {shell}")
    project.write("kitchen.py")
    project.write("bin/spooky", SPOOKY).chmod(0o755)
    shown = _typed(project, shell, [*TYPED, "exit"])
    called = project.root / "called"
    assert called.exists(), shown
    assert called.read_text("utf-8").splitlines() == list(TYPED.values()), shown


def _typed(project: Project, shell: str, lines: list[str]) -> str:
    """What a terminal shows in which a shell gets these lines, each with the Enter key, and the last one ends it."""
    import fcntl
    import pty
    import termios

    def take_terminal() -> None:
        """What a shell wants to be in charge of, which is more than to read and write it."""
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    options, load = STARTS[shell]
    path = os.pathsep.join([str(project.root / "bin"), os.environ["PATH"]])
    env = environment({"PATH": path, "TRIED": shell, "HOME": str(project.root)})
    outer, inner = pty.openpty()
    streams = {"stdin": inner, "stdout": inner, "stderr": inner}
    process = subprocess.Popen(
        [shell, *options], cwd=project.root, env=env, **streams, start_new_session=True, preexec_fn=take_terminal
    )
    os.close(inner)
    for line in (load, *lines):
        os.write(outer, f"{line}\r".encode())
    guard = threading.Timer(60, process.kill)
    guard.start()
    shown = b""
    try:
        while chunk := os.read(outer, 65536):
            shown += chunk
    except OSError:
        pass  # Linux says so at the end, when nobody holds the terminal any more.
    process.wait()
    guard.cancel()
    os.close(outer)
    return shown.decode(errors="replace")


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_has_its_script(project: Project, shell: str) -> None:
    ran = project.spooky("completion", shell)
    assert (ran.status, ran.err) == (0, "")
    assert "_SPOOKY_COMPLETE" in ran.out


def test_another_shell(project: Project) -> None:
    ran = project.spooky("completion", "tcsh")
    assert (ran.status, ran.out) == (2, "")
    assert "'tcsh' is not one of 'bash', 'zsh', 'fish', 'powershell'" in ran.err
