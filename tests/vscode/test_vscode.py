"""The packed extension in a real VS Code: through the user interface, and in the extension host."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from vscode.editor import CURRENT, HERE, OLDER, Editor, install

VSIX = HERE.parents[1] / "vscode-client" / "spooky-asyncio.vsix"
CHROMIUM = shutil.which("chromium")

pytestmark = [
    pytest.mark.vscode,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not on the PATH"),
    pytest.mark.skipif(shutil.which("npm") is None, reason="node and npm are not on the PATH"),
    pytest.mark.skipif(
        not VSIX.exists(),
        reason=f"{VSIX.name} is missing: run `npm ci && npm run package` in vscode-client",
    ),
]

PATIENCE = 120
"""Seconds until what does not happen is a failure."""
MANY = 3000
"""So many files take longer to check than somebody takes to cancel it."""

SAMPLES = HERE.parent / "samples"
PROGRAMS = [
    {
        "file": "never_awaited.py",
        "rule": "coroutine-never-awaited",
        "line": "print(brew(",
        "word": "brew",
        "message": "coroutine 'brew' was never awaited",
        "explanation": "the code in it does not run",
        "fixed": 'asyncio.run(brew("green tea"))',
    },
    {
        "file": "forgotten_tasks.py",
        "rule": "task-never-awaited",
        "line": "asyncio.create_task(wash",
        "word": "create_task",
        "message": "the task of 'wash()' is never awaited",
        "explanation": "nothing waits for it by itself",
        "fixed": "await asyncio.gather(wash_task, dry_task)",
    },
    {
        "file": "lost_exception.py",
        "rule": "task-exception-never-retrieved",
        "line": "asyncio.wait(",
        "word": "asyncio.wait",
        "message": "nobody reads the results of 'full_house' and 'empty_house'",
        "explanation": "keeps its exception until somebody asks for it",
        "fixed": "await asyncio.gather(share(12, 4), share(12, 0))",
    },
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return shutil.copytree(SAMPLES, tmp_path / "tea-house")


@pytest.fixture(scope="module", autouse=True)
def packages() -> None:
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=HERE, check=True)


# The current one comes last: the pictures are of it.
@pytest.fixture(scope="module", params=[OLDER, CURRENT], ids=lambda version: version.code_server)
def editor(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    editor = Editor(install(request.param), tmp_path_factory.mktemp("vscode"))
    editor.install_extension(VSIX)
    with editor.serve():
        yield editor


def test_findings_are_seen_explained_and_fixed(editor: Editor, project: Path) -> None:
    run_node("ui.mjs", editor.address, project, json.dumps(PROGRAMS))

    assert run_python(project / "never_awaited.py").stdout == "a cup of green tea\n"
    assert run_python(project / "forgotten_tasks.py").stdout == "The cups are washed.\nThe cups are dry.\n"
    shared = run_python(project / "lost_exception.py")
    assert "ZeroDivisionError" in shared.stderr
    assert "never retrieved" not in shared.stderr


def test_suite_in_the_extension_host(editor: Editor, project: Path) -> None:
    venv.create(project / ".bare", symlinks=True)
    venv.create(project / ".venv", symlinks=True)
    bundled = editor.extension / "bundled" / "libs"
    (site_packages(project / ".venv") / "spooky.pth").write_text(f"{bundled}\n")

    run_suite("suite.cjs", editor, project)


def test_a_workspace_with_several_folders(editor: Editor, tmp_path: Path) -> None:
    folders = [tmp_path / "kitchen", tmp_path / "garden"]
    for folder in folders:
        folder.mkdir()
        (folder / "brew.py").write_text("async def brew():\n    pass\n\n\nasync def main():\n    brew()\n")
        (folder / "uses_package.py").write_text("import samovar\n\n\nasync def main():\n    samovar.heat()\n")
    write_notebook(folders[0] / "brew.ipynb", ["async def brew():\n    pass", "brew()"])
    venv.create(folders[1] / ".venv", symlinks=True)
    write(site_packages(folders[1] / ".venv") / "samovar.py", "async def heat():\n    pass\n")
    settings = {"spooky.interpreter": "${workspaceFolder}/.venv/bin/python"}
    write(folders[1] / ".vscode" / "settings.json", json.dumps(settings))
    workspace = tmp_path / "tea-house.code-workspace"
    workspace.write_text(json.dumps({"folders": [{"path": folder.name} for folder in folders]}))

    run_suite("folders.cjs", editor, workspace)


def test_nothing_of_an_untrusted_workspace_is_run(project: Path, tmp_path: Path) -> None:
    trap = project / ".venv" / "bin" / "python"
    write(trap, f"#!/bin/sh\ntouch '{project}/was-run'\nexec '{sys.executable}' \"$@\"\n")
    trap.chmod(0o755)
    write(project / ".venv" / "pyvenv.cfg", f"home = {Path(sys.executable).parent}\n")
    settings = {"spooky.interpreter": str(trap), "spooky.importStrategy": "fromEnvironment"}
    write(project / ".vscode" / "settings.json", json.dumps(settings))

    editor = Editor(install(CURRENT), tmp_path / "vscode", asks_for_trust=True)
    editor.install_extension(VSIX)
    with editor.serve():
        run_suite("untrusted.cjs", editor, project)

    subprocess.run([trap, "-c", ""], check=True)
    assert (project / "was-run").exists(), "the trap does not work"


def test_without_a_python_one_notice_says_what_to_do(project: Path, tmp_path: Path) -> None:
    (empty := tmp_path / "empty").mkdir()
    editor = Editor(install(CURRENT), tmp_path / "vscode", path=str(empty))
    editor.install_extension(VSIX)
    with editor.serve(), driven("notices.mjs", editor.address, project, "never_awaited.py", "noPython") as page:
        until(lambda: (project / "setting-is-open").exists() or not page.is_alive())
        editor.set_for_machine({"spooky.interpreter": sys.executable})


def test_a_check_of_the_workspace_can_be_cancelled(editor: Editor, project: Path) -> None:
    program = (SAMPLES / "forgotten_tasks.py").read_text("utf-8")
    for number in range(MANY):
        (project / f"sink_{number}.py").write_text(f"# The sink {number}.\n{program}", "utf-8")
    with driven("notices.mjs", editor.address, project, "never_awaited.py", "cancelledCheck") as page:
        until(lambda: (project / "was-cancelled").exists() or not page.is_alive())
        until(lambda: not at_work(editor.extension))
        (project / "was-seen").touch()


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def write_notebook(file: Path, cells: list[str]) -> None:
    code = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}, "language_info": {"name": "python"}}
    content = {"cells": [{**code, "source": cell} for cell in cells], "metadata": kernel}
    file.write_text(json.dumps({**content, "nbformat": 4, "nbformat_minor": 4}))


@contextmanager
def driven(script: str, *arguments: str | Path) -> Iterator[threading.Thread]:
    """A script that does its part while the test does another one."""
    failures: list[BaseException] = []

    def drive() -> None:
        try:
            run_node(script, *arguments)
        except BaseException as error:
            failures.append(error)

    page = threading.Thread(target=drive)
    page.start()
    try:
        yield page
    finally:
        page.join()
    assert failures == []


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def run_suite(suite: str, editor: Editor, workspace: Path) -> None:
    before = processes_of(editor.extension)
    run_node("exthost.mjs", editor.address, workspace, HERE / suite, HERE / "python-extension")
    until(lambda: processes_of(editor.extension) <= before)


def site_packages(environment: Path) -> Path:
    [folder] = environment.glob("lib/python*/site-packages")
    return folder


def processes_of(extension: Path) -> set[str]:
    """The numbers of the processes that have the server's code from there."""
    processes = [process.name for process in Path("/proc").glob("[0-9]*")]
    return {process for process in processes if str(extension / "bundled").encode() in read(process, "environ")}


def at_work(extension: Path) -> set[str]:
    """Those of them that check a whole workspace: nothing else is started by `multiprocessing`."""
    return {process for process in processes_of(extension) if b"spawn_main" in read(process, "cmdline")}


def read(process: str, file: str) -> bytes:
    try:
        return (Path("/proc") / process / file).read_bytes()
    except OSError:  # of another user, or one that has just ended
        return b""


def run_node(script: str, *arguments: str | Path) -> None:
    environment = {**os.environ, "SPOOKY_CHROMIUM": str(CHROMIUM)}
    for _ in range(2):
        process = subprocess.run(
            ["node", HERE / script, *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=500,
        )
        if process.returncode == 0 or process.stdout.strip():
            break
        # The browser has ended before any test began.
    print(process.stdout)
    assert process.returncode == 0, process.stdout


def run_python(program: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, program], capture_output=True, text=True, timeout=30)
