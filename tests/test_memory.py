"""What inference has answered about former versions of a text changes nothing about what is found in the next one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from spooky_asyncio.inference.memory import Memory
from spooky_asyncio.inference.outline import Outline
from spooky_asyncio.inference.with_jedi import JediInference
from spooky_asyncio.source import Source
from spooky_asyncio.workspace.project import Project, settle

SUITE = Path(__file__).parent / "suite"

SHOP = """\
import asyncio


class Till:
    def __init__(self, shop):
        self.shop = shop

    def opened(self):
        return self.shop.fetch

    def given(self, order):
        return order

    async def close(self):
        await asyncio.sleep(0)


async def fetch(name):
    await asyncio.sleep(0)
    return Till(name)


def chosen(name):
    found = name
    return found


chosen_last = None


def choose(name):
    global chosen_last
    chosen_last = name
    return name


def last():
    return chosen_last


class Tills:
    def __enter__(self):
        return fetch

    def __exit__(self, *_):
        pass

    async def __aenter__(self):
        return print

    async def __aexit__(self, *_):
        pass

    def __iter__(self):
        return iter([fetch])

    async def __aiter__(self):
        yield print


async def entered():
    with Tills() as till:
        return till


async def taken():
    for till in Tills():
        return till


async def serve():
    chosen("till")
    till = await fetch("till")
    till.close()


async def main():
    await serve()
    job = chosen(fetch)
    job("coins")
    notes = await entered()
    notes("ten")
    cheques = await taken()
    cheques("ten")
    last()("vouchers")
"""

EDITS = {
    "what a function returns": ("    return found\n", "    return fetch(found)\n"),
    "what a name is bound to that it returns": ("    found = name\n", "    found = fetch(name)\n"),
    "whether it is async": ("    async def close", "    def close"),
    "a line above": ("def chosen", "# what is wanted\n\n\ndef chosen"),
    "a decorator": ("def chosen", "@staticmethod\ndef chosen"),
    "an attribute": ("        self.shop = shop\n", "        self.shop = shop\n        self.close = print\n"),
    "an argument": ('    chosen("till")\n', "    chosen(fetch)\n"),
    "what comes of awaiting": ("    return Till(name)\n", "    return [name]\n"),
    "how it is entered": ("    with Tills()", "    async with Tills()"),
    "how it is looped over": ("    for till in", "    async for till in"),
    "a global": ("    chosen_last = name\n", "    chosen_last = fetch\n"),
    "half a line": ("    till.close()\n", "    till.close(\n"),
    "an import": ("import asyncio\n", "import asyncio\nfrom somewhere import chosen\n"),
}


SHOWS = {name: edit for name, edit in EDITS.items() if name not in ("half a line", "a line above")} | {
    "which of two comes last": (
        "    found = name\n    found = str(name)\n",
        "    found = str(name)\n    found = name\n",
    ),
    "on which condition": (
        "    if name:\n        found = 1\n",
        "    if name:\n        pass\n    else:\n        found = 1\n",
    ),
    "what is put into a list": ("        self.job.append(name)\n", "        self.job.append(fetch)\n"),
    "what is caught": ("    except OSError as found:\n", "    except KeyError as found:\n"),
}
"""Edits that show elsewhere."""

DOES_NOT_SHOW = {
    "another name": ("    other = name\n", "    other = len(name)\n"),
    "a call for nothing": ("    other = name\n", "    print(name)\n"),
    "a line in a function": ("    other = name\n", "\n    # not needed\n    other = name\n"),
    "half a line": EDITS["half a line"],
}

MORE = """\

def pick(name):
    found = name
    found = str(name)
    other = name
    if name:
        found = 1
    try:
        return found
    except OSError as found:
        return [found]


class Jobs:
    def put(self, name):
        self.job.append(name)
"""


def found(project: Project, text: str, path: Path) -> list[object]:
    report = project.check(Source.from_text(text, path))
    assert not report.failures
    return list(report.diagnostics)


@pytest.fixture
def remembering(tmp_path: Path) -> Project:
    project = Project.at(tmp_path)
    project.memory = Memory()
    return project


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_and_its_undoing(edit: str, remembering: Project, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    old, new = EDITS[edit]
    assert SHOP.count(old) == 1
    for text in (SHOP, SHOP.replace(old, new), SHOP):
        assert found(remembering, text, path) == found(Project.at(tmp_path), text, path)


PLAIN = """\
import asyncio


async def brew():
    await asyncio.sleep(0)


async def serve():
    brew()
    await brew()
"""


def test_the_outline_waits_until_there_is_something_to_compare(
    remembering: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    init = Outline.__init__

    def noted(self: Outline, source: Source, former: Outline | None = None) -> None:
        made.append(source.text)
        init(self, source, former)

    monkeypatch.setattr(Outline, "__init__", noted)
    path, longer = tmp_path / "cafe.py", PLAIN.replace("    await brew()", "    brew()")
    report = remembering.check_next(None, PLAIN, path)
    assert (len(report.diagnostics), made) == (1, [])
    settle(report)
    assert made == [PLAIN]
    report = remembering.check_next(report, longer, path)
    assert (len(report.diagnostics), made) == (2, [PLAIN, longer])


def digest(text: str) -> bytes:
    source = Source.from_text(text)
    return Outline(source).digest


@pytest.mark.parametrize("edit", SHOWS)
def test_what_shows_is_in_the_outline(edit: str) -> None:
    old, new = SHOWS[edit]
    text = SHOP + MORE
    assert old in text
    assert digest(text) != digest(text.replace(old, new))


@pytest.mark.parametrize("edit", DOES_NOT_SHOW)
def test_what_does_not_show_is_not_in_the_outline(edit: str) -> None:
    old, new = DOES_NOT_SHOW[edit]
    text = SHOP + MORE
    assert old in text
    assert digest(text) == digest(text.replace(old, new))


def edited(text: str) -> Iterator[str]:
    """The text with one line less, and with one more, in a number of places."""
    lines = text.splitlines(keepends=True)
    for index in range(30, len(lines), len(lines) // 3):
        indent = lines[index][: len(lines[index]) - len(lines[index].lstrip())]
        yield "".join([*lines[:index], *lines[index + 1 :]])
        yield "".join([*lines[:index], f"{indent}pass\n", *lines[index:]])


@pytest.mark.once
@pytest.mark.parametrize("name", ["results.py", "makers_indirect.py"])
def test_edits_of_longer_programs(name: str, remembering: Project, tmp_path: Path) -> None:
    path = tmp_path / name
    text = (SUITE / name).read_text("utf-8")
    found(remembering, text, path)
    for changed in edited(text):
        assert found(remembering, changed, path) == found(Project.at(tmp_path), changed, path)


def test_only_the_edited_function_is_asked_about(
    remembering: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "program.py"
    questions: list[str] = []

    def counted(self: JediInference, what: str, *arguments: object) -> object:
        questions.append(what)
        return ask(self, what, *arguments)  # type: ignore[arg-type]

    ask = JediInference._ask
    monkeypatch.setattr(JediInference, "_ask", counted)
    found(remembering, SHOP, path)
    assert questions
    questions.clear()
    found(remembering, SHOP.replace("        return order\n", "        given = order\n        return order\n"), path)
    assert questions == []
    found(remembering, SHOP.replace('    job("coins")\n', '    job("coins")\n    job("notes")\n'), path)
    assert questions
