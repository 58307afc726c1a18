"""What a user does in an editor, as data: the programs, what is found in them, and what a code action changes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Finding:
    line: int
    """Counted from 1."""
    text: str
    """What its range covers."""
    message: str


@dataclass(frozen=True)
class Case:
    name: str
    files: dict[str, str]
    """Each as a diff of the whole file, from what it is to what it becomes. The first one is opened."""
    findings: list[Finding]
    action: str
    """The title of the code action; the cursor stands on the first finding."""
    way: str = "menu"
    """How the user comes to it: by choosing from the menu, or by the editor's command for what is `preferred`, or for
    `fix all`."""
    entry: str | None = None
    """The file that is run. Its complaints are gone when it is changed; None if the user wants to keep them."""

    def write(self, folder: Path) -> Path:
        """Write the workspace, and return the file to be opened."""
        folder.mkdir(exist_ok=True)
        (folder / "pyproject.toml").write_text('[project]\nname = "tea-house"\n', "utf-8")
        for name, diff in self.files.items():
            (folder / name).write_bytes(_side(diff, " -").encode())
        return folder / next(iter(self.files))

    @property
    def expected(self) -> dict[str, str]:
        return {name: _side(diff, " +") for name, diff in self.files.items()}


def _side(diff: str, kept: str) -> str:
    lines = diff.strip("\n").splitlines()
    assert all(re.match(r"[ +-]|$", line) for line in lines)
    return "".join(f"{line[1:]}\n" for line in lines if not line or line[0] in kept)


CASES = [
    Case(
        "preferred",
        {
            "pot.py": """
 import asyncio


 async def brew(tea):
     await asyncio.sleep(0)
     return f"a pot of {tea}"


 async def main():
-    print("🫖", brew("sencha"))
+    print("🫖", await brew("sencha"))


 asyncio.run(main())
"""
        },
        [Finding(10, 'brew("sencha")', "coroutine 'brew' was never awaited: 'print()' gets the coroutine object")],
        "Await 'brew()'",
        way="preferred",
        entry="pot.py",
    ),
    Case(
        "background",
        {
            "sink.py": '''
 """The cups are washed while the guests go on talking."""

 import asyncio
+import logging
+
+background_tasks = set()
+
+
+def keep_in_background(task):
+    """Keep a task until it has ended: the event loop itself may lose it half-way."""
+    background_tasks.add(task)
+    task.add_done_callback(forget_task)
+    return task
+
+
+def forget_task(task):
+    """Let go of a task that has ended, and log its exception, which nobody else would see."""
+    background_tasks.discard(task)
+    if not task.cancelled() and (error := task.exception()):
+        logging.getLogger(__name__).error("%r failed", task, exc_info=error)


 async def wash(cup):
     await asyncio.sleep(60)
     print("clean:", cup)


 async def clear_table():
-    asyncio.create_task(wash("🍵"))
+    keep_in_background(asyncio.create_task(wash("🍵")))


 async def main():
     await clear_table()
     await asyncio.sleep(0)


 asyncio.run(main())
'''
        },
        [Finding(12, 'asyncio.create_task(wash("🍵"))', "the task of 'wash()' is never awaited")],
        "Keep the task of 'wash()' in the background: it runs on, and a failure is logged",
        entry="sink.py",
    ),
    Case(
        "fix all",
        {
            "tray.py": """
 import asyncio


 async def carry(thing):
     await asyncio.sleep(0)
     return thing


 async def serve():
-    carry("🫖")
-    print("🍰", carry("cake"))
+    await carry("🫖")
+    print("🍰", await carry("cake"))


 asyncio.run(serve())
"""
        },
        [
            Finding(10, 'carry("🫖")', "coroutine 'carry' was never awaited: the call only makes a coroutine object"),
            Finding(11, 'carry("cake")', "coroutine 'carry' was never awaited: 'print()' gets the coroutine object"),
        ],
        "Spooky: Fix all that is safe to fix",
        way="fix all",
        entry="tray.py",
    ),
    Case(
        "ignore",
        {
            "door.py": """
 import asyncio


 async def greet(guest):
     await asyncio.sleep(0)
     print("welcome,", guest)


 async def open_door():
-    asyncio.create_task(greet("🐈"))
+    asyncio.create_task(greet("🐈"))  # spooky: ignore[task-never-awaited]


 asyncio.run(open_door())
"""
        },
        [Finding(10, 'asyncio.create_task(greet("🐈"))', "the task of 'greet()' is never awaited")],
        "Ignore for this line: task-never-awaited",
    ),
    Case(
        "two files",
        {
            "kettle.py": """
 import asyncio


 async def boil():
     await asyncio.sleep(0)
     print("It boils.")


-def heat():
-    boil()
+async def heat():
+    await boil()
""",
            "kitchen.py": """
 import asyncio

 from kettle import heat


 async def cook():
-    print("🫖", heat())
+    print("🫖", await heat())


 asyncio.run(cook())
""",
        },
        [Finding(10, "boil()", "coroutine 'boil' was never awaited: the call only makes a coroutine object")],
        "Make 'heat()' async and await 'boil()' in it: 1 caller in another file changes too",
        entry="kitchen.py",
    ),
]

BACKGROUND, FIX_ALL = (case for case in CASES if case.name in ("background", "fix all"))
