"""While something is typed in the middle of a file, what stands before and after it is still seen."""

from __future__ import annotations

import ast

import pytest

from spooky_asyncio.recovery import parse
from spooky_asyncio.source import Source, UnreadableSource, split_lines

BEFORE = "import asyncio\n\n\nasync def first():\n    before()\n\n\n"
AFTER = "\n\nasync def third():\n    after()\n\n\nasyncio.run(third())\n"
TYPED = [
    "async def second():\n    try:\n        await f(3)\n    except A:\n        pass\n    finally:\n        f(4)\n",
    "try:\n    try:\n        a()\n    except X:\n        b()\nfinally:\n    c()\n",
    "@deco(1)\nasync def second():\n    await f(3)\n",
    "class A:\n    @property\n    def x(self):\n        return 1\n\n    @deco\n    async def y(self):\n        f(3)\n",
    'def g():\n    with open("x") as h:\n        for i in h:\n            print(f"{i} {h}")\n',
    'x = [\n    f(1),\n    {"a": 1},\n]\n',
    "if x:\n    y()\nelif z:\n    w()\nelse:\n    v()\n",
    "match x:\n    case 1:\n        y()\n    case _:\n        z()\n",
    'def g(a, b=1, *, c: int = 3) -> int:\n    """Doc."""\n    return a\n',
    "async def second():\n    async with a as b, c:\n        async for d in b:\n            await d\n",
    "from x import (\n    y,\n    z,\n)\n",
    "while True:\n    try:\n        x()\n    except A as e:\n        raise B from e\n    else:\n        break\n",
    "async def second():\n    x = await f(\n        1,\n    )\n    return x\n",
    "s = 'abc' \"def\"\nlambda x: (x, [y for y in x if y])\n",
]


@pytest.mark.parametrize("typed", TYPED, ids=lambda typed: typed.partition("\n")[0])
def test_each_keystroke(typed: str) -> None:
    for length in range(len(typed) + 1):
        text = BEFORE + typed[:length] + AFTER
        tree, *_ = parse(split_lines(text))
        assert tree is not None
        seen = ast.unparse(tree)
        assert "before()" in seen, typed[:length]
        assert "after()" in seen, typed[:length]


HOLES = {
    "a function that has a comment only": "async def second():\n    # f(3)\n\n\nasync def after_it():\n    f(4)\n",
    "a function without statements": "async def second(a, b=1) -> int:  # soon\n\n\nasync def after_it():\n    f(4)\n",
    "a class without a body": "class Second:\n\n\nclass After_it:\n    x = 1\n",
    "an open f-string": 'async def second():\n    return f"{\n\nasync def after_it():\n    return f"{f(4)}"\n',
    "an open field": 'async def second():\n    x = f"a {f(3)\n    return x\n\nasync def after_it():\n    return f(4)\n',
    "an open conversion": 'async def second():\n    x = f"{a!\n    return x\n\n\nasync def after_it():\n    f(4)\n',
}


@pytest.mark.parametrize("hole", HOLES)
def test_what_stands_around_a_hole(hole: str) -> None:
    """It is left out, and no more than the line of it is."""
    tree, *_ = parse(split_lines(BEFORE + HOLES[hole] + AFTER))
    assert tree is not None
    seen = ast.unparse(tree)
    for expected in ("before()", "after()", "second", "after_it"):
        assert expected.lower() in seen.lower(), seen


WHOLE = {
    "a call of several lines": "    x = await g(t, f(f'a',\n        2))\n",
    "a text of several lines": '    x = f"""\n    {t} a\n    """\n',
    "a line that goes on": "    x = f'a' + \\\n        f'{t}'\n",
}


@pytest.mark.parametrize("typed", ["f'{}'", "f'{1 +}'", "f'{t!}'"])
@pytest.mark.parametrize("above", WHOLE)
def test_an_f_string_that_is_closed_takes_nothing_with_it(above: str, typed: str) -> None:
    lines = f"async def second(t):\n{WHOLE[above]}    print({typed})\n    return t\n"
    tree, problem, text = parse(split_lines(BEFORE + lines + AFTER))
    assert tree is not None
    assert problem is not None
    assert WHOLE[above] in text


@pytest.mark.parametrize("text", ["\0\n", "def def def\n", "(" * 300])
def test_what_is_no_python_at_all(text: str) -> None:
    with pytest.raises(UnreadableSource):
        Source.from_text(text)
