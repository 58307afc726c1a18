"""What a test tells of a value: `isinstance(channel, Thread)`, `match channel`."""

from __future__ import annotations

import ast

from spooky_asyncio.analysis.scopes import Section
from spooky_asyncio.analysis.values.dotted import chain_of
from spooky_asyncio.analysis.values.types import ABSENT, Reader, Types, class_of, each, joined


def types_by_tests(node: ast.Name | ast.Attribute, asking: Reader) -> Types:
    """What a value also is, somewhere in its function, by the tests that stand in there; None where these may tell
    anything."""
    chain = chain_of(node)
    tests = asking.file.scopes.of(node).section.fact(_tests_in).get(chain)
    if tests is None:
        return ABSENT
    return asking.joined_of((tests[0], f"tested {chain}"), (_types_by_test(test, asking) for test in tests))


def _types_by_test(test: ast.Call | ast.Match, asking: Reader) -> Types:
    if isinstance(test, ast.Match) or len(test.args) != 2:
        return None
    pending, found = [test.args[1]], ABSENT
    while pending:
        tested = pending.pop()
        if isinstance(tested, ast.Tuple):
            pending += tested.elts
            continue
        types = asking.annotations.of(tested)
        found = joined((found, each(types, class_of) if _name_of(test) == "issubclass" else types))
    return found


def _tests_in(section: Section) -> dict[str, list[ast.Call | ast.Match]]:
    """The tests by the names and attributes that are tested."""
    found: dict[str, list[ast.Call | ast.Match]] = {}
    for node in section.of_kind(ast.Call, ast.Match):
        if isinstance(node, ast.Call) and _name_of(node) in ("isinstance", "issubclass") and node.args:
            found.setdefault(chain_of(node.args[0]), []).append(node)
        elif isinstance(node, ast.Match):
            found.setdefault(chain_of(node.subject), []).append(node)
    found.pop("", None)
    return found


def _name_of(call: ast.Call) -> str:
    return getattr(call.func, "id", "")
