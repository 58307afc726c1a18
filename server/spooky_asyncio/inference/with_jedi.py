"""Inference by jedi, and what jedi misses or gets wrong made up for.

This package is the only one that imports jedi and parso, jedi's parser.
"""

from __future__ import annotations

import contextlib
import logging
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import jedi
from jedi.api.classes import Name
from jedi.api.environment import InterpreterEnvironment
from jedi.api.helpers import higher_recursion_limit, infer
from jedi.inference.arguments import ValuesArguments
from jedi.inference.base_value import ValueSet
from jedi.inference.value.function import FunctionValue

from spooky_asyncio.inference import SPECIAL_METHODS, Definition, Made, Makes, Named, jedi_gaps, parse_cache
from spooky_asyncio.model import Position, Range
from spooky_asyncio.source import BYTE_ORDER_MARK, split_lines

log = logging.getLogger(__name__)

T = TypeVar("T")
JediProject: TypeAlias = jedi.Project

parse_cache.make_safe()
jedi_gaps.make_up()
# Else an answer would rest on all files of the project, whether the one that is asked about imports them or not.
jedi.settings.dynamic_params_for_other_modules = False


LONGEST_LINE = 10_000
"""Characters. The time that jedi takes for a line grows with its square, and what has more in one is generated."""

_COROUTINES = frozenset(
    {"types.CoroutineType", "typing.Coroutine", "collections.abc.Coroutine", "_collections_abc.Coroutine"}
)
_FUTURES = frozenset({"_asyncio.Task", "_asyncio.Future", "asyncio.tasks.Task", "asyncio.futures.Future"})

_ONLY_AWAITABLE = {"builtins.anext"}
"""Functions that are said to return an `Awaitable`, which might be a task: it is none, and does nothing by itself."""

_CALLABLES = frozenset({"typing.Callable", "collections.abc.Callable", "_collections_abc.Callable"})

_CALLED_ASYNC = {"unittest.mock.AsyncMock": "AsyncMockMixin._execute_mock_call"}
"""Classes whose objects are called like async functions without that their stubs say so, and the coroutine's name."""


class JediInference:
    """Asks jedi, which reads the project's other modules from disk and runs none of them."""

    def __init__(self, text: str, path: Path | None, project: JediProject, failures: list[str]) -> None:
        """`failures` gets what goes wrong."""
        # jedi takes a byte-order mark for a part of the first word.
        self._marked = text.startswith(BYTE_ORDER_MARK)
        self._text = text.removeprefix(BYTE_ORDER_MARK)
        self._path = path
        self._project = project
        self._names: dict[Position, list[Name]] = {}
        self._definitions: dict[Position, list[Name]] = {}
        self._sure: dict[Position, frozenset[Named]] = {}
        self.failures = failures

    @cached_property
    def _readable(self) -> tuple[str, frozenset[int]]:
        """What jedi is given of the text, and the numbers of the lines that it is not given."""
        return _without_long_lines(self._text)

    @cached_property
    def _script(self) -> jedi.Script:
        """Made when the first question is asked, for jedi parses the text at once and slowly."""
        return jedi.Script(self._readable[0], path=self._path, project=self._project, environment=_ENVIRONMENT)

    def prepare(self) -> None:
        """Read the text, if no question has made that necessary yet."""
        _ = self._script

    def remembers(self, position: Position) -> bool:
        return position in self._names

    def qualified_names(self, position: Position) -> frozenset[str]:
        names = [name.full_name for name in self._infer(position)]
        return frozenset(name for name in names if name) if all(names) else frozenset()

    def made_by_call(self, position: Position) -> Made | None:
        return self._made_by_all(self._infer(position), position)

    def made_by_reading(self, position: Position) -> Made | None:
        results = self._infer(position)
        if not results or any(result.type != "instance" for result in results):
            return None
        kind = _common_kind(result.full_name for result in results)
        found = self._goto(position)
        if kind is None or len(found) != 1 or found[0].type not in ("function", "property"):
            return None
        return Made(kind, _qualified_name(found[0]), True, self._definition(found[0]))

    def made_by_calling_result(self, position: Position) -> Made | None:
        results = [
            result
            for callee in self._infer(position)
            for result in self._ask("execute", position, callee.execute)
            if callee.type in ("class", "function")
        ]
        return self._made_by_all(results, position)

    def awaited_members(self, position: Position) -> frozenset[str]:
        def members() -> list[str]:
            made = [result._name for callee in self._infer(position) for result in callee.execute()]
            values = ValueSet(value for name in made for value in name.infer())
            results = values.py__await__().py__stop_iteration_returns()
            return [method for method in SPECIAL_METHODS if results and results.py__getattribute__(method)]

        return frozenset(self._ask("look up what it returns", position, members))

    def made_by_method(self, position: Position, name: str) -> Made | None:
        classes = self._infer(position)
        if any(found.type != "class" for found in classes):
            return None
        objects = ValueSet.from_sets(found._name.infer().execute_with_values() for found in classes)
        return self._made_by_all(self._methods(objects, name, position), position)

    def definitions(self, position: Position) -> list[Definition]:
        if self._is_in_stubs(position):
            return []
        definitions = [self._definition(name) for name in self._goto(position) if name.type != "module"]
        return [one for one in definitions if one] if all(definitions) else []

    def _is_in_stubs(self, position: Position) -> bool:
        """Whether it is known by now to be a function or class of that name of which there is a stub to be read and no
        code. To find where that is takes jedi as long as to find what it is."""
        found = self._names.get(position, [])
        return bool(found) and all(
            name.type in ("function", "class")
            and name.name == self._identifier(position)
            and name.module_path is not None
            and name.module_path.suffix == ".pyi"
            for name in found
        )

    def sure_definitions(self, position: Position) -> frozenset[Named]:
        if position not in self._sure:
            self._sure[position] = self._find_sure(position)
        return self._sure[position]

    def _find_sure(self, position: Position) -> frozenset[Named]:
        line, column = self._place(position)

        def named() -> list[Named | None]:
            script = self._unguessing_script
            script._inference_state.inferred_element_counts.clear()
            found = script.goto(line, column, follow_imports=True)
            return [self._named(name) for name in found if name.type != "module"]

        with _no_guesses():
            found = self._ask("goto", position, named)
        return frozenset(one for one in found if one) if all(found) else frozenset()

    def _named(self, name: Name) -> Named | None:
        if name.module_path is None and (self._path is not None or _start(name) is None):
            return None
        return Named(None if name.module_path == self._path else name.module_path, _qualified_name(name))

    @cached_property
    def _unguessing_script(self) -> jedi.Script:
        """One of its own, for jedi keeps what it has guessed. The parsed text they share."""
        return jedi.Script(self._readable[0], path=self._path, project=self._project, environment=_ENVIRONMENT)

    def _made_by_all(self, callees: list[Name], position: Position) -> Made | None:
        # None can't be called, so a callee that may be None is none of those that are.
        made = [self._made(callee, position) for callee in callees if callee.full_name != "builtins.NoneType"]
        kinds = {one.kind for one in made if one}
        if not made or not all(made) or len(kinds) != 1:
            return None
        return made[0]

    def _infer(self, position: Position) -> list[Name]:
        if position not in self._names:
            self._names[position] = self._ask("infer", position, lambda: self._script.infer(*self._place(position)))
        return self._names[position]

    def _goto(self, position: Position) -> list[Name]:
        """Where the identifier is defined, imports followed."""
        if position not in self._definitions:
            line, column = self._place(position)
            self._definitions[position] = self._ask(
                "goto", position, lambda: self._script.goto(line, column, follow_imports=True)
            )
        return self._definitions[position]

    def _identifier(self, position: Position) -> str:
        found: Any = self._script._module_node.get_name_of_position(self._place(position))
        return str(found.value) if found is not None else ""

    def _place(self, position: Position) -> tuple[int, int]:
        """Line and column as jedi counts them."""
        return position.line + 1, position.column - (self._marked and position.line == 0)

    def _made(self, callee: Name, position: Position) -> Made | None:
        if callee.type == "instance":
            return self._made_by_instance(callee, position)
        if callee.type != "function" or self._has_unknown_decorator(callee, position):
            return None
        kind = _common_kind(result.full_name for result in self._ask("execute", position, callee.execute))
        if callee.full_name in _ONLY_AWAITABLE:
            kind = Makes.COROUTINE
        if kind is None:
            return None
        function = self._as_written(callee, position)
        is_async = "async" in self._ask("read", position, lambda: function.get_line_code().split())
        if not is_async and not _is_annotated(callee):
            # jedi tells all that it could infer of what a function may return, and is silent about the rest.
            return None
        return Made(kind, _qualified_name(function), is_async, self._definition(function))

    def _made_by_instance(self, callee: Name, position: Position) -> Made | None:
        """What calling an object makes: by its type `Callable[..., Awaitable[...]]`, or the `__call__` of its class."""
        if callee.full_name in _CALLABLES:
            results = self._results_of_all(position)
            kind = _common_kind("typing.Coroutine" if result == "typing.Awaitable" else result for result in results)
            return Made(kind, self._identifier(position), False, None) if kind is not None else None
        if callee.full_name in _CALLED_ASYNC:
            return Made(Makes.COROUTINE, _CALLED_ASYNC[callee.full_name], True, None)

        # Objects of some stand-ins of jedi's own, for `NewType` among them, have no attributes to look up.
        objects = ValueSet(value for value in callee._name.infer() if hasattr(value, "get_filters"))
        return self._made_by_all(self._methods(objects, "__call__", position), position)

    def _results_of_all(self, position: Position) -> frozenset[str | None]:
        """The types of what the identifier's callables return. jedi takes those of one type for one and the same,
        though they may return other things: `Callable[[], None] | Callable[[], Awaitable[None]]`."""

        def results() -> list[str | None]:
            script = self._script
            place, module = self._place(position), script._module_node
            leaf = module.get_name_of_position(place) or module.get_leaf_for_position(place)
            context = script._get_module_context().create_context(leaf)
            values = infer(script._inference_state, context, leaf).execute_with_values()
            return [Name(script._inference_state, value.name).full_name for value in values]

        return frozenset(self._ask("execute", position, results))

    def _methods(self, objects: ValueSet, name: str, position: Position) -> list[Name]:
        def methods() -> list[Name]:
            values = objects.py__getattribute__(name)
            return [Name(self._script._inference_state, value.name) for value in values if value.is_function()]

        found = self._ask(f"look up {name}", position, methods)
        return [method for method in found if method.type == "function"]

    def _as_written(self, callee: Name, position: Position) -> Name:
        """The function that the programmer wrote: for a class method jedi infers the descriptor around it."""
        if callee.full_name != "builtins.classmethod.__get__":
            return callee
        found = self._goto(position)
        return found[0] if len(found) == 1 and found[0].type == "function" else callee

    def _has_unknown_decorator(self, callee: Name, position: Position) -> bool:
        """Whether a decorator may have made something else of the function.

        Where jedi can't tell what a decorator returns, it answers with the function itself, and its public interface
        does not show that it did. So each decorator is applied once more here.
        """

        def apply() -> list[str]:
            function = getattr(callee._name, "_value", None)
            if not isinstance(function, FunctionValue):
                # Not a function as it was written: jedi knows what the decorators made of it.
                return []
            values = ValueSet([function])
            for decorator in reversed(function.tree_node.get_decorators()):
                decorators = function.parent_context.infer_node(decorator.children[1])
                values = decorators.execute(ValuesArguments([values]))
                if not values:
                    return [decorator.get_code()]
            return []

        return bool(self._ask("apply the decorators", position, apply))

    def _definition(self, callee: Name) -> Definition | None:
        start = _start(callee)
        if start is None or callee.module_path is None:
            # A text without a path is its own module; a builtin has no place at all.
            if start is None or self._path is not None:
                return None
            path = None
        else:
            path = None if callee.module_path == self._path else callee.module_path
        return Definition(path, Range(start, Position(start.line, start.column + len(callee.name))))

    def _ask(self, what: str, position: Position, question: Callable[[], list[T]]) -> list[T]:
        """jedi fails on some code. That costs one answer, and is remembered so that it does not read as clean."""
        if self._is_too_long(position.line):
            return []
        # After some 300 values of one scope jedi answers no more, to spare who asks about one of them. We ask about
        # many, and each question gets that allowance anew.
        try:
            with higher_recursion_limit():
                self._script._inference_state.inferred_element_counts.clear()
                return question()
        except RecursionError:
            failure = f"{self._path or 'untitled file'}: the code is too deeply nested for all of its calls to be known"
            if failure not in self.failures:
                self.failures.append(failure)
            return []
        except Exception as error:
            log.debug("jedi failed", exc_info=True)
            problem = f"{type(error).__name__}: {error}"
        self.failures.append(f"{self._path or 'untitled file'}:{position.line + 1}: jedi could not {what}: {problem}")
        return []

    def _is_too_long(self, line: int) -> bool:
        if line not in self._readable[1]:
            return False
        failure = f"{self._path or 'untitled file'}:{line + 1}: the line is too long for what it calls to be known"
        if failure not in self.failures:
            self.failures.append(failure)
        return True


@contextlib.contextmanager
def _no_guesses() -> Iterator[None]:
    """Let jedi not take a parameter for what the calls that it comes across happen to give."""
    before = jedi.settings.dynamic_params
    jedi.settings.dynamic_params = False
    try:
        yield
    finally:
        jedi.settings.dynamic_params = before


class _StandardLibraryOnly(InterpreterEnvironment):  # type: ignore[misc]  # jedi is untyped
    """The environment of this very process, as far as modules may be imported from it by jedi: jedi reads Python
    files, but imports compiled modules that lie on the environment's path, and nothing of a workspace may run."""

    def get_sys_path(self) -> list[str]:
        paths = sysconfig.get_paths()
        standard = [paths["stdlib"], paths["platstdlib"]]
        return list(dict.fromkeys([*standard, str(Path(paths["platstdlib"]) / "lib-dynload")]))


_ENVIRONMENT = _StandardLibraryOnly()


aside = parse_cache.aside
detach = parse_cache.detach
make_room = parse_cache.make_room
keep_at_most = parse_cache.keep_at_most


def read_instead(text: str, path: Path, project: JediProject) -> None:
    """Let jedi take a text for that of a file, as long as the file does not change on disk and is not detached."""
    readable, _ = _without_long_lines(text.removeprefix(BYTE_ORDER_MARK))
    jedi.Script(readable, path=path, project=project, environment=_ENVIRONMENT)


def jedi_project(root: Path, packages: Iterable[Path] = ()) -> JediProject:
    """A jedi project: modules are looked for in `root`, the standard library and the folders of `packages`."""
    return jedi.Project(str(root), sys_path=[*_ENVIRONMENT.get_sys_path(), *map(str, packages)])


def _without_long_lines(text: str) -> tuple[str, frozenset[int]]:
    """The text with nothing in its longest lines, and the numbers of these. Where a string of several lines begins or
    ends they stay, for all that follows would be taken for a string."""
    if len(text) <= LONGEST_LINE:
        return text, frozenset()
    lines = split_lines(text)
    too_long = frozenset(
        number
        for number, line in enumerate(lines)
        if len(line) > LONGEST_LINE and not any(line.count(quotes) % 2 for quotes in ('"""', "'''"))
    )
    for number in too_long:
        lines[number] = lines[number][len(lines[number].rstrip("\r\n")) :]
    return "".join(lines) if too_long else text, too_long


def _common_kind(types: Iterable[str | None]) -> Makes | None:
    kinds = {Makes.COROUTINE if name in _COROUTINES else Makes.FUTURE if name in _FUTURES else None for name in types}
    return kinds.pop() if len(kinds) == 1 else None


def _is_annotated(function: Name) -> bool:
    """Whether its annotation says what a function returns: one that says `Any` leaves that to the code."""
    tree = getattr(getattr(function._name, "_value", None), "tree_node", None)
    annotation = tree.annotation if tree is not None and tree.type == "funcdef" else None
    return annotation is not None and annotation.get_last_leaf().value != "Any"


def _start(name: Name) -> Position | None:
    return None if name.line is None or name.column is None else Position(name.line - 1, name.column)


def _qualified_name(name: Name) -> str:
    """The `__qualname__` of a function: `Client.fetch`, `main.<locals>.fetch`."""
    parts = [name.name]
    parent = name.parent()
    while parent is not None and parent.type in ("class", "function"):
        parts.append(f"{parent.name}.<locals>" if parent.type == "function" else parent.name)
        parent = parent.parent()
    return ".".join(reversed(parts))
