"""Edit real files, statement by statement, and compare what is found with what a fresh start finds in the same text.

    python tests/revisions.py FOLDER... [--seed N] [--edits N] [--files N] [--forgetful]

Each file is edited at random within its functions, as somebody does who types: lines come and go, `await` is lost,
functions get other names, return something else or hand out what they did not. After each edit, the file is checked as
the server does it, by what was known of the version before, and by a project that has never seen it. Prints every
difference and ends with 1 if there is one.
"""

from __future__ import annotations

import argparse
import ast
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from spooky_asyncio.engine import Report
from spooky_asyncio.inference.memory import Memory
from spooky_asyncio.source import Source, UnreadableSource, outermost_functions
from spooky_asyncio.workspace.project import Project

INSERTED = (
    "asyncio.sleep(1)",
    "import asyncio as aio",
    "asyncio.create_task(asyncio.sleep(1))",
    "from asyncio import sleep as nap",
    "task = asyncio.create_task({name}())",
    "await asyncio.wait([task])",
    "return {name}()",
    "return self.{name}()",
    "self.{name} = {other}",
    "self.{name}",
    "{name}()",
    "self.{name}()",
    "x = self.{name}()",
    "print(x)",
    "{name} = {other}",
    "global {name}",
    "async def {name}(): return {other}()",
    "class {name}: pass",
    "while True: pass",
    "yield {name}()",
    "raise NotImplementedError",
    "{parameter}()",
    "await {parameter}",
    "{other}({name}())",
    "self.{other}({name}())",
    "pass",
    "# a comment",
    "",
    "unfinished(",
)


def edited(text: str, random: random.Random) -> str:
    """The text after one edit in one of its functions."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return text
    functions = list(outermost_functions(tree.body))
    if not functions:
        return text
    names = sorted({node.name for node in ast.walk(tree) if hasattr(node, "name") and isinstance(node.name, str)})
    function = random.choice(functions)
    lines = text.splitlines(keepends=True)
    statement = random.choice(
        [node for node in ast.walk(function) if isinstance(node, ast.stmt) and node is not function]
    )
    index = statement.lineno - 1
    line = lines[index]
    indentation = line[: len(line) - len(line.lstrip())]
    kind = random.randrange(6)
    if kind == 0 and "await " in line:
        lines[index] = line.replace("await ", "", 1)
    elif kind == 1:
        del lines[index]
    elif kind == 2:
        lines.insert(index, line)
    elif kind == 3:
        lines[index] = re.sub(r"\b\w+(?=\()", lambda _: random.choice(names), line, count=1)
    else:
        parameters = [argument.arg for argument in function.args.args] or ["x"]
        inserted = random.choice(INSERTED).format(
            name=random.choice(names), other=random.choice(names), parameter=random.choice(parameters)
        )
        lines.insert(index + random.randrange(2), f"{indentation}{inserted}\n")
    return "".join(lines)


def versions(text: str, random: random.Random, edits: int) -> Iterator[str]:
    """Texts after one another. What is broken is mended, and every so often all is taken back, or typed one character
    after the other."""
    first = before = text
    for _ in range(edits):
        after = edited(before, random)
        if random.random() < 0.1:
            yield from typed(before, after)
        yield after
        try:
            ast.parse(after)
        except (SyntaxError, ValueError):
            continue
        before = first if random.random() < 0.1 else after


def typed(before: str, after: str) -> Iterator[str]:
    """The texts on the way to one that has a few characters more, most of them broken."""
    start = common(before, after)
    end = min(common(before[::-1], after[::-1]), len(before) - start)
    if start + end == len(before):
        for length in range(start, len(after) - end):
            yield after[:length] + before[start:]


def common(one: str, other: str) -> int:
    """How many characters both begin with."""
    return next(
        (index for index, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(other)),
    )


def described(report: Report) -> list[str]:
    found = [f"{one.range} {one.rule} {one.message} {one.related}" for one in report.diagnostics]
    return [*found, *report.failures]


def fresh(text: str, path: Path, project: Project, memory: Memory | None) -> Report:
    project.memory = memory
    return project.check(Source.from_text(text, path))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--edits", type=int, default=30, help="for each file")
    parser.add_argument("--forgetful", action="store_true", help="ask inference everything again for the fresh start")
    parser.add_argument("--files", type=int, default=100, help="as many are taken, at random")
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    paths = [path for folder in arguments.folders for path in sorted(folder.absolute().rglob("*.py"))]
    paths = [path for path in paths if b"async" in path.read_bytes()]
    chosen = chance.sample(paths, min(arguments.files, len(paths)))
    revisions = checks = differences = 0
    for path in chosen:
        project, other = Project.around(path), Project.around(path)
        project.memory = Memory()
        memory = None if arguments.forgetful else Memory()
        former: Report | None = None
        try:
            text = Source.from_file(path).text
        except UnreadableSource:
            continue
        for version in versions(text, random.Random(f"{arguments.seed} {path.name}"), arguments.edits):
            try:
                report = project.check_next(former, version, path)
            except UnreadableSource:
                continue
            expected = described(fresh(version, path, other, memory))
            checks += 1
            revisions += report.is_revision
            if described(report) != expected:
                differences += 1
                print(f"{path}: differs after {checks} edits")
                print("  fresh:   ", *sorted(set(expected) - set(described(report))), sep="\n    ")
                print("  revision:", *sorted(set(described(report)) - set(expected)), sep="\n    ")
            former = report
    print(f"{len(chosen)} files, {checks} edits, {revisions} of them analyzed as revisions, {differences} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
