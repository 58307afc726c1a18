"""What saves time changes no finding, and saves a lot: counted, for no two machines are equally fast."""

from __future__ import annotations

from pathlib import Path

import pytest

from shortcuts import fast, slow
from spooky_asyncio.source import Source
from spooky_asyncio.workspace.project import Project
from suite import files


@pytest.mark.once
def test_the_findings_are_the_same() -> None:
    one, other = fast(files()), slow(files())
    assert one.diagnostics == other.diagnostics
    assert one.questions < other.questions


def test_long_straight_code_is_no_problem(tmp_path: Path) -> None:
    lines = "".join(f'    text = text.replace("{number}", "") + (other := text.strip())\n' for number in range(400))
    text = f"""
class Client:
    async def replace(self, old, new): ...


def many(text):
{lines}    return text


async def lost():
    Client().replace("a", "b")
"""
    report = Project.at(tmp_path).check(Source.from_text(text, tmp_path / "long.py"))
    assert report.failures == ()
    assert [found.rule for found in report.diagnostics] == ["coroutine-never-awaited"]


IMPORTED = {
    "async, then plain": "from a import go\ngo()\nfrom b import go\ngo()\n",
    "plain, then async": "from b import go\ngo()\nfrom a import go\ngo()\n",
    "plain, and async in functions": "from b import go\ngo()\nfrom a import go\nasync def main():\n    go()\n",
    "another one in a function": "from a import go\ndef main():\n    from b import go\n    go()\ngo()\n",
    "another one in a class": "from a import go\nclass C:\n    from b import go\n    def m(self):\n        go()\n",
    "a module and its member": "import a\nimport a as go\nprint(a)\ngo(a)\na.go()\n",
    "a member and its module": "from a import go\nimport a.go as b\ngo()\nb.go()\n",
    "a module with a member of its name": "import work\nprint(work)\nwork()\nwork.work()\nwork.work()\n",
    "another one for a function": "from a import go\ndef main():\n    global go\n    from b import go\nmain()\ngo()\n",
    "again and again": "import asyncio\nasync def main():\n    asyncio.sleep(1)\n    asyncio.sleep(2)\n",
}


@pytest.mark.parametrize("program", IMPORTED)
def test_what_is_imported_is_asked_about_once(program: str, tmp_path: Path) -> None:
    for name, text in (("a", "async def go(): ..."), ("b", "def go(): ..."), ("work", "async def work(): ...")):
        (tmp_path / f"{name}.py").write_text(f"{text}\n", "utf-8")
    path = tmp_path / "program.py"
    path.write_text(IMPORTED[program], "utf-8")
    one, other = fast([path]), slow([path])
    assert one.diagnostics == other.diagnostics
    assert one.questions <= other.questions
