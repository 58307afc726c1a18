"""The comment that keeps a finding quiet, put where the tools that read comments still read theirs."""

from __future__ import annotations

import ast

import pytest

from spooky_asyncio.model import Diagnostic, Position, Range, Severity
from spooky_asyncio.source import Source
from spooky_asyncio.suppression import suppressions
from spooky_asyncio.suppression.edits import suppress
from spooky_asyncio.suppression.suppressions import Suppressions

HEAD = "async def brew(*args): ...\nasync def main():\n"
RULE = "coroutine-never-awaited"
NEW = f"# spooky: ignore[{RULE}]"


def finding(source: Source, index: int = 0, rule: str = RULE) -> Diagnostic:
    """On a call of `brew`."""
    calls = [node for node in ast.walk(source.tree) if isinstance(node, ast.Call)]
    brews = [node for node in calls if isinstance(node.func, ast.Name) and node.func.id == "brew"]
    brews.sort(key=lambda node: (node.lineno, node.col_offset))
    return Diagnostic(rule, "lost", source.range(brews[index]), Severity.WARNING, "https://x.y")


def is_suppressed(diagnostic: Diagnostic, source: Source) -> bool:
    return Suppressions(source, honour_peers=False).silence(diagnostic)


def ignored(text: str) -> str | None:
    """The text with its first finding ignored, the other calls of `brew` being findings too."""
    source = Source.from_text(text)
    first, *others = (finding(source, index) for index in range(text.count("brew(") - 1))
    edit = suppress(first, source, others)
    if edit is None:
        return None
    after = Source.from_text(source.edited([edit]))
    assert ast.dump(after.tree) == ast.dump(source.tree)
    assert after.syntax_error == source.syntax_error
    assert not is_suppressed(first, source)
    assert is_suppressed(first, after)
    return after.text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("brew()", f"brew()  {NEW}"),
        ("brew()  ", f"brew()  {NEW}  "),
        ("brew();", f"brew();  {NEW}"),
        ("brew()  # noqa: F841", f"brew()  # noqa: F841  {NEW}"),
        ("brew()  # type: ignore[unused-coroutine]", f"brew()  # type: ignore[unused-coroutine]  {NEW}"),
        ("brew() # tea, or 'tea'\t", f"brew() # tea, or 'tea'  {NEW}\t"),
        ("brew()  #", f"brew()  #  {NEW}"),
        ("brew()  # spooky: ignore[a]", f"brew()  # spooky: ignore[a, {RULE}]"),
        ("brew()  #spooky:ignore[a,b,] why", f"brew()  #spooky:ignore[a,b, {RULE},] why"),
        ("brew()  # spooky: ignore[]", f"brew()  # spooky: ignore[{RULE}]"),
        ("brew()  # spooky: ignore[ ]", f"brew()  # spooky: ignore[{RULE} ]"),
        ("brew()  # noqa  # spooky: ignore[a]  # b", f"brew()  # noqa  # spooky: ignore[a, {RULE}]  # b"),
        ("brew('# spooky: ignore[a]')", f"brew('# spooky: ignore[a]')  {NEW}"),
        ("brew('茶', '🫖')  # 🫖", f"brew('茶', '🫖')  # 🫖  {NEW}"),
        ("brew(\n        1,\n    )", f"brew(  {NEW}\n        1,\n    )"),
        ("brew(  # tea\n        1,\n    )", f"brew(  # tea  {NEW}\n        1,\n    )"),
        ("brew(\n        1,\n    )  # spooky: ignore[a]", f"brew(\n        1,\n    )  # spooky: ignore[a, {RULE}]"),
        ("x = brew(\n        1,\n    ), brew", f"x = brew(  {NEW}\n        1,\n    ), brew"),
        ("print(brew(\n    1), brew(2))", f"print(brew(  {NEW}\n    1), brew(2))"),
        # No comment can end the first line.
        ("brew('''one\n    two''')", f"brew('''one\n    two''')  {NEW}"),
        ("brew(\\\n    1)", f"brew(\\\n    1)  {NEW}"),
        ("brew('a\\\nb')", f"brew('a\\\nb')  {NEW}"),
        ("brew('''\n    ''', '''\n    ''')", f"brew('''\n    ''', '''\n    ''')  {NEW}"),
        ("brew('''\n    ''',\n    '''\n    ''')", f"brew('''\n    ''',\n    '''\n    ''')  {NEW}"),
        # Nor the last.
        ("x = brew(\n    1) + '''\n    '''", f"x = brew(  {NEW}\n    1) + '''\n    '''"),
        ("x = brew(\n    1) + \\\n    2", f"x = brew(  {NEW}\n    1) + \\\n    2"),
        # Nor any.
        ("x = brew(1) + \\\n    2", f"{NEW}\n    x = brew(1) + \\\n    2"),
        ("x = brew(1) + '''\n    '''", f"{NEW}\n    x = brew(1) + '''\n    '''"),
        ('x = f"""\n    {brew()}\n    """', f'{NEW}\n    x = f"""\n    {{brew()}}\n    """'),
        ('x = f"""\n    {\n    brew()\n    }\n    """', f'{NEW}\n    x = f"""\n    {{\n    brew()\n    }}\n    """'),
        ("x = '''\n    ''', brew(1), '''\n    '''", f"{NEW}\n    x = '''\n    ''', brew(1), '''\n    '''"),
        (
            "with brew() as x, \\\n            open(y):\n        pass",
            f"{NEW}\n    with brew() as x, \\\n            open(y):\n        pass",
        ),
        # Above the statement there is one already.
        ("# spooky: ignore[a]\n    brew()", f"# spooky: ignore[a, {RULE}]\n    brew()"),
        (
            "# spooky: ignore[a]  # b\n\n    # c\n    brew(\n        1\n    )",
            f"# spooky: ignore[a, {RULE}]  # b\n\n    # c\n    brew(\n        1\n    )",
        ),
        # And they are not about the finding.
        (
            "if x:\n        # spooky: ignore[a]\n        pass\n    brew()",
            f"if x:\n        # spooky: ignore[a]\n        pass\n    brew()  {NEW}",
        ),
        ("x = 1  # spooky: ignore-file[a]\n    brew()", f"x = 1  # spooky: ignore-file[a]\n    brew()  {NEW}"),
        ("brew()  # spooky: ignore-file[a]", f"brew()  # spooky: ignore-file[a]  {NEW}"),
        ("brew()  # spooky: ignored[a]", f"brew()  # spooky: ignored[a]  {NEW}"),
        ("brew()  # spooky: ignore[a", f"brew()  # spooky: ignore[a  {NEW}"),
        # Other kinds of statements.
        ("if brew():\n        pass", f"if brew():  {NEW}\n        pass"),
        ("with brew() as x:\n        pass", f"with brew() as x:  {NEW}\n        pass"),
        ("for x in [brew()]: pass", f"for x in [brew()]: pass  {NEW}"),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("ending", ["", "\n", "\n    return 1\n"])
def test_where_the_comment_goes(before: str, after: str | None, line_end: str, ending: str) -> None:
    result = ignored(f"{HEAD}    {before}{ending}".replace("\n", line_end))
    expected = None if after is None else f"{HEAD}    {after}{ending}".replace("\n", line_end)
    assert result == expected


def test_of_two_lines_the_one_where_fewer_fall_silent() -> None:
    lines = "    print(brew(), brew(\n        1))\n"
    source = Source.from_text(HEAD + lines)
    first, second = finding(source, 0), finding(source, 1)
    edit = suppress(second, source, [first])
    assert edit is not None
    assert edit.range.start == Position(3, len("        1))"))
    after = Source.from_text(source.edited([edit]))
    assert [is_suppressed(one, after) for one in (first, second)] == [False, True]
    # One of another rule does not care.
    edit = suppress(second, source, [finding(source, 0, "another-rule")])
    assert edit is not None
    assert edit.range.start.line == 2


def test_half_typed_code() -> None:
    text = f"{HEAD}    brew()\n    x = '''\n    brew()\n"
    source = Source.from_text(text)
    here = finding(source)
    edit = suppress(here, source)
    assert edit is not None
    assert is_suppressed(here, Source.from_text(source.edited([edit])))
    unreached = Diagnostic(RULE, "lost", Range(Position(4, 4), Position(4, 10)), Severity.WARNING, "https://x.y")
    assert suppress(unreached, source) is None


def test_without_any_such_comment_the_text_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is checked at every keystroke."""
    source = Source.from_text(f"{HEAD}    brew()  # noqa: F841  # type: ignore[attr-defined]\n")
    monkeypatch.setattr(suppressions, "comments", lambda source: 1 / 0)
    assert not Suppressions(source).silence(finding(source))
    assert Suppressions(source).own == []
