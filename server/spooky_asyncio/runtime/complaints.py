"""What the interpreter complains of at run time, and how it gets from one process to another."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

COROUTINE_NEVER_AWAITED = "coroutine-never-awaited"
TASK_NEVER_AWAITED = "task-never-awaited"
TASK_EXCEPTION_NEVER_RETRIEVED = "task-exception-never-retrieved"


@dataclass(frozen=True)
class Place:
    """A line that was run."""

    file: str
    line: int
    """Counted from 1, as the interpreter does."""
    function: str


@dataclass(frozen=True)
class Complaint:
    rule: str
    message: str
    """One line, in the interpreter's own words where it has any."""
    name: str
    """Of the coroutine, or of the one that a task runs; empty if that is not known."""
    place: Place | None
    """The line of the program that made the coroutine or task; None if no line of the program did, or nobody knows."""
    raised: Place | None = None
    """The line of the program in which the exception rose that nobody retrieves."""
    maker: str = ""
    """What was going on when it was made: the name of a test."""

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, data: Any) -> Complaint:
        places = {key: Place(**data[key]) if data[key] else None for key in ("place", "raised")}
        return cls(**{**data, **places})


def merged(complaints: Iterable[Complaint]) -> dict[Complaint, int]:
    """How often each was heard. What a task would have run is not a complaint of its own beside that of the task."""
    counts: dict[Complaint, int] = {}
    for complaint in complaints:
        counts[complaint] = counts.get(complaint, 0) + 1
    tasks = {(c.name, c.place) for c in counts if c.rule == TASK_NEVER_AWAITED and c.place is not None}
    return {
        complaint: count
        for complaint, count in counts.items()
        if complaint.rule != COROUTINE_NEVER_AWAITED or (complaint.name, complaint.place) not in tasks
    }
