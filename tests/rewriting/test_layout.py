"""What fixes write is laid out as the formatter would have it, and what was not in its layout is left alone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

import suite
from formatter import formatted, needs_ruff
from spooky_asyncio.model import Edit, Range
from spooky_asyncio.rewriting.edits import merged
from spooky_asyncio.rewriting.layout import laid_out
from spooky_asyncio.rewriting.lines import after, before, moved_in
from spooky_asyncio.rewriting.statements import Statement
from spooky_asyncio.source import Source

pytestmark = pytest.mark.once

SERVER = Path(__file__).parents[2] / "server"
CORPUS = [*suite.files(), *sorted(SERVER.rglob("*.py")), *sorted(Path(asyncio.__file__).parent.glob("*.py"))]


@needs_ruff
@pytest.mark.parametrize("line_length", [88, 60, 50])
def test_statements_are_laid_out_like_the_formatter_does(line_length: int, tmp_path: Path) -> None:
    texts = formatted([file.read_text("utf-8") for file in CORPUS], tmp_path, line_length=line_length)
    several = alike = 0
    for text in texts:
        source = Source.from_text(text)
        for node in source.statements:
            statement = Statement(node, source)
            ours = statement.laid_out(line_length)
            assert ours in (None, statement.text), f"{statement.text}\n--- is not:\n{ours}"
            several += "\n" in statement.text
            alike += "\n" in statement.text and ours is not None
    # Not so many are left out that the above says nothing.
    assert alike > several * 3 / 4


def fixed(text: str, *replacements: tuple[str, str], line_length: int = 57) -> str:
    """The text with some pieces of it replaced as by a fix; an empty old piece is the end of the text."""
    source = Source.from_text(text)
    edits = []
    for old, new in replacements:
        assert text.count(old) == 1 or not old
        start = text.index(old) if old else len(text)
        edits.append(Edit(Range(source.position_at(start), source.position_at(start + len(old))), new))
    return source.edited(laid_out(merged(edits), source, line_length))


ACCENTS = "e\u0301" * 34
LONG = "results = await collect(first_customer, second_customer)\n"
BROKEN = "results = await gather(\n    first_customer, second_customer, last_customer\n)\n"

CASES = {
    "fits": ("gather(a)\n", [("gather", "await gather")], "await gather(a)\n"),
    "in one line": (
        LONG,
        [("collect", "gather_all")],
        "results = await gather_all(\n    first_customer, second_customer\n)\n",
    ),
    "one by one": (
        f"results = await f(\n    {'a, ' * 17}b\n)\n",
        [("b\n", "bread\n")],
        "results = await f(\n" + "    a,\n" * 17 + "    bread,\n)\n",
    ),
    "joined again": (BROKEN, [(", last_customer", "")], "results = await gather(first_customer, second_customer)\n"),
    "a last comma keeps them apart": (
        "f(\n    a,\n    b,\n)\n",
        [("f(", "await f(")],
        "await f(\n    a,\n    b,\n)\n",
    ),
    "was too long before": (LONG.replace("first", "very_first"), [("collect", "gather_all")], None),
    "was not in the layout": (
        "results = await collect( first_customer, second_customer )\n",
        [("collect", "gather_all")],
        None,
    ),
    "in quotes of another kind": (
        "await collect('first customer', 'second customer')\n",
        [("await", "results = await")],
        "results = await collect(\n    'first customer', 'second customer'\n)\n",
    ),
    "a comment inside": (
        "x = f(\n    a,  # why\n    b(c),\n)\n",
        [("c", "c" * 60)],
        None,
    ),
    "a comment behind": (
        "await gather(customer, another)  # everybody's, at once\n",
        [("await", "both = await")],
        "both = await gather(\n    customer, another\n)  # everybody's, at once\n",
    ),
    "a comment that does not count": (
        "await gather(customer, another)  # noqa: everybody's, at once\n",
        [("await", "both = await")],
        None,
    ),
    "a comment for us stays on the line": (
        "await gather(customer, another)  # spooky: ignore[some-rule]\n",
        [("await", "both = await")],
        None,
    ),
    "several statements on a line": (
        "a = 1; await gather(first_customer, second_customer)\n",
        [("await", "results = await")],
        None,
    ),
    "a string of several lines": (
        'await gather("""\n""", first_customer, second_customer, and_others)\n',
        [("await", "results = await")],
        None,
    ),
    "parentheses stay": (
        "await gather((first_customer), second_customer, andy)\n",
        [("await", "result = await")],
        "result = await gather(\n    (first_customer), second_customer, andy\n)\n",
    ),
    "too long in any layout": (
        f"f('{'x' * 52}')\n",
        [("f(", "await f(")],
        f"await f(\n    '{'x' * 52}'\n)\n",
    ),
    "a comment that would move": (
        "result = first_customer  # which is as good as any\n",
        [("first_customer", "one_of_the_customers")],
        None,
    ),
    "told to leave it alone": (
        "await gather(customer, another_customer)  # fmt: skip\n",
        [("await", "both = await")],
        None,
    ),
    "told to leave all alone": (
        "# fmt: off\nawait gather(first_customer, second_customer, andy)\n",
        [("await", "result = await")],
        None,
    ),
    "told to leave some alone": (
        "# fmt: off\n# fmt: on\nawait gather(first_customer, second_customer, andy)\n",
        [("await", "result = await")],
        "# fmt: off\n# fmt: on\nresult = await gather(\n    first_customer, second_customer, andy\n)\n",
    ),
    "strings in one": (
        "await gather(\n    'some words that take up space '\n    'and some more of them too'\n)\n",
        [("some more", "more")],
        "await gather(\n    'some words that take up space and more of them too'\n)\n",
    ),
    "braces in a string in one": (
        "await gather(\n    'some words that take {} '\n    f'and some more of {them} too'\n)\n",
        [("some more", "more")],
        "await gather(\n    f'some words that take {{}} and more of {them} too'\n)\n",
    ),
    "strings in an operation": (
        "await gather(\n    'some words that take up space, %s '\n    'and some more of them' % customers\n)\n",
        [("customers", "customers_of_today_and_tomorrow")],
        "await gather(\n    'some words that take up space, %s '\n    'and some more of them'\n"
        "    % customers_of_today_and_tomorrow\n)\n",
    ),
    "strings in quotes of two kinds": (
        'await gather(\n    "it\'s one of the words that "\n    \'is called a "word" here, too\'\n)\n',
        [(", too", "")],
        None,
    ),
    "two statements of a fix": (
        "f()\n",
        [("", f"{LONG}{LONG}".replace("collect", "gather_all"))],
        "f()\n" + "results = await gather_all(\n    first_customer, second_customer\n)\n" * 2,
    ),
    "header": (
        "if x:\n    if await collect(first_customer, second_customer):\n        pass\n",
        [("collect", "gather")],
        "if x:\n    if await gather(first_customer, second_customer):\n        pass\n",
    ),
    "longer header": (
        "if x:\n    if collect(first_customer, second_customer):  # why\n        pass\n",
        [("collect", "await collect")],
        "if x:\n    if await collect(\n        first_customer, second_customer\n    ):  # why\n        pass\n",
    ),
    "definition": (
        "def collect(customer: str, second: str = '') -> None:\n    pass\n",
        [("def", "async def")],
        "async def collect(\n    customer: str, second: str = ''\n) -> None:\n    pass\n",
    ),
    "import": (
        "from asyncio import Queue, create_task, run, sleep\n",
        [(", sleep", ", shield, sleep")],
        "from asyncio import (\n    Queue,\n    create_task,\n    run,\n    shield,\n    sleep,\n)\n",
    ),
    "operators": (
        "if first_customer and second_customer and await third():\n    pass\n",
        [("third", "third_customer")],
        "if (\n    first_customer\n    and second_customer\n    and await third_customer()\n):\n    pass\n",
    ),
    "wide letters": (
        'await gather("早上好早上好", "早上好早上好", "早上")\n',
        [("await", "result = await")],
        'result = await gather(\n    "早上好早上好", "早上好早上好", "早上"\n)\n',
    ),
    "accents of their own": (
        f'await gather("{ACCENTS}")\n',
        [("await", "one = await")],
        f'one = await gather("{ACCENTS}")\n',
    ),
    "half-typed code": ("f(\n" + LONG, [("collect", "gather_all")], None),
}


# With less indentation, these fit on fewer lines.
NOT_NARROW = ("one by one", "longer header", "header")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("case", "indent"),
    [(case, indent) for case in CASES for indent in ("    ", "\t", "  ") if indent != "  " or case not in NOT_NARROW],
)
def test_case(case: str, indent: str, newline: str) -> None:
    def adapted(text: str) -> str:
        head = "if 1:\n    pass\n"  # the file's own indentation
        return (head + text).replace("    ", indent).replace("\n", newline)

    before, replacements, after = CASES[case]
    plain = before
    for old, new in replacements:
        plain = plain.replace(old, new) if old else plain + new
    ends = [(old.replace("\n", newline), new.replace("\n", newline)) for old, new in replacements]
    assert fixed(adapted(before), *ends) == adapted(plain if after is None else after)


def test_a_very_long_sum_is_left_alone() -> None:
    text = f"x = {' + '.join(['a'] * 900)}\n"
    assert fixed(text, ("x", "y")) == text.replace("x", "y")


def lines_around(text: str, number: int) -> str:
    source = Source.from_text(text)
    node = source.statements[number]
    return source.edited(merged([before(node, ["one", "\ttwo"], source), after(node, ["three"], source)]))


def test_lines_around_a_statement() -> None:
    assert lines_around("if a:\n  b\n", 1) == "if a:\n  one\n    two\n  b\n  three\n"
    assert lines_around("if a:\r\n\tb", 1) == "if a:\r\n\tone\r\n\t\ttwo\r\n\tb\r\n\tthree"
    assert lines_around("@a\ndef f(): ...\n", 0) == "one\n    two\n\n\n@a\ndef f(): ...\n\n\nthree\n"
    assert (
        lines_around("if a:\n    class B: ...\n", 1) == "if a:\n    one\n        two\n\n    class B: ...\n\n    three\n"
    )
    assert lines_around("if a:\n\f    b\n", 1) == "if a:\n    one\n        two\n\f    b\n    three\n"
    assert lines_around("\ufeffa\n", 0) == "\ufeffone\n    two\na\nthree\n"


MOVED = {
    "if a:\n    f(\n        b,\n\n    )\n": "if a:\n        f(\n            b,\n\n        )\n",
    'if a:\n    f("""\n    b\n\n    """,\n    c)\n': 'if a:\n        f("""\n    b\n\n    """,\n        c)\n',
    'if a:\n    f(f"""\n    {b}\n    """\n    f"c")\n': 'if a:\n        f(f"""\n    {b}\n    """\n        f"c")\n',
    "if a:\n    f('b\\\n    c',\n    d)\n": "if a:\n        f('b\\\n    c',\n        d)\n",
    "if a:\n\f    f(\n    b)\n": "if a:\n\f        f(\n        b)\n",
    "if a:\r\n\tf(\r\n\tb)\r\n": "if a:\r\n\t\tf(\r\n\t\tb)\r\n",
}


@pytest.mark.parametrize("text", MOVED)
def test_moved_in(text: str) -> None:
    source = Source.from_text(text)
    statement = source.statements[1]
    moved = moved_in(statement, [], source)
    assert moved is not None
    fixed = source.edited([moved])
    assert fixed == MOVED[text]
