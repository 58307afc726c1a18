"""What the analysis knows of a file as a whole, put together from what each of its sections tells.

When one function is edited, the others need not be asked again, and what is known of the file most often stays what it
was: then nothing else has to be looked at anew.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from spooky_asyncio.analysis.catalog import MAKERS, PATCHING, STANDARD_MAKERS
from spooky_asyncio.analysis.control_flow import is_endless
from spooky_asyncio.analysis.scopes import Function, Scope, Scopes, Section
from spooky_asyncio.analysis.stream_handlers import STARTING
from spooky_asyncio.analysis.syntax import last_name, names_in_annotation
from spooky_asyncio.model import Position
from spooky_asyncio.source import Source

AWAITABLE_TYPES = ("Awaitable", "Coroutine", "CoroutineType")

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Facts:
    """Of one file."""

    def __init__(self, source: Source, scopes: Scopes, may_make_awaitable: Callable[[str], bool]) -> None:
        """`may_make_awaitable` says it of names outside of the file."""
        self._source = source
        self._scopes = scopes
        self._may_make_awaitable = may_make_awaitable

    def agree_with(self, former: Facts) -> bool:
        """Whether they are the same as those of a former version of the file, as far as anybody has asked for those:
        the names, and not where anything stands."""
        known = (name for name in _COMPARED if name in former.__dict__)
        return all(getattr(self, name) == former.__dict__[name] for name in known)

    @cached_property
    def aliases(self) -> dict[str, str]:
        """What other names stand for: `from x import name as alias`, `alias = x.name`."""
        return {alias: name for found in self._scopes.facts(_aliases_in) for alias, name in found.items()}

    @cached_property
    def makers(self) -> frozenset[str]:
        """The names that may stand for something that makes an awaitable."""
        edges: dict[str, set[str]] = defaultdict(set)
        makers = {*MAKERS, *STANDARD_MAKERS, *AWAITABLE_TYPES}
        for own, standing_for in self._scopes.facts(_makers_in, self._scopes):
            makers |= own
            for other, names in standing_for.items():
                edges[other] |= names
        makers |= {name for name in edges if self._may_make_awaitable(name)}
        pending = list(makers)
        while pending:
            new = edges.pop(pending.pop(), set()) - makers
            makers |= new
            pending += new
        return frozenset(makers)

    @cached_property
    def handing_out(self) -> frozenset[str]:
        """The names of async functions that may return an awaitable."""
        return frozenset(
            function
            for found in self._scopes.facts(_returns_in, self._scopes)
            for function, names in found
            if any(name in self.makers or self._may_make_awaitable(name) for name in names)
        )

    @cached_property
    def defined_names(self) -> frozenset[str]:
        """The names of what is defined here and can be called: functions, classes, and what else stands for them."""
        sections = self._scopes.facts(_callables_in, self._source)
        found = set().union(*(names for names, _, _ in sections))
        called = {node.name for node in self.classes if has_method(node, "__call__")}
        found |= {name for _, _, made in sections for name, owner in made if owner in called}
        others = [pair for _, standing_for, _ in sections for pair in standing_for]
        before = -1
        while before != len(found):
            before = len(found)
            found |= {name for name, other in others if other in found}
        return frozenset(found)

    @cached_property
    def classes(self) -> list[ast.ClassDef]:
        return [node for nodes in self._scopes.facts(_classes_in) for node in nodes]

    @cached_property
    def filled(self) -> frozenset[str]:
        """The names of containers that get elements one by one."""
        return frozenset[str]().union(*self._scopes.facts(_filled_in))

    @cached_property
    def patched_names(self) -> frozenset[str]:
        """The attributes that tests put something else in the place of: `patch.object(Client, "close")`."""
        texts = (
            argument.value
            for call in self.calls_of(PATCHING)
            for argument in call.args
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        )
        return frozenset(text.rpartition(".")[2] for text in texts)

    def is_assigned(self, attribute: ast.Attribute) -> bool:
        """Whether this very attribute is set somewhere: on the object of that name in this function, or on `self`."""
        text = ast.unparse(attribute)
        if _is_of_self(text):
            return text in self.assigned_on_self
        scope = self._scopes.of(attribute)
        return (scope, text) in scope.section.fact(_assigned_on_others_in, self._scopes)

    @cached_property
    def assigned_on_self(self) -> frozenset[str]:
        return frozenset[str]().union(*self._scopes.facts(_assigned_on_self_in))

    @cached_property
    def endless(self) -> frozenset[str]:
        """The names of async functions that go on for ever."""
        return frozenset[str]().union(*self._scopes.facts(_endless_in))

    @cached_property
    def calls_starting_servers(self) -> list[ast.Call]:
        """Those that may, by their names."""
        names = {origin.rpartition(".")[2] for origin in STARTING}
        return list(self.calls_of(names | {alias for alias, name in self.aliases.items() if name in names}))

    def calls_of(self, names: Iterable[str]) -> Iterator[ast.Call]:
        """The calls of something of one of these names."""
        for calls in self._scopes.facts(_calls_in):
            for name in names:
                yield from calls.get(name, ())

    @cached_property
    def called_here(self) -> frozenset[str]:
        """The names of functions and classes that are defined in the file and called in it, too."""
        called = {name for calls in self._scopes.facts(_calls_in) for name in calls}
        return frozenset(called).intersection(frozenset[str]().union(*self._scopes.facts(_named_in)))

    @cached_property
    def has_type_comments(self) -> bool:
        """Whether a type is written in a comment, where inference looks for it."""
        return "type:" in self._source.text and _TYPE_COMMENT.search(self._source.text) is not None

    @property
    def definitions(self) -> Iterator[ast.AST]:
        """The functions, classes and assignments of the file."""
        return (node for found in self._scopes.facts(_definitions_in, self._source) for node in found.values())

    def definition_at(self, position: Position) -> ast.AST | None:
        """That of the name that stands somewhere, which is asked for to be looked into."""
        place = self._source.lines_of_tree.in_tree(position.line + 1), position.column
        for section in self._scopes.sections:
            node = section.fact(_definitions_in, self._source).get(place)
            if node is not None:
                self._scopes.look_into(self._scopes.opened_by(node) if isinstance(node, _FUNCTIONS) else section)
                return node
        return None

    def place_of(self, definition: ast.AST) -> Position:
        """Where the name stands that it defines."""
        line, column = next(
            place
            for found in self._scopes.facts(_definitions_in, self._source)
            for place, node in found.items()
            if node is definition
        )
        return Position(self._source.lines_of_tree.in_text(line) - 1, column)


_COMPARED = (
    *("aliases", "makers", "handing_out", "defined_names", "classes"),
    *("filled", "patched_names", "assigned_on_self", "endless", "calls_starting_servers"),
    *("called_here", "has_type_comments"),
)

_TYPE_COMMENT = re.compile(r"#\s*type:(?!\s*ignore)")


def has_method(node: ast.ClassDef, name: str) -> bool:
    return any(isinstance(part, _FUNCTIONS) and part.name == name for part in node.body)


def one_by_one(node: ast.Assign) -> Iterator[ast.Assign]:
    """An assignment for each of its targets: `a, b = c, d` is `a = c` and `b = d`."""
    for target in node.targets:
        value = node.value
        if isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)):
            if len(target.elts) == len(value.elts):
                yield from (ast.Assign([name], part) for name, part in zip(target.elts, value.elts, strict=True))
        else:
            yield node if len(node.targets) == 1 else ast.Assign([target], value)


# What one section tells. None of these looks at another one.


def _aliases_in(section: Section) -> dict[str, str]:
    found = {}
    for node in section.of_kind(ast.ImportFrom, ast.Assign):
        if isinstance(node, ast.ImportFrom):
            found.update({alias.asname: alias.name for alias in node.names if alias.asname})
        elif isinstance(node, ast.Assign) and isinstance(node.value, (ast.Name, ast.Attribute)):
            for target in node.targets:
                if isinstance(target, (ast.Name, ast.Attribute)):
                    found[last_name(target)] = last_name(node.value)
    return found


_DEFINING: tuple[type[Function | ast.ClassDef], ...] = (*_FUNCTIONS, ast.ClassDef)


def _named_in(section: Section) -> frozenset[str]:
    return frozenset(node.name for node in section.of_kind(*_DEFINING))


def _definitions_in(section: Section, source: Source) -> dict[tuple[int, int], ast.AST]:
    """By where the names stand that they define: the line as the tree counts it, and the column."""
    found: dict[tuple[int, int], ast.AST] = {}
    for node in section.of_kind(*_DEFINING, ast.arg, ast.AnnAssign, ast.Assign):
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            start = source.start(node)
            line = source.line(start.line)
            keyword = "class" if isinstance(node, ast.ClassDef) else "def"
            column = line.find(node.name, line.find(keyword, start.column) + len(keyword))
            if column >= 0:
                found[node.lineno, column] = node
        elif isinstance(node, ast.arg):
            found[node.lineno, source.position(node.lineno, node.col_offset).column] = node
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, (ast.Name, ast.Attribute)):
            found[_place_of_name(node.target, source)] = node
        elif isinstance(node, ast.Assign):
            for assignment in one_by_one(node):
                target = assignment.targets[0]
                if isinstance(target, (ast.Name, ast.Attribute)):
                    found[_place_of_name(target, source)] = assignment
    return found


def _place_of_name(node: ast.Name | ast.Attribute, source: Source) -> tuple[int, int]:
    return node.end_lineno or node.lineno, source.end(node).column - len(last_name(node))


def _classes_in(section: Section) -> list[ast.ClassDef]:
    return section.of_kind(ast.ClassDef)


def _callables_in(
    section: Section, source: Source
) -> tuple[frozenset[str], list[tuple[str, str]], list[tuple[str, str]]]:
    """The names of functions, classes and lambdas; those that stand for others, and for objects of classes."""
    named, standing_for, made = set(), [], []
    for node in section.fact(_definitions_in, source).values():
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            named.add(node.name)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], (ast.Name, ast.Attribute)):
            name, value = last_name(node.targets[0]), node.value
            if isinstance(value, ast.Lambda):
                named.add(name)
            elif isinstance(value, (ast.Name, ast.Attribute)):
                standing_for.append((name, last_name(value)))
            elif isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
                made.append((name, value.func.id))
    return frozenset(named), standing_for, made


def _makers_in(section: Section, scopes: Scopes) -> tuple[frozenset[str], dict[str, set[str]]]:
    """The names of async functions, and those that may stand for others, by these others."""
    makers: set[str] = set()
    edges: dict[str, set[str]] = defaultdict(set)
    for function in section.of_kind(ast.AsyncFunctionDef):
        owner = scopes.parent(function)
        makers.add(owner.name if function.name == "__call__" and isinstance(owner, ast.ClassDef) else function.name)
    for node in section.of_kind(*_STANDING_FOR):
        for names, others in _standing_for(node, scopes):
            for other in others:
                edges[other].update(names)
    return frozenset(makers), edges


_STANDING_FOR: tuple[type[ast.AST], ...] = (
    *(ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.For, ast.AsyncFor, ast.comprehension, ast.Return),
    *(*_FUNCTIONS, ast.ClassDef, ast.alias, ast.arg),
)


def _standing_for(node: ast.AST, scopes: Scopes) -> Iterator[tuple[Iterable[str], Iterable[str]]]:
    """Names that a statement may let stand for others."""
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [last_name(target) for target in targets if isinstance(target, (ast.Name, ast.Attribute))]
        if node.value is not None:
            yield names, names_in_value(node.value)
        if isinstance(node, ast.AnnAssign):
            yield names, names_in_annotation(node.annotation)
    elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
        yield [part.id for part in ast.walk(node.target) if isinstance(part, ast.Name)], names_in_value(node.iter)
    elif isinstance(node, ast.Return) and node.value is not None:
        function = scopes.function(node)
        if isinstance(function, _FUNCTIONS):
            yield [function.name], names_in_value(node.value)
    elif isinstance(node, _FUNCTIONS):
        for decorator in node.decorator_list:
            yield [node.name], names_in_value(decorator)
    elif isinstance(node, ast.ClassDef):
        for base in node.bases:
            yield [node.name], names_in_value(base)
    elif isinstance(node, ast.alias) and node.asname:
        yield [node.asname], [node.name]
    elif isinstance(node, ast.arg) and node.annotation is not None:
        yield [node.arg], names_in_annotation(node.annotation)


def names_in_value(node: ast.expr) -> Iterator[str]:
    """The names that an expression may stand for, or that make what it is: of functions, classes, decorators."""
    pending: list[ast.expr | None] = [node]
    while pending:
        value = pending.pop()
        if isinstance(value, (ast.Name, ast.Attribute)):
            yield last_name(value)
        elif isinstance(value, ast.Call):
            pending += [value.func, *value.args[:1]]
            if isinstance(value.func, ast.Attribute):
                # `handlers.get(name)`
                pending.append(value.func.value)
        elif isinstance(value, ast.IfExp):
            pending += [value.body, value.orelse]
        elif isinstance(value, ast.BoolOp):
            pending += value.values
        elif isinstance(value, (ast.Await, ast.NamedExpr)):
            pending.append(value.value)
        elif isinstance(value, ast.Subscript):
            # An element of a container, or a type: `Callable[[str], Coroutine[Any, Any, None]]`.
            pending.append(value.value)
            yield from names_in_annotation(value.slice)
        elif isinstance(value, ast.BinOp):
            pending += [value.left, value.right]
        elif isinstance(value, ast.Lambda):
            pending.append(value.body)
        elif isinstance(value, ast.Dict):
            pending += value.values
        elif isinstance(value, (ast.List, ast.Tuple, ast.Set)):
            pending += value.elts


def _returns_in(section: Section, scopes: Scopes) -> list[tuple[str, list[str]]]:
    """The async functions that return what a call gives or a name holds, and the names in that."""
    found = []
    for node in section.of_kind(ast.Return):
        if isinstance(node.value, (ast.Call, ast.Name)):
            function = scopes.function(node)
            if isinstance(function, ast.AsyncFunctionDef):
                found.append((function.name, list(names_in_value(node.value))))
    return found


def _filled_in(section: Section) -> frozenset[str]:
    subscripts = (one for one in section.of_kind(ast.Subscript) if isinstance(one.ctx, ast.Store))
    return frozenset(last_name(n.value) for n in subscripts if isinstance(n.value, (ast.Name, ast.Attribute)))


def _calls_in(section: Section) -> dict[str, list[ast.Call]]:
    found: dict[str, list[ast.Call]] = {}
    for node in section.of_kind(ast.Call):
        if isinstance(node.func, (ast.Name, ast.Attribute)):
            found.setdefault(last_name(node.func), []).append(node)
    return found


def _assigned_on_self_in(section: Section) -> frozenset[str]:
    return frozenset(text for text, _ in section.fact(_assigned_in) if _is_of_self(text))


def _assigned_on_others_in(section: Section, scopes: Scopes) -> frozenset[tuple[Scope, str]]:
    return frozenset((scopes.of(node), text) for text, node in section.fact(_assigned_in) if not _is_of_self(text))


def _assigned_in(section: Section) -> list[tuple[str, ast.Attribute]]:
    return [(ast.unparse(node), node) for node in section.of_kind(ast.Attribute) if isinstance(node.ctx, ast.Store)]


def _is_of_self(text: str) -> bool:
    return text.startswith(("self.", "cls."))


def _endless_in(section: Section) -> frozenset[str]:
    """Of the function whose body a section is, and of those in it."""
    functions = [section.function, *section.of_kind(ast.AsyncFunctionDef)] if section.function is not None else []
    return frozenset(
        node.name for node in functions if isinstance(node, ast.AsyncFunctionDef) and any(map(is_endless, node.body))
    )
