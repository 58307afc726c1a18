"""Name a module or a function of asyncio the way the file does, and import what is not there yet."""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from spooky_asyncio.analysis.scopes import Scope, Scopes
from spooky_asyncio.model import Edit, Position, Range
from spooky_asyncio.rewriting.lines import insert_lines, stands_alone
from spooky_asyncio.source import Source

ImportStatement: TypeAlias = ast.Import | ast.ImportFrom


@dataclass(frozen=True, slots=True)
class Reference:
    """How to write a name at some place, and the edits that make it known there."""

    text: str
    edits: tuple[Edit, ...] = ()


def asyncio_function(name: str, at: ast.expr | ast.stmt, source: Source, scopes: Scopes) -> Reference | None:
    """How to call `asyncio.<name>` at an expression; None where `asyncio` means something else there.

    A file that only imports names from asyncio gets one more of them, unless the file uses that name already.
    """
    module = _known("asyncio", at, scopes)
    if module is not None:
        return Reference(f"{module}.{name}")
    function = _known(f"asyncio.{name}", at, scopes)
    if function is not None:
        return Reference(function)
    is_free = name not in scopes.names and not hasattr(builtins, name)
    siblings = [node for node in _of_module(source.tree) if _is_from_asyncio(node) and _has_run(node, at, scopes)]
    if is_free and siblings:
        edits = _with_name(name, siblings, source)
        if edits:
            return Reference(name, edits)
    return _imported("asyncio", f"asyncio.{name}", at, source, scopes)


def module_import(name: str, at: ast.expr | ast.stmt, source: Source, scopes: Scopes) -> Reference | None:
    """How to write a module of the standard library, one without a dot in its name, at an expression; None where its
    name means something else there."""
    known = _known(name, at, scopes)
    return Reference(known) if known is not None else _imported(name, name, at, source, scopes)


def in_one_block(edits: Iterable[Edit], source: Source) -> tuple[Edit, ...]:
    """Added imports, each once, those at one place with no blank lines between them."""
    found: dict[Range, Edit] = {}
    for edit in dict.fromkeys(edits):
        first = found.get(edit.range)
        if first is not None:
            edit = replace(edit, content=first.content.rstrip("\r\n") + source.newline + edit.content.lstrip("\r\n"))
        found[edit.range] = edit
    return tuple(found.values())


def _known(origin: str, at: ast.expr | ast.stmt, scopes: Scopes) -> str | None:
    """The name that something has at an expression for certain."""
    seen: list[Scope] = []
    for scope in _visible(at, scopes):
        for alias, imported in scope.imports.items():
            if imported.origin != origin or any(nearer.binds(alias) for nearer in seen):
                continue
            if scope.rebinds(alias) and not (scope is scopes.module and alias == origin and _is_always(alias, scopes)):
                continue
            # What the module does comes before what its functions do.
            if imported.node.lineno <= at.lineno or (scope is scopes.module and scopes.function(at) is not None):
                return alias
        seen.append(scope)
    return None


def _visible(at: ast.expr | ast.stmt, scopes: Scopes) -> Iterator[Scope]:
    own = scopes.of(at)
    return (scope for scope in own.enclosing() if scope is own or not isinstance(scope.node, ast.ClassDef))


def _imported(name: str, text: str, at: ast.expr | ast.stmt, source: Source, scopes: Scopes) -> Reference | None:
    """`text` after a new `import <name>`."""
    for scope in _visible(at, scopes):
        if scope.binds(name) and not (scope is scopes.module and _is_always(name, scopes)):
            return None
    statement = ast.Import([ast.alias(name)])
    added = _new_import(f"import {name}", statement, at, source, scopes)
    return Reference(text, (added,)) if added is not None else None


def _is_always(name: str, scopes: Scopes) -> bool:
    """Whether a name of the module stands for the module of that name wherever it is bound, as where it is imported
    for type checkers only: importing it for all then changes nothing."""
    module = scopes.module
    if name in module.stores or name in module.shared or name in scopes.shared:
        return False
    for node in scopes.order:
        if scopes.of(node) is not module:
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                root = alias.name.partition(".")[0]
                is_it = isinstance(node, ast.Import) and (alias.name if alias.asname else root) == name
                if (alias.asname or root) == name and not is_it:
                    return False
        elif not isinstance(node, ast.alias) and name in (getattr(node, "name", None), getattr(node, "rest", None)):
            return False
    return True


def _of_module(tree: ast.Module) -> list[ImportStatement]:
    return [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]


def _is_from_asyncio(node: ImportStatement) -> bool:
    return (
        isinstance(node, ast.ImportFrom)
        and (node.module, node.level) == ("asyncio", 0)
        and all(alias.name != "*" for alias in node.names)
    )


def _has_run(node: ast.stmt, at: ast.expr | ast.stmt, scopes: Scopes) -> bool:
    """Whether a statement of the module comes before an expression that the module evaluates itself."""
    return scopes.function(at) is not None or node.lineno < at.lineno


def _with_name(name: str, siblings: Sequence[ImportStatement], source: Source) -> tuple[Edit, ...]:
    """One more name from asyncio: with others, or in a statement of its own beside those that rename what they
    import, as import sorters have it."""
    for node in siblings:
        if stands_alone(node, source) and not any(alias.asname for alias in node.names):
            return _one_more(name, node, source)
    statement = ast.ImportFrom("asyncio", [ast.alias(name)], 0)
    before = next((node for node in siblings if _sort_key(node) > _sort_key(statement)), None)
    if before is not None:
        return (insert_lines(source, before.lineno - 1, f"from asyncio import {name}{source.newline}"),)
    end = siblings[-1].end_lineno or siblings[-1].lineno
    return (insert_lines(source, end, f"from asyncio import {name}{source.newline}"),)


def _one_more(name: str, node: ImportStatement, source: Source) -> tuple[Edit, ...]:
    """Where the names are sorted, the new one goes to its place among them; else to their end."""
    names = [alias.name for alias in node.names]
    place = len(names)
    keys: tuple[Callable[[str], Any], ...] = (_member_key, str, str.lower)
    for key in keys:
        if sorted(names, key=key) == names:
            place = sum(key(other) < key(name) for other in names)
            break
    starts = [source.position(alias.lineno, alias.col_offset) for alias in node.names]
    ends = [source.position(alias.end_lineno or alias.lineno, alias.end_col_offset or 0) for alias in node.names]
    lines = [position.line for position in starts]
    if node.lineno - 1 in lines or len({*lines}) < len(lines) or (node.end_lineno or 0) - 1 in lines:
        # Some share a line.
        if place < len(names):
            return (_insertion(starts[place], f"{name}, "),)
        return (_insertion(ends[-1], f", {name}"),)
    indentation = source.line(lines[0])[: starts[0].column]
    added = f"{indentation}{name},{source.newline}"
    if place < len(names):
        # Above the comments that stand over the name which follows.
        line = lines[place - 1] + 1 if place else node.lineno
        return (insert_lines(source, line, added),)
    if source.line(ends[-1].line)[ends[-1].column :].lstrip().startswith(","):
        return (insert_lines(source, lines[-1] + 1, added),)
    return (_insertion(ends[-1], ","), insert_lines(source, lines[-1] + 1, f"{indentation}{name}{source.newline}"))


def _insertion(position: Position, text: str) -> Edit:
    return Edit(Range(position, position), text)


def _new_import(
    text: str, statement: ImportStatement, at: ast.expr | ast.stmt, source: Source, scopes: Scopes
) -> Edit | None:
    """A new line with an import of the standard library, where sorters would have it in the file's first block of
    imports; None where there is no line for it: the docstring shares its own with code."""
    docstring = source.tree.body[0] if ast.get_docstring(source.tree, clean=False) is not None else None
    block = _first_block(source, at, scopes)
    if not block:
        following = source.tree.body[1 if docstring else 0 :]
        return _first_import(text, source, docstring, following[0]) if following else None
    key = _key_of(block)
    wanted = key(statement)
    earlier = [node for node in block if key(node) <= wanted]
    later = [node for node in block if key(node) > wanted]
    if earlier and (not later or _section(earlier[-1]) == _section(statement)):
        gap = source.newline if _section(earlier[-1]) < _section(statement) else ""
        return insert_lines(source, earlier[-1].end_lineno or earlier[-1].lineno, gap + text + source.newline)
    line = first_line(source, later[0])
    # Sorters set a comment off from the import before it.
    is_apart = _section(later[0]) > _section(statement) or line < later[0].lineno - 1
    return insert_lines(source, line, text + source.newline * (1 + is_apart))


def _first_block(source: Source, at: ast.expr | ast.stmt, scopes: Scopes) -> list[ImportStatement]:
    """The first imports that follow one another; none where definitions or the expression itself come first."""
    found: list[ImportStatement] = []
    for statement in source.tree.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            found.append(statement)
        elif found or isinstance(statement, _DEFINITIONS) or not _has_run(statement, at, scopes):
            break
    return found if found and _has_run(found[0], at, scopes) else []


_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def _first_import(text: str, source: Source, docstring: ast.stmt | None, before: ast.stmt) -> Edit | None:
    gap = 2 if isinstance(before, _DEFINITIONS) else 1
    if docstring is not None and docstring.end_lineno == before.lineno:
        return None
    if docstring is None or docstring.end_lineno is None:
        return insert_lines(source, first_line(source, before), text + source.newline * (1 + gap))
    # Right below the docstring, where the blank lines that follow it are a gap already.
    line = docstring.end_lineno
    blank = next(count for count in range(before.lineno) if source.line(line + count).strip())
    return insert_lines(source, line, source.newline + text + source.newline * (1 + max(gap - blank, 0)))


def first_line(source: Source, statement: ast.stmt) -> int:
    """The line where a statement begins, with its decorators and the comment above it.

    A comment that opens the file is the file's, not the statement's.
    """
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(decorator.lineno for decorator in decorators)]) - 1
    line = first
    while line > 0 and source.line(line - 1).lstrip().startswith("#"):
        line -= 1
    return first if line == 0 else line


def _key_of(block: Sequence[ImportStatement]) -> Callable[[ImportStatement], Any]:
    """The order that the block is in: plain imports before those of names, or both by the name of the module."""
    own = [node for node in block if _section(node) == _STANDARD_LIBRARY]
    if sorted(own, key=_sort_key) != own and sorted(own, key=_sort_key_of_module) == own:
        return _sort_key_of_module
    return _sort_key


_STANDARD_LIBRARY = 1


def _section(node: ImportStatement) -> int:
    """Sorters put imports into sections: `__future__`, standard library, others, relative ones."""
    if isinstance(node, ast.ImportFrom) and node.level:
        return 3
    root = _module(node).partition(".")[0]
    if root == "__future__":
        return 0
    return _STANDARD_LIBRARY if root in sys.stdlib_module_names else 2


def _module(node: ImportStatement) -> str:
    return (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name


def _sort_key(node: ImportStatement) -> tuple[object, ...]:
    """The order that isort and ruff put imports in by default."""
    is_from = isinstance(node, ast.ImportFrom)
    return _section(node), is_from, _module(node).lower(), _module(node), _member_key(node.names[0].name)


def _sort_key_of_module(node: ImportStatement) -> tuple[object, ...]:
    return _section(node), _module(node).lower(), isinstance(node, ast.ImportFrom)


def _member_key(name: str) -> tuple[int, str, str]:
    """Constants, then classes, then functions; each by name."""
    if name == "*":
        return (-1, "", "")
    kind = 0 if len(name) > 1 and name.isupper() else 1 if name[:1].isupper() else 2
    return kind, name.lower(), name
