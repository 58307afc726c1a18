"""All tests, as `nox -f tests/noxfile.py` runs them; `-l` lists the sessions, `-s NAME` runs one of them.

Whatever the machine lacks (a Python version, npm, a browser, Emacs) is left out, and said so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import nox

ROOT = Path(__file__).resolve().parents[1]
VERSIONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
GROUPS = nox.project.load_toml(ROOT / "pyproject.toml")

nox.options.error_on_missing_interpreters = False
nox.options.envdir = ROOT / ".nox"


def interpreter(version: str) -> str:
    """A working Python of this version: from the PATH, or one that pyenv holds without showing it there."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [shutil.which(f"python{version}"), *kept.glob(f"{version}.*/bin/python")]
    for candidate in filter(None, candidates):
        asked = [str(candidate), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        if subprocess.run(asked, capture_output=True, text=True).stdout.strip() == version:
            return str(candidate)
    return f"python{version}"


HERE = [path for path in map(interpreter, VERSIONS) if os.path.isabs(path)]
"""The Pythons of the machine: on the newest all tests run, on the oldest all but those that no Python passes in another
way than the others, on those between them what goes by how a Python reads and runs programs."""

BETWEEN = (
    *("tests/test_suite.py", "tests/test_article.py", "tests/test_recovery.py", "tests/test_source.py"),
    *("tests/test_revisions.py", "tests/rules", "tests/suppression", "tests/inference", "tests/rewriting"),
    *(
        "tests/run_time",
        "tests/reliability/test_inputs.py",
        "tests/reliability/test_clients.py",
        "tests/cli/test_text.py",
    ),
)


def has(*programs: str, session: nox.Session) -> None:
    """Leave the session out if a program is missing."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        session.skip(f"left out: this machine has no {' and no '.join(missing)}")


@nox.session
def lint(session: nox.Session) -> None:
    """Format, lint, strict types."""
    session.chdir(ROOT)
    session.install(".", *nox.project.dependency_groups(GROUPS, "lint"))
    session.run("ruff", "format", "--check")
    session.run("ruff", "check")
    session.run("mypy")


@nox.session
def docs(session: nox.Session) -> None:
    """The documents as a site, in `build/docs`; with `-- linkcheck`, ask also whether links to other sites lead
    somewhere. Each warning, as of a link within the site, is an error."""
    session.chdir(ROOT)
    session.install(".", *nox.project.dependency_groups(GROUPS, "docs"))
    builder = session.posargs[0] if session.posargs else "html"
    options = ("--fail-on-warning", "--keep-going", "--fresh-env", "--quiet")
    session.run("sphinx-build", "-b", builder, "-c", "server/docs", *options, "server", "build/docs")


@nox.session
def extension(session: nox.Session) -> None:
    """Check and pack the VS Code extension."""
    has("npm", session=session)
    session.chdir(ROOT / "vscode-client")
    for command in (("ci",), ("run", "check"), ("run", "package")):
        session.run("npm", *command, external=True)


@nox.session(default=False)
def reproducible(session: nox.Session) -> None:
    """Two builds of what is committed, in two places, have the same bytes: wheel, sdist and extension."""
    has("git", "npm", session=session)
    session.install("build")
    session.run("python", ROOT / "tests" / "reproducible.py")


def tests(session: nox.Session) -> None:
    """Everything but the real editors, on each Python that the machine has; not all of it on each of them."""
    session.chdir(ROOT)
    session.install(".", *nox.project.dependency_groups(GROUPS, "test"))
    some: tuple[str, ...] = ("--ignore=tests/vscode", "--ignore=tests/editors")
    if session.python not in HERE[-1:]:
        some = ("-m", "not once", *(some if session.python in HERE[:1] else BETWEEN))
    session.run("pytest", "-n", "2", "-rs", "-q", *some, *session.posargs)


for version in VERSIONS:
    nox.session(tests, name=f"tests-{version}", python=interpreter(version))


@nox.session
def editor(session: nox.Session) -> None:
    """The packed extension in a real VS Code, of today and of a year ago, in a real browser."""
    session.chdir(ROOT)
    session.install(".", *nox.project.dependency_groups(GROUPS, "test"))
    session.run("pytest", "-rs", "-q", "tests/vscode", *session.posargs)


@nox.session(name="neovim-emacs")
def neovim_emacs(session: nox.Session) -> None:
    """The server in a real Neovim, new and as the machine has it, in a real Emacs, and in a real Helix."""
    session.chdir(ROOT)
    session.install(".", *nox.project.dependency_groups(GROUPS, "editors"))
    session.run("pytest", "-n", "2", "-rs", "-q", "tests/editors", *session.posargs)
