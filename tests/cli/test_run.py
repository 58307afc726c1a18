"""`spooky run`: the report beside what the program does, and the exit status."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import pytest

from cli.running import Project
from cli.test_formats import validate_json

DROPPED = "async def brew():\n    return 1\n\n\nbrew()\nprint('done')\n"
UNSEEN_AND_NOWHERE = """\
if not print:
    brew()

import asyncio, threading
thread = threading.Thread(target=getattr(asyncio, "sleep"), args=(1,))
thread.start()
thread.join()
"""
FINE = "import sys\n\nprint(sys.argv)\nsys.exit(int(sys.argv[1]))\n"


@pytest.mark.parametrize(
    ("options", "program", "arguments", "status"),
    [
        ((), DROPPED, (), 0),
        (("--strict",), DROPPED, (), 1),
        (("--strict",), FINE, ("0", "--strict"), 0),
        (("--strict",), FINE, ("7",), 7),
        ((), FINE, ("3", "-m", "--color"), 3),
        (("--strict",), "import os\n\nos._exit(0)\n", (), 2),
        ((), "import os\n\nos._exit(0)\n", (), 0),
    ],
)
def test_status(
    options: tuple[str, ...], program: str, arguments: tuple[str, ...], status: int, project: Project
) -> None:
    project.write("till.py", program)
    ran = project.run("run", *options, "till.py", *arguments)
    assert ran.status == status
    if program == FINE:
        assert ran.out.strip() == str(["till.py", *arguments])
    assert ("the end of the program was not seen" in ran.err) == ("os._exit" in program)


def test_json_and_file(project: Project) -> None:
    project.write("till.py", DROPPED)
    ran = project.run("run", "--output-format", "json", "--output-file", "report.json", "till.py")
    assert ran.out == "done\n"
    assert "spooky: 1 error seen at run time, none found by reading only in 1 file." in ran.err
    objects = json.loads((project.root / "report.json").read_text())
    validate_json(objects)
    [found] = objects
    assert (found["code"], found["location"]["row"], found["by_reading"]) == ("coroutine-never-awaited", 5, True)
    assert found["at_run_time"] == {"message": "coroutine 'brew' was never awaited", "times": 1}
    assert found["fixes"]


def test_what_json_says_of_the_others(project: Project) -> None:
    """Of what was not seen, of what nobody knows where it was made, and of what could not be checked."""
    project.write("pyproject.toml", "[tool.spooky]\nnonsense = 1\n")
    project.write("till.py", DROPPED + UNSEEN_AND_NOWHERE)
    objects = json.loads(
        project.run("run", "--output-format", "json", "--output-file", "/dev/stdout", "till.py").out[5:]
    )
    validate_json(objects)
    seen, unseen, nowhere, failure = objects
    assert (seen["location"]["row"], unseen["at_run_time"], unseen["by_reading"]) == (5, None, True)
    assert (nowhere["location"], nowhere["by_reading"], failure["code"]) == (None, False, None)
    assert unseen["reason"]
    assert nowhere["reason"]


def test_comments_and_settings_count(project: Project) -> None:
    project.write("till.py", DROPPED.replace("brew()\nprint", "brew()  # spooky: ignore\nprint"))
    assert (
        "no errors seen at run time, none found by reading only in 1 file, 1 kept quiet"
        in project.run("run", "till.py").err
    )
    (project.root / "pyproject.toml").write_text('[tool.spooky.severity]\ncoroutine-never-awaited = "off"\n')
    project.write("till.py", DROPPED)
    assert "1 kept quiet" in project.run("run", "till.py").err


def test_what_is_not_there(project: Project) -> None:
    assert project.spooky("run", "nowhere.py").status == 2
    assert "there is no script 'nowhere.py'" in project.spooky("run", "nowhere.py").err
    project.write("till.py", DROPPED)
    assert "does not exist" in project.spooky("run", "--python", "nowhere", "till.py").err


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs the environments and signals of POSIX")
def test_another_interpreter_needs_nothing_installed(project: Project) -> None:
    """An environment in the project comes first, and is an empty one."""
    import venv

    venv.create(project.root / ".venv")
    project.write("till.py", f"import sys\n\nprint(sys.prefix)\n{DROPPED}")
    ran = project.run("run", "till.py", env={"PYTHONPATH": ""} if "site-packages" in str(Path(__file__)) else None)
    assert ran.out.splitlines()[0] == str(project.root / ".venv")
    assert "at run time: coroutine 'brew' was never awaited" in ran.err


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_signal_is_the_program_s(project: Project) -> None:
    project.write("till.py", "import time\n\nprint('up', flush=True)\ntime.sleep(60)\n")
    process = project.process("run", "till.py")
    assert process.stdout is not None
    assert process.stdout.readline() == b"up\n"
    process.send_signal(signal.SIGTERM)
    err = process.communicate(timeout=30)[1]
    assert process.returncode == 128 + signal.SIGTERM
    assert b"the end of the program was not seen" in err
