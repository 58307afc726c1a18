"""Whatever stands in a file, it costs at most that file's own answer, and then the user is told so."""

from __future__ import annotations

import ast
import os
import warnings
from pathlib import Path

import pytest

from cli.running import FINE, LOST, Project
from reliability import inputs
from reliability.inputs import INTERNAL
from reliability.spoiling import ENCODINGS
from spooky_asyncio.batch.check import Checker, Overrides
from spooky_asyncio.inference import parse_cache
from spooky_asyncio.inference.with_jedi import detach
from spooky_asyncio.lsp.analyst import Analyst
from spooky_asyncio.lsp.requests import Check, Verdict
from spooky_asyncio.lsp.snapshots import Snapshot
from spooky_asyncio.source import Source, UnreadableSource
from spooky_asyncio.workspace import project as projects

DEEP = 5_000
LINE = 1_000_000


def _headers(header: str, depth: int, body: str) -> str:
    return "".join(" " * level + header for level in range(depth)) + " " * depth + body


PROGRAMS = {
    # Deeper than any parser goes.
    "parentheses": "x = " + "(" * DEEP + ")" * DEEP,
    "brackets": "x = " + "[" * DEEP + "]" * DEEP,
    "attributes": "x" + ".a" * DEEP,
    "calls": "x" + ".a()" * DEEP,
    "subscripts": "x" + "[0]" * DEEP,
    "binary operators": "x = " + " + ".join("a" * DEEP),
    "powers": "x = " + "**".join("a" * DEEP),
    "unary operators": "x = " + "-" * DEEP + "1",
    "lambdas": "x = " + "lambda: " * DEEP + "1",
    "conditions": "x = " + "1 if a else " * DEEP + "1",
    "elifs": "if x: pass\n" + "elif x: pass\n" * DEEP,
    "ifs": _headers("if x:\n", 1_500, "pass"),
    "functions": _headers("def f():\n", 1_500, "pass"),
    # From Python 3.12 on, which of its scopes do not lie in one another as their sections do.
    "a lambda among type parameters": "async def f[T: (lambda: f)](x: T) -> T:\n    f(x)\n    return lambda: x",
    # As deep as CPython goes, or nearly so.
    "few parentheses": "x = " + "(" * 190 + "1" + ")" * 190,
    "few attributes": "x" + ".a" * 700,
    "few calls": "x" + ".a()" * 400,
    "few calls of a coroutine": "async def m():\n    brew(1)" + ".a()" * 400,
    "few binary operators": "x = " + " + ".join(["brew(1)"] * 400),
    "few conditions": "x = " + "1 if a else " * 400 + "1",
    "few elifs": "async def m():\n  b = brew(1)\n  if x: pass\n" + "  elif x: await b\n" * 400,
    "some elifs": "async def m():\n  b = brew(1)\n  if x: pass\n" + "  elif x: await b\n" * 1_600,
    "few functions": _headers("async def f():\n", 99, "f()"),
    "few classes": _headers("class A:\n", 99, "pass"),
    "few loops": _headers("for x in y:\n", 19, "brew(1)"),
    "nested calls": "x = " + "f(" * 150 + "brew(1)" + ")" * 150,
    "walruses": "x = " + "".join(f"(a{number} := " for number in range(150)) + "brew(1)" + ")" * 150,
    # Long.
    "a line": f"x = '{'a' * LINE}'",
    "a name": f"{'a' * LINE} = 1",
    "a comment": f"# {'a' * LINE}",
    "white space": f"x = 1{' ' * LINE}\n{' ' * LINE}",
    "backslashes": "x = 1 + \\\n" + "  \\\n" * 50_000 + "  1",
    "an f-string": "x = f'" + "{a}" * 20_000 + "'",
    "an f-string of coroutines": "async def m():\n    return f'" + "{brew(1)}" * 150 + "'",
    "a number": "x = " + "9" * 100_000,
    "a number that is an index": "x = [brew][" + "9" * 4_000 + "]()",
    "a hexadecimal number": "x = 0x" + "f" * 100_000,
    "infinity": "x = 1e999999999999",
    "parameters": "def f(" + ", ".join(f"a{number}" for number in range(5_000)) + "): pass",
    "arguments": "print(" + ", ".join(f"brew({number})" for number in range(300)) + ")",
    "decorators": "@d\n" * 5_000 + "def f(): pass",
    "decorated coroutines": "@d\n" * 300 + "async def f(): pass\nf()",
    "names of an import": "from a import (" + ", ".join(f"a{number}" for number in range(5_000)) + ")",
    "dots": "from " + "." * 5_000 + " import x",
    "a dotted import": "import " + ".".join("a" * 5_000),
    "a pattern": "match x:\n    case " + " | ".join(map(str, range(2_000))) + ": pass",
    "targets": "a = " * 2_000 + "brew(1)",
    "bindings": "async def m():\n" + "    b = brew(1)\n    await b\n" * 500,
    "branches": "async def m():\n    b = brew(1)\n" + "    if x: b = brew(2)\n" * 150 + "    await b",
    "aliases": "async def m():\n    a0 = brew(1)\n" + "".join(f"    a{n + 1} = a{n}\n" for n in range(500)),
    "comments for us": "x = 1  # spooky: ignore\n" * 2_000,
    # Circles.
    "a class of itself": "class A(A): pass\nA().m()",
    "classes of one another": "class A(B): pass\nclass B(A): pass\nA().m()",
    "functions of one another": "def f(): return g()\ndef g(): return f()\nf()",
    "names of one another": "a = b\nb = a\na()",
    "a container in itself": "import threading\nl = []\nl.append(l)\nthreading.Timer(1, l.append, args=[l])",
    "a chain of functions": "".join(f"def f{n}(): return f{n + 1}()\n" for n in range(300)) + "async def f300(): ...",
    "a chain of classes": "class C0:\n  async def m(self): ...\n"
    + "".join(f"class C{n + 1}(C{n}): pass\n" for n in range(300))
    + "C300().m()",
    "diamonds": "class C0:\n  async def m(self): ...\n"
    + "".join(
        f"class A{n}(C{n}): pass\nclass B{n}(C{n}): pass\nclass C{n + 1}(A{n}, B{n}): pass\n" for n in range(12)
    )
    + "C12().m()",
    # Odd characters.
    "form feeds": "\f\n" * 1_000 + "def f():\n\f    pass",
    "escapes": "x = '\\ud800\\N{GREEK SMALL LETTER ALPHA}\\x00'",
    "no such character": "x = '\\N{NO SUCH}'",
    "zero": "x = '\0'",
    "lone surrogates": "x = '\ud800'\n\udfff",
    "other line separators": "x = '\x0b\x1c\x85\u2028\u2029'",
    "letters that look alike": "\uff41\uff53\uff59\uff4e\uff43 = \ufb01 = \xaa = 1",
    "written from right to left": "x = '\u202e\u2066'  # \u200f",
}  # fmt: skip

MAY_BE_REFUSED = {"ifs", "functions", "zero"} | set(list(PROGRAMS)[:13])
"""What some CPython does not take either: nothing need be found there, but that must be said."""


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Checker:
    return Checker(Overrides())


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program(name: str, checker: Checker, tmp_path: Path) -> None:
    """With a coroutine that is lost behind it, which is found, or else it is said that the file was not checked."""
    text = f"{PROGRAMS[name]}\n{LOST}"
    file = tmp_path / "odd.py"
    last = text.count("\n") - 1
    outcome = checker._outcome(file, lambda project: project.check(Source.from_text(text, file)), None)
    assert not [str(failure) for failure in outcome.failures if INTERNAL.search(failure.message)]
    if last in {finding.diagnostic.range.start.line for finding in outcome.findings}:
        return
    assert name in MAY_BE_REFUSED or not _is_python(text), outcome.failures
    assert outcome.unchecked + outcome.partly == 1
    assert len(outcome.failures) == 1
    assert "\n" not in str(outcome.failures[0])


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_that_is_edited(name: str, tmp_path: Path) -> None:
    """As in a server, which remembers what it has found out about the versions before."""
    file, analyst = tmp_path / "odd.py", Analyst()
    for number, end in enumerate(("", "    brew(", "    brew(2)\n", "    brew(2)\n", "")):
        text = f"{PROGRAMS[name]}\n{LOST}{end}"
        verdict = analyst.answer(Check(Snapshot(file.as_uri(), number, text, file)), {file: text})
        fresh = Analyst().answer(Check(Snapshot(file.as_uri(), number, text, file)), {file: text})
        assert isinstance(verdict, Verdict)
        assert isinstance(fresh, Verdict)
        assert not [failure for failure in verdict.failures if INTERNAL.search(failure)]
        assert (verdict.diagnostics, verdict.unreadable) == (fresh.diagnostics, fresh.unreadable)


def _is_python(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def test_a_long_file(checker: Checker, tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text("x = 1\n" * 100_000)
    assert checker.check(tmp_path / "long.py").failures == []


def test_a_line_of_a_megabyte_with_calls(checker: Checker, tmp_path: Path) -> None:
    """What can't be known of it in a short time is said not to be known."""
    file = tmp_path / "wide.py"
    shop = "try:\n    from nowhere import shop\nexcept ImportError:\n    shop = None\n"
    file.write_text(f"{shop}{'shop.brew(1); ' * 3_000}\n{LOST}")
    outcome = checker.check(file)
    assert [failure.line for failure in outcome.failures] == [4]
    assert "too long" in outcome.failures[0].message
    assert [finding.diagnostic.range.start.line for finding in outcome.findings] == [10]


def test_as_many_findings_as_there_are_lines(checker: Checker, tmp_path: Path) -> None:
    file = tmp_path / "many.py"
    file.write_text(LOST + "    brew(1)\n" * 220)
    outcome = checker.check(file)
    assert len(outcome.findings) == 221
    assert outcome.findings[0].fixes
    assert not outcome.failures


@pytest.mark.parametrize("newline", ["\r", "\r\n", "\n"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_each_encoding(encoding: str, newline: str, checker: Checker, tmp_path: Path) -> None:
    """Declared and used, or declared alone: it is found what CPython would run."""
    text = f"# coding: {encoding}\n# é茶\n{LOST}".replace("\n", newline)
    for number, data in enumerate((text.encode(), _encoded(text, encoding))):
        file = tmp_path / f"cafe_{number}.py"
        file.write_bytes(data)
        outcome = checker.check(file)
        assert not [str(failure) for failure in outcome.failures if INTERNAL.search(failure.message)]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                compile(data, "cafe", "exec")
        except (SyntaxError, ValueError, LookupError):
            assert outcome.failures or outcome.findings
        else:
            assert len(outcome.findings) == 1, outcome.failures


def _encoded(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding, "replace")
    except (LookupError, UnicodeError):
        return text.encode()


BAD_FILES = {
    "byte order mark of UTF-16": LOST.encode("utf-16"),
    "byte order mark of UTF-32": LOST.encode("utf-32"),
    "zero bytes": b"\0" * 1_000,
    "Latin-1": "# é\n".encode("latin-1") + LOST.encode(),
    "no such encoding": b"# coding: no-such\n" + LOST.encode(),
    "two encodings": b"\xef\xbb\xbf# coding: latin-1\n" + LOST.encode(),
    "an image": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 10,
    "too large": b"x = 1\n" * 1_000_000,
    "no Python": b"def def def\n",
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_costs_only_its_own_answer(name: str, project: Project) -> None:
    project.write("a.py", LOST)
    project.write("bad.py", BAD_FILES[name])
    project.write("uses_bad.py", f"import bad\nfrom bad import *\nbad.brew()\n{LOST}")
    ran = project.json(".")
    assert ran.files == ["a.py", "uses_bad.py"]
    (line,) = ran.err.splitlines()
    assert line.startswith("bad.py: ")
    assert "internal" not in line


def test_files_that_import_one_another(project: Project) -> None:
    names = [f"m{number}" for number in range(20)]
    for name in names:
        imports = "".join(f"import {other}\nfrom {other} import *\n" for other in names)
        project.write(f"{name}.py", f"{imports}from {name} import brew as again\n{LOST}")
    ran = project.json(".")
    assert len(ran.findings) == len(names)
    assert not ran.err


SHADOWS = ("asyncio", "typing", "types", "builtins", "collections", "functools", "abc", "_asyncio", "encodings")


@pytest.mark.parametrize("as_package", [False, True])
def test_a_project_that_shadows_the_standard_library(as_package: bool, project: Project) -> None:
    for name in SHADOWS:
        project.write(f"{name}/__init__.py" if as_package else f"{name}.py", "def sleep(): ...\nclass Any: ...\n")
    project.write("uses.py", "".join(f"import {name}\nfrom {name} import *\n" for name in SHADOWS) + LOST)
    ran = project.json(".")
    assert ran.files == ["uses.py"]
    assert not ran.err


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_links_in_circles(project: Project) -> None:
    project.write("a.py", LOST)
    (project.root / "loop").symlink_to(project.root, target_is_directory=True)
    (project.root / "self.py").symlink_to("self.py")
    (project.root / "one.py").symlink_to("other.py")
    (project.root / "other.py").symlink_to("one.py")
    project.write("uses.py", f"import loop.loop.loop.a, self, one\nfrom loop.loop.a import brew as b\nb()\n{LOST}")
    ran = project.json(".")
    assert ran.files == ["a.py", "uses.py"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="everybody may read everything there")
def test_what_may_not_be_read(project: Project) -> None:
    project.write("a.py", LOST)
    project.write("secret.py", LOST).chmod(0)
    (project.root / "closed").mkdir(mode=0)
    try:
        ran = project.json(".")
    finally:
        (project.root / "closed").chmod(0o700)
    assert ran.files == ["a.py"]
    assert sorted(line.partition(":")[0] for line in ran.err.splitlines()) == ["closed", "secret.py"]


@pytest.mark.parametrize("gone", ["vanishing.py", "imported.py", "pyproject.toml"])
def test_what_vanishes_while_it_is_checked(gone: str, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write("a.py", LOST)
    project.write("imported.py", FINE)
    project.write("vanishing.py", f"import imported\nimported.brew(2)\n{FINE}")
    check = projects.Project.check

    def late(self: projects.Project, source: Source, **options: bool) -> object:
        (project.root / gone).unlink(missing_ok=True)
        return check(self, source, **options)

    monkeypatch.setattr(projects.Project, "check", late)
    ran = project.json(".", "--no-cache")
    assert "a.py" in ran.files
    assert "internal error" not in ran.err


def test_many_files_of_several_projects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one project makes room for, another one may have been asking about."""
    found = []
    for name in ("one", "other"):
        root = tmp_path / name
        root.mkdir()
        (root / "maker.py").write_text("from tea import brew\n\n\ndef make():\n    return brew()\n")
        (root / "tea.py").write_text("async def brew(): ...\n")
        (root / "program.py").write_text("from maker import make\n\nmake()\n")
        found.append(projects.Project.at(root))
    monkeypatch.setattr(parse_cache, "most_bytes", 1)
    for _ in range(3):
        for project in found:
            report = project.check(Source.from_file(project.root / "program.py"))
            assert not report.failures
            assert len(report.diagnostics) == 1


def test_spoiled_files() -> None:
    """A small part of what `inputs.py --mutate` does."""
    paths = [path for path in inputs.files([Path(__file__).parents[1] / "suite"]) if path.stat().st_size < 6_000]
    checker = Checker(Overrides())
    found = [inputs.result(one, checker) for one in inputs.mutations(paths, seed=7, count=30)]
    for path in paths:
        # Other tests are about the files as they are.
        detach(path)
    assert [error for one in found for error in one.errors] == []
    assert {"checked", "partly", "refused"} <= {one.kind for one in found}


def test_a_text_that_is_no_python_at_all() -> None:
    with pytest.raises(UnreadableSource):
        Source.from_text("\ud800\0")
