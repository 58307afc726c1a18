"""What looks plain and is not: beside each, the plain thing that it looks like."""

import asyncio
import dataclasses
from collections.abc import Coroutine
from typing import Any

Reply = Coroutine[Any, Any, str]
Handle = asyncio.Task


class Client:
    def __init__(self, size=1):
        self.size = size

    async def replace(self, old, new):
        return new

    async def get(self, name):
        return name

    async def pop(self):
        return "top"

    async def close(self):
        self.size = 0


@dataclasses.dataclass
class Line:
    size: int = 1

    async def get(self, name):
        return name


class Till:
    """Its client is set from outside."""

    client = None

    def __init__(self):
        self.names = {}
        self.rest = ["a"]

    async def open(self):
        self.names.get("a")  # ok
        self.rest.pop()  # ok
        if self.client is not None:
            await self.client.get("a")


async def fetch():
    return "fetched"


def ask() -> Reply:
    return fetch()


async def wait_long():
    await asyncio.sleep(1)


def start(work=wait_long) -> Handle:
    return asyncio.create_task(work())


def tell() -> str:
    return "told"


async def case_aliases_in_annotations():
    ask()  # error: coroutine-never-awaited
    await ask()  # ok
    tell()  # ok
    await start(fetch)  # ok
    start()  # error: task-never-awaited


async def case_containers_filled_later():
    shelves = {"a": None}
    shelves["b"] = Client()
    shelves["b"].close()  # error: coroutine-never-awaited
    await shelves["b"].close()  # ok
    shelves.get("a")  # ok
    shelves.pop("b")  # ok


async def case_list_filled_later():
    rows = ["a"]
    rows.pop()  # ok
    rows.append(Client())
    for row in rows:
        row.close()  # error: coroutine-never-awaited


async def case_a_copy_with_a_change():
    line = Line()
    dataclasses.replace(line, size=2)  # ok
    dataclasses.replace(line, size=2).get("a")  # error: coroutine-never-awaited


async def case_names_that_take_turns():
    node = Client()
    for _ in range(2):
        following = node
        await following.close()
        node = last = following
        last.close()  # error: coroutine-never-awaited


async def case_texts_that_take_turns():
    text = "abc"
    other = text
    for _ in range(2):
        text = other.replace("a", "b")
        other = text.replace("b", "c")
    text.replace("c", "d")  # ok


client = Client()


async def case_a_comprehension_has_names_of_its_own():
    print([client for client in ["a"]])
    client.close()  # error: coroutine-never-awaited


async def case_set_from_outside():
    till = Till()
    till.client = Client()
    await till.open()
