"""Opening a folder that somebody else has written executes nothing of it, and writes and reads nothing elsewhere."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest
from lsprotocol import types

from cli.running import LOST, SERVER, Project
from lsp.editor import Editor, capabilities
from reliability.watched import Watch, installed, watch
from spooky_asyncio.cli.formats import FORMATS

SHADOWED = (
    *("multiprocessing", "pickle", "socket", "struct", "selectors", "signal", "threading", "logging", "json", "ast"),
    *("asyncio", "typing", "encodings", "tomllib", "sqlite3", "runpy", "importlib", "sitecustomize", "usercustomize"),
    *("__future__", "pathlib"),
    *("jedi", "parso", "click", "rich", "pygls", "lsprotocol", "pathspec", "platformdirs", "packaging", "conftest"),
    *("setup", "noxfile", "manage", "spooky_asyncio", "antigravity", "__main__", "__init__"),
)
EXTENSION = next(iter(sorted(Path(sysconfig.get_path("platstdlib"), "lib-dynload").glob("_queue.*"))), None)


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A workspace in which whatever could be executed leaves a file behind."""
    root = tmp_path / "workspace"
    canary = f"open({str(tmp_path / 'executed')!r}, 'a').write(__name__)\n"
    packages = root / ".venv" / "lib" / f"python3.{sys.version_info[1]}" / "site-packages"
    packages.mkdir(parents=True)
    for name in SHADOWED:
        (root / f"{name}.py").write_text(canary)
        (packages / f"{name}.py").write_text(canary)
    package = root / "multiprocessing"
    package.mkdir()
    (package / "__init__.py").write_text(canary)
    (package / "spawn.py").write_text(canary)
    (packages / "evil.pth").write_text(f"import os; {canary}")
    (packages / "__editable___evil_finder.py").write_text(canary)
    for place in (root, packages):
        if EXTENSION is not None:
            shutil.copy(EXTENSION, place / EXTENSION.name.replace("_queue", "_evil"))
    for program in (root / ".venv" / "bin" / "python", root / "python", root / "git", root / "bin" / "python3"):
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\necho executed > {tmp_path / 'executed'}\n")
        program.chmod(0o755)
    (root / ".venv" / "pyvenv.cfg").write_text(f"home = {root}\nversion = 3.12.1\n")
    (root / "pyproject.toml").write_text(
        "[project]\nname = 'evil'\n[project.entry-points.pytest11]\nevil = 'conftest'\n"
        "[tool.spooky]\ninterpreter = './python'\nplugins = ['conftest']\n"
        "[tool.pytest.ini_options]\naddopts = '-p conftest'\n"
    )
    (root / ".jedi").mkdir()
    (root / ".jedi" / "project.json").write_text(
        json.dumps([1, {"path": str(root), "environment_path": str(root / "python"), "sys_path": [str(root)]}])
    )
    (root / "app.py").write_text(f"import _evil, _evil as other\n_evil.Queue().put\nother.x()\n_evil.run()\n{LOST}")
    for number in range(60):
        imports = "".join(f"import {name}\n{name}.run()\n" for name in (*SHADOWED[:-2], "_evil"))
        (root / f"uses_{number}.py").write_text(f"{imports}{LOST}")
    return root


@pytest.fixture
def watched(hostile: Path, tmp_path: Path) -> Watch:
    return watch(hostile, tmp_path / "scratch", SERVER)


def _spoiled(hostile: Path) -> bool:
    return (hostile.parent / "executed").exists()


@pytest.mark.parametrize("arguments", [("check", "--jobs", "2"), ("fix", "--diff")])
def test_the_command_line_executes_nothing(
    arguments: tuple[str, ...], hostile: Path, watched: Watch, tmp_path: Path
) -> None:
    command = [*installed(tmp_path / "bin"), *arguments, "." if "--jobs" in arguments else "app.py"]
    done = subprocess.run(command, cwd=hostile, env=watched.environment, capture_output=True, text=True, timeout=300)
    assert "brew" in done.stdout, done.stderr
    assert "Traceback" not in done.stderr
    assert watched.deeds == []
    assert not _spoiled(hostile)


def test_as_a_module_it_imports_nothing_of_the_current_folder(hostile: Path, watched: Watch) -> None:
    """What Python itself imports before this program has a say can't be helped: see SECURITY.md."""
    for name in ("runpy", "importlib", "spooky_asyncio", "encodings", "sitecustomize", "usercustomize"):
        (hostile / f"{name}.py").unlink()
    command = [sys.executable, "-m", "spooky_asyncio", "check", "app.py"]
    done = subprocess.run(command, cwd=hostile, env=watched.environment, capture_output=True, text=True, timeout=300)
    assert "brew" in done.stdout, done.stderr
    assert watched.deeds == []
    assert not _spoiled(hostile)


@pytest.mark.asyncio
async def test_the_server_executes_nothing(
    editor: Editor, hostile: Path, watched: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in watched.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(hostile)
    await editor.start(
        capabilities(notebooks=True),
        folders=[hostile],
        settings={"scope": "workspace"},
        command=[*installed(tmp_path / "bin")[1:], "server"],
    )
    uri = (hostile / "app.py").as_uri()
    editor.open(uri, (hostile / "app.py").read_text())
    (found,) = await editor.diagnostics(uri, 1)
    assert await editor.actions(uri, found.range)
    await editor.client.text_document_hover_async(
        types.HoverParams(types.TextDocumentIdentifier(uri), found.range.start)
    )
    await editor.until(lambda: (hostile / "uses_59.py").as_uri() in editor.published)
    await editor.stop()
    assert watched.has_seen_analysis
    assert watched.deeds == []
    assert not _spoiled(hostile)


@pytest.mark.asyncio
async def test_a_connection_of_the_process_that_analyzes_would_be_seen(
    editor: Editor, hostile: Path, watched: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in watched.environment.items():
        monkeypatch.setenv(name, value)
    connects = "import socket\nwith socket.socket() as asked: asked.connect_ex(('127.0.0.1', 9))\n"
    command = installed(tmp_path / "bin", connects)[1:]
    await editor.start(capabilities(), folders=[hostile], command=[*command, "server"])
    editor.open("untitled:Tea", LOST)
    assert await editor.diagnostics("untitled:Tea", 1)
    await editor.stop()
    assert [deed.partition(" ")[0] for deed in watched.deeds] == ["socket.connect"]


# What keeps somebody busy


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are none there")
@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")], ids=["pipe", "endless device"])
def test_what_is_no_file_is_not_waited_for(make: Callable[[Path], object], project: Project) -> None:
    (project.root / "pyproject.toml").unlink()
    (project.root / "venv" / "lib" / "python3.12" / "site-packages").mkdir(parents=True)
    (project.root / ".git" / "info").mkdir(parents=True)
    names = ("pyproject.toml", "setup.py", "setup.cfg", ".gitignore", ".git/info/exclude", "venv/pyvenv.cfg", "odd.py")
    for name in (*names, "stub.pyi", "venv/lib/python3.12/site-packages/package.py"):
        make(project.root / name)
    project.write("app.py", f"import odd, stub, package\nfrom odd import brew as b\nb()\nodd.brew()\n{LOST}")
    ran = project.run("check", "--output-format", "concise", "app.py", "odd.py")
    assert "brew" in ran.out
    assert ran.status == 1
    assert "Traceback" not in ran.err
    assert "odd.py: not a file" in ran.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a = " + "[" * 5_000 + "]" * 5_000, "too deeply nested"),
        ("a" + ".a" * 200_000 + " = 1", "too many parts"),
        (f"# {'x' * 5_000_000}", "too large"),
        ("[tool.spooky]\n" + "".join(f"'[x](command:evil{n})' = 1\n" for n in range(2_000)), "unknown setting"),
        ("[tool.spooky]\nexclude = [" + ", ".join(f"'{'*a' * 40}{n}'" for n in range(500)) + "]", ""),
        ("[tool.spooky]\nkeepers = ['" + "*.a" * 40 + "']", ""),
        ("[project]\nrequires-python = '" + ",".join(f"!=3.{n}.*" for n in range(2_000)) + "'", ""),
    ],
    ids=["nested", "dotted", "large", "settings", "patterns", "keepers", "versions"],
)
def test_a_configuration_that_is_too_much(content: str, said: str, project: Project) -> None:
    project.write("pyproject.toml", content)
    project.write(f"{'a' * 200}/{'a' * 200}.py", LOST)
    ran = project.json(".")
    assert len(ran.findings) == 1
    assert said in ran.err
    assert bool(ran.err) == bool(said)
    assert "internal" not in ran.err


def test_deep_folders(project: Project) -> None:
    folder = project.root
    for _ in range(150):
        folder = folder / "d"
    folder.mkdir(parents=True)
    (folder / "deep.py").write_text(LOST)
    assert project.json(".").files == ["deep.py"]


# Where paths lead


@pytest.mark.parametrize("pattern", ["../*", "/", "//", "../../etc", "C:\\*", "\0", "[", "a" * 10_000])
def test_patterns_reach_nothing_outside(pattern: str, project: Project) -> None:
    project.write("pyproject.toml", f"[tool.spooky]\nexclude = [{json.dumps(pattern)}]\n")
    project.write("a.py", LOST)
    assert project.json(".").files in (["a.py"], [])
    assert [path.name for path in project.root.parent.iterdir()] == ["project"]


@pytest.mark.parametrize("interpreter", ["../..", "/", "./python", "nowhere", "\0", "~/x", "a\nb", "/dev/zero"])
def test_an_interpreter_that_is_none_is_said_and_not_run(interpreter: str, project: Project) -> None:
    project.write("pyproject.toml", f"[tool.spooky]\ninterpreter = {json.dumps(interpreter)}\n")
    project.write("python", f"#!/bin/sh\ntouch {project.root / 'executed'}\n").chmod(0o755)
    project.write("a.py", LOST)
    ran = project.json("a.py")
    assert len(ran.findings) == 1
    assert not (project.root / "executed").exists()
    assert len(ran.err.splitlines()) <= 1
    assert "internal" not in ran.err


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_fixes_write_no_other_file_than_was_checked(project: Project, tmp_path: Path) -> None:
    """A folder that is a link is not walked into, so that nothing outside is found, or written."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "theirs.py").write_text(LOST)
    (project.root / "link").symlink_to(outside, target_is_directory=True)
    project.write("a.py", LOST)
    project.spooky("fix", "--unsafe", ".")
    assert (outside / "theirs.py").read_text() == LOST


# What reaches terminals, editors and other tools

ODD_NAMES = ("\x1b[31mred.py", "a\n::error file=x::evil.py", "::error::evil.py", "%0A::error::.py", "\u202egnp.py")
"""Of files: a colour, a command to GitHub's runner in a line of its own and without, text that runs backwards."""


@pytest.mark.skipif(os.name == "nt", reason="no such names there")
@pytest.mark.parametrize("output_format", list(FORMATS))
def test_names_of_files_command_nobody(output_format: str, project: Project) -> None:
    for name in ODD_NAMES:
        project.write(name, LOST)
        project.write(f"broken {name}", "def def")
    ran = project.check("--output-format", output_format, "--color", "never", ".")
    for text in (ran.out, ran.err):
        assert not [character for character in text if not character.isprintable() and character != "\n"]
        for line in text.splitlines():
            assert not line.startswith("::") or line.startswith(("::warning title=spooky", "::error title=spooky"))


async def messages_of(editor: Editor, project: Project) -> list[str]:
    await editor.start(capabilities(), folders=[project.root])
    uri = project.write("a.py", LOST).as_uri()
    editor.open(uri, LOST)
    assert await editor.diagnostics(uri, 1)
    # What is wrong with the settings is said after what was found.
    await editor.until(lambda: bool(editor.shown), "a message")
    await editor.answered(uri)
    return [message.message for message in editor.shown]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "setting",
    [
        "'[Click](command:quit)' = 1",
        "enable = '[Click](command:quit)'",
        "interpreter = '[C](command:q)'",
    ],
)
async def test_messages_have_no_living_links(setting: str, editor: Editor, project: Project) -> None:
    """VS Code makes links of what looks like one in Markdown, and carries out commands that they name."""
    project.write("pyproject.toml", f"[tool.spooky]\n{setting}\n")
    shown = await messages_of(editor, project)
    assert not [message for message in shown if "](" in message]
    assert not [message for message in shown if "\n" in message or "\x1b" in message]
