"""What other checkers' comments silence: those that name the very thing that one of our rules finds.

A comment that names nothing, such as a bare `# noqa` or `# type: ignore`, silences all that its own tool says, mostly
for reasons that have nothing to do with asyncio, and so says nothing to us. Nor does one about a whole file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from spooky_asyncio.suppression.comments import Comment

_COROUTINE = "coroutine-never-awaited"
_TASK = "task-never-awaited"


@dataclass(frozen=True)
class Peer:
    """A kind of comment, and the rules of ours that each code in it stands for."""

    directive: re.Pattern[str]
    """Up to the codes, which are its one group."""
    rules: Mapping[str, frozenset[str]]
    """By code, in lower case."""
    behind: bool = True
    """Whether it counts behind code, for its line."""
    above: bool = False
    """Whether it counts on a line of its own, for what follows."""


def _peer(directive: str, rules: Mapping[str, tuple[str, ...]], *, behind: bool = True, above: bool = False) -> Peer:
    by_code = {code.lower(): frozenset(named) for code, named in rules.items()}
    return Peer(re.compile(directive, re.IGNORECASE), by_code, behind, above)


_IN_BRACKETS = r"\s*\[([^\]#]*)\]"

PEERS = (
    # flake8 with flake8-async, ruff. As theirs, the list ends with the last word that can be a code.
    _peer(
        r"#\s*noqa\s*:\s*([a-z]+[0-9]+(?:(?:\s*,\s*|\s+)[a-z]+[0-9]+)*)",
        {"RUF006": (_TASK,), "ASYNC300": (_TASK,)},
    ),
    _peer(
        r"#\s*ruff\s*:\s*ignore" + _IN_BRACKETS,
        {"RUF006": (_TASK,), "asyncio-dangling-task": (_TASK,)},
        above=True,
    ),
    # mypy and zuban. What a function with the annotation `Awaitable` returns may be a coroutine, or a task.
    _peer(
        r"#\s*type\s*:\s*ignore" + _IN_BRACKETS,
        {
            "unused-coroutine": (_COROUTINE,),
            "unused-awaitable": (_COROUTINE, _TASK),
            "ty:unused-awaitable": (_COROUTINE,),
        },
    ),
    _peer(r"#\s*(?:based)?pyright\s*:\s*ignore" + _IN_BRACKETS, {"reportUnusedCoroutine": (_COROUTINE,)}),
    _peer(r"#\s*ty\s*:\s*ignore" + _IN_BRACKETS, {"unused-awaitable": (_COROUTINE,)}),
    _peer(r"#\s*pyrefly\s*:\s*ignore" + _IN_BRACKETS, {"unused-coroutine": (_COROUTINE,)}, above=True),
    # PyCharm, which once complained of tasks too: most of these comments stand above a `create_task`.
    _peer(r"#\s*noinspection\s+(\w+(?:\s*,\s*\w+)*)", {"PyAsyncCall": (_COROUTINE, _TASK)}, behind=False, above=True),
    # Sonar.
    _peer(r"#\s*nosonar\s*\(([^)#]*)\)", {"S7502": (_TASK,), "python:S7502": (_TASK,)}),
)

_CODES = sorted({code for peer in PEERS for code in peer.rules})


def may_be_in(text: str) -> bool:
    """Whether a text has any of the codes, which most have not."""
    lowered = text.lower()
    return any(code in lowered for code in _CODES)


def silenced_by(comment: Comment) -> frozenset[str]:
    """The rules that a comment of another checker silences on its lines."""
    return frozenset(rule for code in _codes(comment) for rule in code)


def _codes(comment: Comment) -> Iterator[frozenset[str]]:
    for peer in PEERS:
        if peer.above if comment.is_alone else peer.behind:
            for match in peer.directive.finditer(comment.text):
                for code in re.split(r"[\s,]+", match[1].strip().lower()):
                    yield peer.rules.get(code, frozenset())
