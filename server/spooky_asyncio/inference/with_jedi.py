"""Inference by jedi, and what jedi misses or gets wrong made up for.

This package is the only one that imports jedi and parso, jedi's parser.
"""

from __future__ import annotations

import logging
import sysconfig
from collections.abc import Callable, Container, Iterable
from pathlib import Path
from typing import TypeAlias, TypeVar

import jedi
from jedi.api.classes import Name
from jedi.api.environment import InterpreterEnvironment
from jedi.api.helpers import higher_recursion_limit
from jedi.inference.arguments import ValuesArguments
from jedi.inference.base_value import ValueSet
from jedi.inference.value.function import FunctionValue

from spooky_asyncio.inference import Definition, Made, Makes, parse_cache
from spooky_asyncio.model import Position, Range
from spooky_asyncio.source import BYTE_ORDER_MARK

log = logging.getLogger(__name__)

T = TypeVar("T")
JediProject: TypeAlias = jedi.Project

parse_cache.make_safe_to_share()


MAX_DEPTH = 3
"""Functions that only return what the next one returns: as many are looked through."""

_COROUTINES = frozenset(
    {"types.CoroutineType", "typing.Coroutine", "collections.abc.Coroutine", "_collections_abc.Coroutine"}
)
_FUTURES = frozenset({"_asyncio.Task", "_asyncio.Future", "asyncio.tasks.Task", "asyncio.futures.Future"})


class JediInference:
    """Asks jedi, which reads the project's other modules from disk and runs none of them."""

    def __init__(
        self, text: str, path: Path | None, project: JediProject, async_names: Container[str] | None = None
    ) -> None:
        """Without `async_names`, every name is asked about."""
        self._project = project
        # jedi takes a byte-order mark for a part of the first word.
        self._marked = text.startswith(BYTE_ORDER_MARK)
        self._script = jedi.Script(
            text.removeprefix(BYTE_ORDER_MARK), path=path, project=project, environment=_ENVIRONMENT
        )
        self._scripts: dict[Path, jedi.Script] = {}
        self._path = path
        self._async_names = async_names
        self._names: dict[Position, list[Name]] = {}
        self.failures: list[str] = []

    def may_make_awaitable(self, name: str) -> bool:
        return self._async_names is None or name in self._async_names

    def qualified_names(self, position: Position) -> frozenset[str]:
        names = [name.full_name for name in self._infer(position)]
        return frozenset(name for name in names if name) if all(names) else frozenset()

    def made_by_call(self, position: Position) -> Made | None:
        return self._made_by_all(self._infer(position), position)

    def _made_by_all(self, callees: list[Name], position: Position, depth: int = 0) -> Made | None:
        made = [self._made(callee, position, depth) for callee in callees]
        kinds = {one.kind for one in made if one}
        if not made or not all(made) or len(kinds) != 1:
            return None
        return made[0]

    def _infer(self, position: Position) -> list[Name]:
        if position not in self._names:
            self._names[position] = self._ask("infer", position, lambda: self._script.infer(*self._place(position)))
        return self._names[position]

    def _place(self, position: Position) -> tuple[int, int]:
        """Line and column as jedi counts them."""
        return position.line + 1, position.column - (self._marked and position.line == 0)

    def _made(self, callee: Name, position: Position, depth: int) -> Made | None:
        if callee.type != "function" or self._has_unknown_decorator(callee, position):
            return None
        kind = _common_kind(result.full_name for result in self._ask("execute", position, callee.execute))
        if kind is None:
            return None
        function = self._as_written(callee, position)
        is_async = "async" in self._ask("read", position, lambda: function.get_line_code().split())
        if not is_async and not self._is_sure_of_its_return(callee, position, depth):
            return None
        return Made(kind, _qualified_name(function), is_async, self._definition(function))

    def _is_sure_of_its_return(self, callee: Name, position: Position, depth: int) -> bool:
        """Whether a plain function always returns the coroutine that jedi says it does.

        jedi tells all that it could infer of what a function may return, and is silent about the rest. So the
        function must be annotated, or do no more than return a call of which the same is sure.
        """
        function = getattr(getattr(callee._name, "_value", None), "tree_node", None)
        if function is None or function.type != "funcdef" or function.annotation is not None:
            return function is not None and function.type == "funcdef"
        returned = [statement.children[-1] for statement in function.iter_return_stmts() if len(statement.children) > 1]
        if len(returned) != 1 or returned[0].type != "atom_expr" or depth >= MAX_DEPTH or function.is_generator():
            return False
        *_, name, arguments = returned[0].children
        if not arguments.get_code().startswith("("):
            return False
        leaf = name.get_last_leaf()
        line, column = leaf.start_pos
        made_in = callee.module_path
        script = self._script if made_in is None or made_in == self._path else self._script_of(made_in)
        called = self._ask("infer", position, lambda: script.infer(line, column))
        return self._made_by_all(called, position, depth + 1) is not None

    def _script_of(self, path: Path) -> jedi.Script:
        if path not in self._scripts:
            self._scripts[path] = jedi.Script(path=path, project=self._project, environment=_ENVIRONMENT)
        return self._scripts[path]

    def _as_written(self, callee: Name, position: Position) -> Name:
        """The function that the programmer wrote: for a class method jedi infers the descriptor around it."""
        if callee.full_name != "builtins.classmethod.__get__":
            return callee
        line, column = self._place(position)
        found = self._ask("goto", position, lambda: self._script.goto(line, column, follow_imports=True))
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
        # After some 300 values of one scope jedi answers no more, to spare who asks about one of them. We ask about
        # many, and each question gets that allowance anew.
        self._script._inference_state.inferred_element_counts.clear()
        try:
            with higher_recursion_limit():
                return question()
        except RecursionError:
            problem = "recursion limit"
        except Exception as error:
            log.debug("jedi failed", exc_info=True)
            problem = f"{type(error).__name__}: {error}"
        self.failures.append(f"{self._path or 'untitled file'}:{position.line + 1}: jedi could not {what}: {problem}")
        return []


class _StandardLibraryOnly(InterpreterEnvironment):  # type: ignore[misc]  # jedi is untyped
    """The environment of this very process, as far as modules may be imported from it by jedi: jedi reads Python
    files, but imports compiled modules that lie on the environment's path, and nothing of a workspace may run."""

    def get_sys_path(self) -> list[str]:
        paths = sysconfig.get_paths()
        standard = [paths["stdlib"], paths["platstdlib"]]
        return list(dict.fromkeys([*standard, str(Path(paths["platstdlib"]) / "lib-dynload")]))


_ENVIRONMENT = _StandardLibraryOnly()


def jedi_project(root: Path, packages: Iterable[Path] = ()) -> JediProject:
    """A jedi project: modules are looked for in `root`, the standard library and the folders of `packages`."""
    return jedi.Project(str(root), sys_path=[*_ENVIRONMENT.get_sys_path(), *map(str, packages)])


def _common_kind(types: Iterable[str | None]) -> Makes | None:
    kinds = {Makes.COROUTINE if name in _COROUTINES else Makes.FUTURE if name in _FUTURES else None for name in types}
    return kinds.pop() if len(kinds) == 1 else None


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
