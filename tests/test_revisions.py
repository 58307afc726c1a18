"""What is found in the next version of a file is what a fresh start finds in it, and costs what has changed."""

from __future__ import annotations

import ast
import random
from collections import Counter
from pathlib import Path

import pytest

from revisions import described, fresh, typed, versions
from spooky_asyncio.analysis.lifecycle import LifeCycles
from spooky_asyncio.analysis.plain_values import PlainValues
from spooky_asyncio.engine import Report
from spooky_asyncio.inference.memory import Memory
from spooky_asyncio.revision import Revision, next_version
from spooky_asyncio.source import Source, outermost_functions
from spooky_asyncio.workspace.project import Project
from suite import files

PROGRAM = """\
import asyncio
from asyncio import create_task


async def brew(cups):
    await asyncio.sleep(0)


async def grind():
    \"""
Of the beans.
    \"""
    await asyncio.sleep(0)
    return 1


def order(name):
    print(name)
    return name


def keep(job):
    jobs.append(job)


def handed(job):
    return job


jobs = []


class Bar:
    def __init__(self):
        self.machine = None
        self.jobs = []

    def start(self):
        print(self.machine)

    async def serve(self):
        handed(brew(2))
        keep(brew(3))
        order(brew)
        self.start()
        self.machine.brew()

        # until closing time

    async def clean(self, reader, writer):
        writer.drain()
        grind()


async def main():
    bar = Bar()
    bar.clean(1, 2)
    create_task(grind())
    task = create_task(brew(1))
    await asyncio.wait([task])


asyncio.run(main())
"""

EDITS = {
    "a call is lost": ("    bar = Bar()\n", "    bar = Bar()\n    grind()\n"),
    "a call is awaited": ("    create_task(grind())\n", "    await grind()\n"),
    "what a function returns": ("    print(name)\n    return name\n", "    return name(1)\n"),
    "what a function does with what it gets": ("    jobs.append(job)\n", "    print(job)\n"),
    "what a function hands back": ("    return job\n", "    return None\n"),
    "what a method returns": ("        print(self.machine)\n", "        return brew(1)\n"),
    "an attribute": ("        self.machine = None\n", "        self.machine = Bar()\n        self.brew = brew\n"),
    "a class in a function": ("    bar = Bar()\n", "    class Bar:\n        clean = order\n    bar = Bar()\n"),
    "a name of all functions": ("    bar = Bar()\n", "    bar = Bar()\n    global order\n    order = brew\n"),
    "a name that is read later": ("    bar = Bar()\n", "    bar = Bar()\n    bar = order(bar)\n"),
    "a name that is read before": ("    bar.clean(1, 2)\n", "    bar.clean(1, 2)\n    for bar in []:\n        pass\n"),
    "another meaning of what is called": (
        "    bar = Bar()\n",
        "    from time import sleep as grind\n    bar = Bar()\n",
    ),
    "what a name is tested for": ("    bar.clean(1, 2)\n", "    bar.clean(1, 2)\n    print(isinstance(bar, int))\n"),
    "two lines between others": ("    bar = Bar()\n", "    bar = Bar()\n\n    import time\n    time.sleep(1)\n"),
    "another name": ("    print(name)\n", "    from asyncio import sleep as print\n    print(name)\n"),
    "a handler of streams": ("    bar = Bar()\n", "    bar = Bar()\n    await asyncio.start_server(bar.clean)\n"),
    "a function without end": ("    return 1\n", "    while True:\n        await asyncio.sleep(1)\n"),
    "a line at the end of a function": ("        # until closing time\n", "        brew(4)\n"),
    "a line at the end of the last one": ("wait([task])\n", "wait([task])\n    brew(5)\n"),
    "a comment above all statements": ("def order(name):\n", "def order(name):\n    # hello\n"),
    "no statement is left but one": ("    print(name)\n    return name\n", "    pass\n"),
    "a line that goes on": ("    jobs.append(job)\n", "    jobs.append(job); \\\n"),
    "half a line": ("        self.start()\n", "        self.start(\n"),
    "half a text": ("        self.start()\n", '        self.start("""\n'),
    "a block that is not filled": ("        self.start()\n", "        if self.start():\n"),
    "the text of a function": ("Of the beans.\n", "Of the\nbeans.\n"),
}
"""Within one function, each in a program in which other functions look into that one."""

WIDER = {
    "a head": ("def order(name):\n", "async def order(name):\n"),
    "a decorator": ("def order(name):\n", "@staticmethod\ndef order(name):\n"),
    "a function that is gone": ("def handed(job):\n    return job\n\n\n", ""),
    "two functions": ("def order(name):\n    print(name)\n    return name\n\n\ndef keep(job):\n", "def keep(job):\n"),
    "a statement outside": ("\njobs = []\n", "\njobs = [brew(1)]\n"),
    "the end of the file": ("asyncio.run(main())\n", ""),
    "what ends a function": ("    return name\n", "    return name\nbrew(1)\n"),
    "what begins a function": ("    return name\n", "    return name\n\n\ndef brew(): ...\n"),
    "tabs": ("    jobs.append(job)\n", "\tjobs.append(job)\n"),
}
"""Edits that may be about more than the statements of one function."""


def opened(path: Path) -> Project:
    project = Project.at(path.parent)
    project.memory = Memory()
    return project


@pytest.mark.parametrize("edit", EDITS | WIDER)
def test_an_edit_and_its_undoing(edit: str, tmp_path: Path) -> None:
    old, new = (EDITS | WIDER)[edit]
    assert PROGRAM.count(old) == 1
    path = tmp_path / "bar.py"
    project, report = opened(path), None
    for text in (PROGRAM, PROGRAM.replace(old, new), PROGRAM):
        report = project.check_next(report, text, path)
        assert described(report) == described(fresh(text, path, Project.at(tmp_path), None))


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_in_a_function_is_a_revision(edit: str) -> None:
    old, new = EDITS[edit]
    assert isinstance(next_version(Source.from_text(PROGRAM), PROGRAM.replace(old, new)), Revision)


@pytest.mark.parametrize(
    "line", ["    await asyncio.sleep(len([1, 2]))\n", "    name = 'tea'\n", "    if name: print(name)\n"]
)
def test_what_is_typed_character_by_character(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the line is broken, nothing of the file is parsed or looked at again."""
    path = tmp_path / "bar.py"
    project, report = opened(path), None
    looked_at: list[ast.AST] = []
    of = LifeCycles._of
    monkeypatch.setattr(LifeCycles, "_of", lambda self, node: looked_at.append(node) or of(self, node))
    broken = unlooked = 0
    texts = [PROGRAM, *typed(PROGRAM, PROGRAM.replace("    print(name)\n", f"{line}    print(name)\n"))]
    for text in texts:
        was_broken = report is not None and report.source.syntax_error is not None
        looked_at.clear()
        report = project.check_next(report, text, path)
        if was_broken and report.source.syntax_error is not None:
            broken += 1
            unlooked += not looked_at
        assert described(report) == described(fresh(text, path, Project.at(tmp_path), None))
    assert unlooked > broken / 2


def test_the_last_line_has_no_end(tmp_path: Path) -> None:
    path = tmp_path / "bar.py"
    project, report = opened(path), None
    whole = "import asyncio\nasync def main():\n    asyncio.sleep(1)\n"
    there = [*typed(whole, f"{whole}    await asyncio.sleep(len([1, 2]))"), f"{whole}    (1)"]
    for text in (*there, *reversed(there)):
        report = project.check_next(report, text, path)
        assert described(report) == described(fresh(text, path, Project.at(tmp_path), None))


@pytest.mark.parametrize("edit", WIDER)
def test_a_wider_edit_is_none(edit: str) -> None:
    old, new = WIDER[edit]
    assert isinstance(next_version(Source.from_text(PROGRAM), PROGRAM.replace(old, new)), Source)


def test_fixes_of_a_revision_are_those_of_a_fresh_start(tmp_path: Path) -> None:
    path = tmp_path / "bar.py"
    project, reports = opened(path), list[Report]()
    texts = [
        PROGRAM,
        *(PROGRAM.replace(*EDITS[edit]) for edit in ("a call is lost", "a line at the end of a function")),
    ]
    for text in texts:
        reports.append(project.check_next(reports[-1] if reports else None, text, path))
    # The first has lost its tree to the others, and can tell all the same.
    for text, report in zip(texts, reports, strict=True):
        again = Project.at(tmp_path).check(Source.from_text(text, path))
        assert [report.fixes(one) for one in report.diagnostics] == [again.fixes(one) for one in again.diagnostics]


@pytest.mark.parametrize("edit", ["a call is lost", "a call is awaited"])
def test_only_what_has_changed_is_looked_at(edit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Functions that do not look into the one that is edited are not looked at again, and not parsed either."""
    path = tmp_path / "bar.py"
    project = opened(path)
    # Of the standard library's stubs, all is parsed that will be looked into.
    project.check(Source.from_text(PROGRAM.replace(*EDITS[edit]), tmp_path / "other.py"))
    report = project.check_next(None, PROGRAM, path)
    looked_at: Counter[type[ast.AST]] = Counter()
    parsed: list[str] = []
    of, parse = LifeCycles._of, ast.parse
    with monkeypatch.context() as patched:
        patched.setattr(LifeCycles, "_of", lambda self, node: looked_at.update([type(node)]) or of(self, node))
        patched.setattr(ast, "parse", lambda text, *args, **more: parsed.append(text) or parse(text, *args, **more))
        again = project.check_next(report, PROGRAM.replace(*EDITS[edit]), path)
    assert again.is_revision
    assert looked_at.total() < len(list(ast.walk(parse(PROGRAM)))) / 4
    assert max(len(text.strip()) for text in parsed) < len(PROGRAM) / 4


NESTED = """\
async def main(first):
    try:
        if first:
            print(1)
            sleep(1)
        elif second:
            print(2)
        else:
            for cup in cups:
                print(cup)
    except OSError as error:
        print(error)
        raise
    finally:
        print(3)
    match first:
        case 1:
            print(4)
    print(5); print(6)
"""


@pytest.mark.parametrize("number", range(1, 7))
def test_no_more_than_the_statements_that_were_edited_are_parsed(number: int) -> None:
    """All others stay the nodes that they are, but for those around them."""
    source = Source.from_text(NESTED)
    before = {node for node in ast.walk(source.tree) if isinstance(node, ast.stmt)}
    if number < 5:
        text = NESTED.replace(f"print({number})\n", f"print({number}, {number})\n")
    else:
        text = NESTED.replace(f"print({number})", "print()")
    revision = next_version(source, text)
    assert isinstance(revision, Revision)
    revision.apply()
    tree = revision.source.tree
    assert ast.dump(tree) == ast.dump(ast.parse(text))
    places = [(node.lineno, node.end_lineno) for node in ast.walk(ast.parse(text)) if isinstance(node, ast.stmt)]
    in_text = revision.source.lines_of_tree.in_text
    found = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    assert [(in_text(node.lineno), in_text(node.end_lineno or 0)) for node in found] == places
    new = [node for node in found if node not in before]
    # Two statements on one line are parsed with all others of the function.
    around = {1: 2, 2: 3, 3: 1, 4: 1, 5: 20, 6: 20}[number]
    assert len(new) <= around + 1


@pytest.mark.parametrize(
    ("above", "line"),
    [
        ("        if first:\n", ""),
        ("            print(1)\n", "            print(0)\n"),
        ("        raise\n", "        print(0)\n        print(-1)\n"),
        ("            print(4)\n", "            print(0)\n"),
        ("        print(3)\n", "    if first:\n        print(0)\n"),
    ],
)
def test_lines_between_statements_take_the_place_of_none(above: str, line: str) -> None:
    """All statements stay the nodes that they are, but for those around the lines that come or go."""
    text = NESTED.replace(above, above + line) if line else NESTED.replace("            print(1)\n", "")
    for old, new in ((NESTED, text), (text, NESTED)):
        source = Source.from_text(old)
        before = {node for node in ast.walk(source.tree) if isinstance(node, ast.stmt)}
        revision = next_version(source, new)
        assert isinstance(revision, Revision)
        revision.apply()
        assert ast.dump(revision.source.tree) == ast.dump(ast.parse(new))
        after = {node for node in ast.walk(revision.source.tree) if isinstance(node, ast.stmt)}
        in_text = revision.source.lines_of_tree.in_text
        places = [(in_text(node.lineno), in_text(node.end_lineno or 0)) for node in after]
        fresh_statements = [node for node in ast.walk(ast.parse(new)) if isinstance(node, ast.stmt)]
        assert sorted(places) == sorted((node.lineno, node.end_lineno or 0) for node in fresh_statements)
        # The function itself stays; up to two statements around are copied.
        came, gone = after - before, before - after
        assert min(len(came), len(gone)) <= 2
        assert max(len(came), len(gone)) <= 4


@pytest.mark.parametrize("line", ["else:", "elif first:", "  print(0)", "@here", "(", "print(0) \\", "\\"])
def test_lines_that_are_no_statements_by_themselves(line: str) -> None:
    for above in (
        "            print(1)\n",
        "            sleep(1)\n",
        "        raise\n",
        "                print(cup)\n",
    ):
        indentation = above[: -len(above.lstrip())]
        text = NESTED.replace(above, f"{above}{indentation}{line}\n")
        if line == "\\":
            # The line that goes on says how deep it is.
            text = NESTED.replace(above, f"{above}{indentation[4:]}{line}\n{indentation}print(0)\n")
        version = next_version(Source.from_text(NESTED), text)
        if isinstance(version, Revision):
            version.apply()
            version = version.source
        expected = Source.from_text(text)
        assert ast.dump(version.tree) == ast.dump(expected.tree)
        assert (version.syntax_error is None) is (expected.syntax_error is None)


@pytest.mark.parametrize(
    ("line", "is_known"),
    [("print(1)", True), ("cup = 1", True), ("bar = 2", False), ("print(isinstance(bar, int))", False)],
)
def test_what_types_tell_is_known_while_variables_stay(
    line: str, is_known: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bar.py"
    project = opened(path)
    report = project.check_next(None, PROGRAM, path)
    asked: list[str] = []
    ask = PlainValues._ask
    monkeypatch.setattr(
        PlainValues, "_ask", lambda self, func, values: asked.append(ast.unparse(func)) or ask(self, func, values)
    )
    again = project.check_next(report, PROGRAM.replace("    bar = Bar()\n", f"    bar = Bar()\n    {line}\n"), path)
    assert again.is_revision
    assert ("grind" not in asked) is is_known


LIBRARY = """\
class Plain:
    def go(self) -> int: return 1
class Coro:
    async def go(self) -> int: return 1
"""
FILES = {
    "lib.py": LIBRARY,
    "a.py": "from lib import Coro as Thing\nasync def get() -> int: return 1\n",
    "b.py": "from lib import Plain as Thing\ndef get() -> int: return 1\n",
}

REBOUND = {
    "what a loop goes over": ("    for x in p:\n        x.go()\n", "in p", "in c"),
    "what a comprehension goes over": ("    [x.go() for x in p]\n", "in p", "in c"),
    "a name in a test": ("    if x := p[0]:\n        x.go()\n", "p[0]", "c[0]"),
    "an import in a branch": (
        "    if p:\n        from b import get\n    else:\n        return\n    get()\n",
        "        from b",
        "        from a",
    ),
    "an import in a loop": (
        "    while p:\n        print(1)\n        get()\n        from b import get\n",
        "print(1)",
        "from a import get",
    ),
    "a name in a text": (
        "    print(1)\n    def inner(z: 'Thing'):\n        z.go()\n    inner(p[0])\n",
        "print(1)",
        "from a import Thing",
    ),
    "a name in the text of a result": (
        "    print(1)\n    def inner() -> 'Thing':\n        return p[0]\n    inner().go()\n",
        "print(1)",
        "from a import Thing",
    ),
}


@pytest.mark.parametrize("name", REBOUND)
def test_variables_that_are_bound_to_something_else(name: str, tmp_path: Path) -> None:
    body, old, new = REBOUND[name]
    for file, text in FILES.items():
        (tmp_path / file).write_text(text, "utf-8")
    path = tmp_path / "main.py"
    project, report = opened(path), None
    head = "import a, b\nfrom b import Thing\nfrom lib import Coro, Plain\ndef f(p: list[Plain], c: list[Coro]):\n"
    uses = head + body + "    print(2)\n"
    for text in (uses, uses.replace(old, new), uses, head + "    print(2)\n", uses.replace(old, new)):
        report = project.check_next(report, text, path)
        assert described(report) == described(fresh(text, path, Project.at(tmp_path), None))


@pytest.mark.parametrize("line", ["elif second:", "if second:", "for cup in cups:", "print(2)", "else:", "eif second:"])
def test_an_elif_is_no_statement_of_a_block(line: str) -> None:
    text = NESTED.replace("elif second:\n            print(2)", f"{line}\n            print(0)")
    expected = Source.from_text(text)
    version = next_version(Source.from_text(NESTED), text)
    if isinstance(version, Revision):
        version.apply()
        version = version.source
    assert ast.dump(version.tree) == ast.dump(expected.tree)
    assert (version.syntax_error is None) is (expected.syntax_error is None)


def test_a_check_that_is_given_up_is_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often that happens: each looks at one function at least at which none has looked yet."""
    path = tmp_path / "bar.py"
    project, report = opened(path), None
    looked_at: Counter[ast.AST] = Counter()
    of = LifeCycles._of
    monkeypatch.setattr(LifeCycles, "_of", lambda self, node: looked_at.update([node]) or of(self, node))
    texts = [PROGRAM.replace("    print(name)\n", f"    print({'name, ' * count}name)\n") for count in range(30)]
    given_up = 0
    for text in texts:
        report = project.check_next(report, text, path, is_wanted=lambda: False)
        given_up += report.is_partial
        assert not report.failures
    # Somebody asks for the same text again.
    report = project.check_next(report, texts[-1], path)
    assert 5 < given_up < len(texts) - 5
    assert described(report) == described(fresh(texts[-1], path, Project.at(tmp_path), None))
    assert report.lifecycles is not None
    scopes = report.lifecycles.scopes
    edited = next(section for section in scopes.sections if getattr(section.function, "name", "") == "order")
    assert max(count for node, count in looked_at.items() if node not in edited.nodes) == 1


@pytest.mark.once
@pytest.mark.parametrize("path", random.Random(1).sample(files(), 4), ids=lambda path: path.name)
def test_random_edits(path: Path) -> None:
    project, other = opened(path), Project.around(path)
    memory, report = Memory(), None
    for text in versions(path.read_text("utf-8"), random.Random(7), 20):
        report = project.check_next(report, text, path)
        assert described(report) == described(fresh(text, path, other, memory))


def test_lines_of_the_tree_do_not_run_out() -> None:
    source = Source.from_text(PROGRAM)
    texts = [PROGRAM.replace("    print(name)\n", f"    print({'name, ' * count}name)\n") for count in range(3)]
    for count in range(300):
        version = next_version(source, texts[(count + 1) % 3])
        assert isinstance(version, Revision)
        version.apply()
        source = version.source
        [order] = [node for node in outermost_functions(source.tree.body) if node.name == "order"]
        assert source.segment(order.body[0]) == texts[(count + 1) % 3].splitlines()[17].strip()
