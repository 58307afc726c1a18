"""What is found after files have changed on disk is what a fresh start finds, and costs what has changed."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from revisions import described
from spooky_asyncio.engine import Report
from spooky_asyncio.inference.memory import Memory
from spooky_asyncio.inference.with_jedi import JediInference
from spooky_asyncio.source import Source
from spooky_asyncio.workspace.other_files import OtherFiles
from spooky_asyncio.workspace.project import Project

OVEN = (
    "from shelf import keep\n\n\nasync def bake(loaf):\n    return loaf\n\n\nclass Oven:\n    {}def heat(self): ...\n"
)
TILL = "from oven import Oven\n\n\nclass Till:\n    oven: {}\n\n    async def close(self): ...\n\n\ntill = Till()\n"
VARIANTS: dict[str, list[str | None]] = {
    "kitchen.py": [
        "import oven\nfrom oven import Oven, bake\nfrom shelf import keep\n\n\n"
        "def main(oven: Oven):\n    bake(1)\n    oven.heat()\n    keep(bake(2))\n    found = keep\n    found(3)\n",
        "from oven import *\nfrom pantry import Till\n\n\nasync def main(till: Till):\n"
        "    bake(1)\n    till.oven.heat()\n    till.close()\n    Oven().heat()\n",
        "from pantry.till import Till, till\n\n\ndef main():\n    till.close()\n    Till().oven.heat()\n    bake(1)\n",
    ],
    "oven.py": [
        OVEN.format("async "),
        OVEN.format(""),
        OVEN.format("") + "\n\n# A remark, and nothing else.\n",
        "def bake(loaf):\n    return loaf\n\n\nfrom heater import Oven\n",
        "import shelf\n\nbake = shelf.keep\n\n\nclass Oven(shelf.Shelf): ...\n",
        None,
    ],
    "oven/__init__.py": [None, None, "from heater import Oven\n\n\ndef bake(loaf): ...\n"],
    "shelf.py": [
        "def keep(job):\n    return job\n\n\nclass Shelf:\n    def heat(self): ...\n",
        "kept = []\n\n\nasync def keep(job):\n    kept.append(job)\n\n\nclass Shelf:\n    async def heat(self): ...\n",
        "def keep(job):\n    print(job)\n\n\nclass Shelf:\n    async def heat(self): ...\n",
        "def keep(job):\n    print(job)\n\n\nclass Shelf:\n    def heat(self): ...\n",
        "def keep(job:\n",
    ],
    "heater.py": [None, "class Oven:\n    async def heat(self): ...\n", "class Oven:\n    def heat(self): ...\n"],
    "pantry/__init__.py": ["from .till import Till\n", "class Till:\n    async def close(self): ...\n", None],
    "pantry/till.py": [
        TILL.format("Oven"),
        TILL.format("'Till'"),
        "class Till:\n    oven = None\n\n    def close(self): ...\n\n\ntill = Till()\n",
    ],
}
OPEN = ("kitchen.py", "oven.py", "pantry/till.py")


def write(file: Path, text: str | None) -> None:
    if text is None:
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, "utf-8")


@pytest.mark.parametrize("seed", range(12))
def test_any_changes(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    for name, variants in VARIANTS.items():
        write(tmp_path / name, variants[0])
    texts: dict[Path, str] = {}
    project = Project(tmp_path, overlay=texts.get, memory=Memory())
    former: dict[Path, Report] = {}
    for _ in range(25):
        name = chance.choice([*VARIANTS])
        file, variant = tmp_path / name, chance.choice(VARIANTS[name])
        if variant is not None and name in OPEN and chance.random() < 0.6:
            # Edited, and saved or not.
            texts[file] = variant
            project.forget(file)
            project.reread(file)
        if file not in texts or chance.random() < 0.7:
            write(file, texts.get(file, variant))
            project.refresh()
        for path in chance.sample(OPEN, 2):
            checked = tmp_path / path
            text = texts.get(checked) or (checked.read_text("utf-8") if checked.exists() else "")
            found = project.check_next(former.get(checked), text, checked)
            fresh = Project(tmp_path, overlay={**texts}.get)
            for one in texts:
                fresh.reread(one)
            assert described(found) == described(fresh.check(Source.from_text(text, checked)))
            former[checked] = found


STORE = """\
class Store:
    jobs = []

    def put(self, job):
        {}


def make():
    stores = [Store(), Store()]
    return stores[0]


store = make()
"""
KEPT, DROPPED = STORE.format("self.jobs.append(job)"), STORE.format("print(job)")
KITCHEN = "from counter import keep\n\n\nasync def bake(x): ...\n\n\ndef main():\n    keep(bake(1))\n"
COUNTER = "from {} import store\n\n\ndef keep(job):\n    store.put(job)\n"


@pytest.mark.parametrize("is_open", [False, True], ids=["on disk", "in the editor"])
@pytest.mark.parametrize("between", [None, "import till\n\nstore = [till.make()][0]\n"], ids=["direct", "by another"])
def test_what_inference_tells_of_other_files_is_asked_again(tmp_path: Path, is_open: bool, between: str | None) -> None:
    texts: dict[Path, str] = {}
    project = Project(tmp_path, overlay=texts.get, memory=Memory())
    till, kitchen, report = tmp_path / "till.py", tmp_path / "kitchen.py", None
    write(tmp_path / "counter.py", COUNTER.format("till" if between is None else "between"))
    write(tmp_path / "between.py", between)
    for text, count in (DROPPED, 1), (KEPT, 0), (DROPPED, 1):
        if is_open:
            texts[till] = text
            project.forget(till)
            project.reread(till)
            report = project.check_next(report, KITCHEN, kitchen)
        write(till, text)
        project.refresh()
        report = project.check_next(report, KITCHEN, kitchen)
        assert len(report.diagnostics) == count


@contextmanager
def counted() -> Iterator[list[str]]:
    """What is read of other files and asked about."""
    found: list[str] = []
    read, ask = OtherFiles._parsed, JediInference._ask

    def noted(self: OtherFiles, path: Path) -> Any:
        found.append(path.name)
        return read(self, path)

    def asked(self: JediInference, what: str, *arguments: Any) -> object:
        found.append(what)
        return ask(self, what, *arguments)

    with ExitStack() as stack:
        stack.enter_context(patch.object(OtherFiles, "_parsed", noted))
        stack.enter_context(patch.object(JediInference, "_ask", asked))
        yield found


def test_a_document_that_is_saved_is_all_that_is_looked_at_again(tmp_path: Path) -> None:
    for name, variants in VARIANTS.items():
        write(tmp_path / name, variants[0])
    file = tmp_path / "kitchen.py"
    texts = {file: file.read_text("utf-8")}
    project = Project(tmp_path, overlay=texts.get, memory=Memory())
    with counted() as looked_at:
        report = project.check_next(None, texts[file], file)
        assert looked_at
        looked_at.clear()
        texts[file] += "\n\nprint()\n"
        project.forget(file)
        report = project.check_next(report, texts[file], file)
        looked_at.clear()
        write(file, texts[file])
        project.refresh()
        project.check_next(report, texts[file], file)
        assert looked_at == []


def test_of_other_files_those_are_read_again_that_have_changed(tmp_path: Path) -> None:
    for name, variants in VARIANTS.items():
        write(tmp_path / name, variants[0])
    file = tmp_path / "kitchen.py"
    text = file.read_text("utf-8")
    project = Project(tmp_path, memory=Memory())
    report = project.check_next(None, text, file)
    with counted() as looked_at:
        write(tmp_path / "oven.py", VARIANTS["oven.py"][0] + "\n\n# A remark.\n")  # type: ignore[operator]
        project.refresh()
        report = project.check_next(report, text, file)
        assert [name for name in looked_at if name.endswith(".py")] == ["oven.py"]
        looked_at.clear()
        (tmp_path / "__pycache__").mkdir()
        (tmp_path / ".oven.py.swp").touch()
        (tmp_path / "oven.py~").touch()
        project.refresh()
        project.check_next(report, text, file)
        assert looked_at == []


def test_what_is_installed_may_change_too(tmp_path: Path) -> None:
    packages = tmp_path / "packages"
    for folder in (packages, tmp_path / "shop"):
        folder.mkdir()
    project = Project(tmp_path / "shop", memory=Memory())
    project.__dict__["package_folders"] = [packages]
    text = "import shelf\n\n\nasync def main():\n    shelf.keep(main())\n"
    report = None
    for variant, count in (0, 1), (4, 0), (0, 1):
        write(packages / "shelf.py", VARIANTS["shelf.py"][variant])
        project.refresh()
        report = project.check_next(report, text, tmp_path / "shop" / "main.py")
        assert len(report.diagnostics) == count


def test_a_package_of_stubs_may_come_and_go(tmp_path: Path) -> None:
    project, report = Project(tmp_path, memory=Memory()), None
    text = "import till\n\n\nasync def close(): ...\n\n\nasync def main():\n    till.close()\n"
    stubs = tmp_path / "till-stubs"
    for stub, count in (None, 0), ("async def close() -> None: ...\n", 1), (None, 0):
        if stub is None:
            shutil.rmtree(stubs, ignore_errors=True)
        else:
            write(stubs / "__init__.pyi", stub)
        project.refresh()
        report = project.check_next(report, text, tmp_path / "main.py")
        assert len(report.diagnostics) == count
