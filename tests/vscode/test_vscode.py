"""The packed extension in a real VS Code: through the user interface, and in the extension host."""

import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from vscode.editor import HERE, Editor, install

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


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=HERE, check=True)
    editor = Editor(install(), tmp_path_factory.mktemp("vscode"))
    editor.install_extension(VSIX)
    with editor.serve() as address:
        yield address


def test_findings_are_seen_explained_and_fixed(server: str, project: Path) -> None:
    run_node("ui.mjs", server, project, json.dumps(PROGRAMS))

    assert run_python(project / "never_awaited.py").stdout == "a cup of green tea\n"
    assert run_python(project / "forgotten_tasks.py").stdout == "The cups are washed.\nThe cups are dry.\n"
    shared = run_python(project / "lost_exception.py")
    assert "ZeroDivisionError" in shared.stderr
    assert "never retrieved" not in shared.stderr


def test_suite_in_the_extension_host(server: str, project: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(VSIX) as package:
        package.extractall(tmp_path)
    venv.create(project / ".venv", symlinks=True)

    extensions = [tmp_path / "extension", HERE / "python-extension"]
    run_node("exthost.mjs", server, project, HERE / "suite.cjs", *extensions)


def run_node(script: str, *arguments: str | Path) -> None:
    environment = {**os.environ, "SPOOKY_CHROMIUM": str(CHROMIUM)}
    process = subprocess.run(
        ["node", HERE / script, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )
    print(process.stdout)
    assert process.returncode == 0, process.stdout


def run_python(program: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, program], capture_output=True, text=True, timeout=30)
