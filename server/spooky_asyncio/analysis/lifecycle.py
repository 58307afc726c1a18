"""The life of every awaitable in a file: created → scheduled → awaited → observed.

A life begins at a call that makes a coroutine, a task or a future, and is told by the uses of what the call makes.
Rules read the end that it comes to. Inference is asked last, and only about a value that nobody seems to care for.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from spooky_asyncio.analysis.catalog import EFFECTS, LAST_NAMES, MAKERS, Effect
from spooky_asyncio.analysis.flow import Flow, Use, UseKind, last_name
from spooky_asyncio.analysis.scopes import Scopes
from spooky_asyncio.inference import Definition, Inference, Makes
from spooky_asyncio.model import Position
from spooky_asyncio.source import Source


class Step(IntEnum):
    """How far a life has come."""

    CREATED = 0
    SCHEDULED = 1
    AWAITED = 2
    OBSERVED = 3


@dataclass(frozen=True)
class Life:
    """One awaitable that does not come to a good end."""

    call: ast.Call
    """The call that creates it."""
    starts: Step
    """CREATED for a coroutine, SCHEDULED for a task or future, which works by itself."""
    reaches: Step
    name: str
    """What the interpreter calls a coroutine; for a task, the same of the coroutine it runs as far as it is known."""
    uses: tuple[Use, ...]
    """All that happens to it, without what only passes it on."""
    is_async_function: bool = True
    """False where a plain function makes the coroutine and hands it out."""
    definition: Definition | None = None

    @property
    def waits(self) -> list[ast.Call]:
        """The calls of `asyncio.wait` that wait for it."""
        return [use.node for use in self.uses if use.kind is UseKind.WAITED and isinstance(use.node, ast.Call)]

    @property
    def loss(self) -> Use | None:
        """The use after which it is lost: the last look at it, or the name that is never read."""
        return next((use for use in self.uses if use.node is not self.call), None)


class LifeCycles:
    """The lives in one file that end before they are observed, in the order of the text."""

    def __init__(self, source: Source, inference: Inference) -> None:
        self.source = source
        self.scopes = Scopes(source.tree)
        self._inference = inference
        self._flow = Flow(self.scopes, self.effect_of)
        self._effects: dict[ast.Call, Effect | None] = {}
        self._aliases = _import_aliases(source.tree)

    @cached_property
    def lives(self) -> list[Life]:
        found = []
        for node in self.scopes.order:
            if isinstance(node, ast.Call):
                life = self._life(node)
                if life is not None:
                    found.append(life)
        return found

    def effect_of(self, call: ast.Call) -> Effect | None:
        """What the call does with an awaitable that it is given; None when that is not known."""
        if call not in self._effects:
            self._effects[call] = self._ask_effect(call)
        return self._effects[call]

    def _ask_effect(self, call: ast.Call) -> Effect | None:
        func = call.func
        if not isinstance(func, (ast.Name, ast.Attribute)):
            return None
        name = last_name(func)
        if self._aliases.get(name, name) not in LAST_NAMES:
            return None
        if isinstance(func, ast.Name) and self.scopes.is_builtin(func):
            return EFFECTS.get(f"builtins.{name}")
        effects = {EFFECTS.get(name) for name in self._inference.qualified_names(self._callee(func))}
        return effects.pop() if len(effects) == 1 else None

    def _life(self, call: ast.Call) -> Life | None:
        func = call.func
        if not isinstance(func, (ast.Name, ast.Attribute)):
            return None
        name = self._aliases.get(last_name(func), last_name(func))
        if name not in MAKERS and not self._inference.may_make_awaitable(last_name(func)):
            return None
        uses = self._flow.uses(call)
        if uses is None or self._is_misplaced(call):
            return None
        waited = any(use.kind is UseKind.WAITED for use in uses)
        effect = self.effect_of(call)
        if effect in (Effect.SPAWN, Effect.GATHER):
            reaches = Step.AWAITED if waited else Step.SCHEDULED
            coroutine = call.args[0] if call.args and effect is Effect.SPAWN else None
            return Life(
                call, Step.SCHEDULED, reaches, _name_of(coroutine), uses, definition=self._definition_of(coroutine)
            )
        if effect is not None:
            return None
        made = self._inference.made_by_call(self._callee(func))
        if made is None or made.kind is not Makes.COROUTINE:
            # Who else returns a task may well keep it too.
            return None
        reaches = Step.AWAITED if waited else Step.CREATED
        return Life(call, Step.CREATED, reaches, made.name, uses, made.is_async_function, made.definition)

    def _definition_of(self, coroutine: ast.expr | None) -> Definition | None:
        if not isinstance(coroutine, ast.Call) or not isinstance(coroutine.func, (ast.Name, ast.Attribute)):
            return None
        made = self._inference.made_by_call(self._callee(coroutine.func))
        return made.definition if made is not None else None

    def _is_misplaced(self, call: ast.Call) -> bool:
        """Before Python 3.12, `ast` can be wrong about where an expression in an f-string stands."""
        if sys.version_info >= (3, 12) or not any(isinstance(n, ast.JoinedStr) for n in self.scopes.ancestors(call)):
            return False
        try:
            return ast.dump(ast.parse(self.source.segment(call), mode="eval").body) != ast.dump(call)
        except SyntaxError:
            return True

    def _callee(self, func: ast.Name | ast.Attribute) -> Position:
        """Where the last identifier of a callee starts, which is what inference is asked about."""
        end = self.source.end(func)
        return Position(end.line, end.column - len(last_name(func)))


def _name_of(coroutine: ast.expr | None) -> str:
    """A task is known by the coroutine that it runs: `hello` for `create_task(hello())`."""
    if isinstance(coroutine, ast.Call) and isinstance(coroutine.func, (ast.Name, ast.Attribute)):
        return last_name(coroutine.func)
    if isinstance(coroutine, (ast.Name, ast.Attribute)):
        return last_name(coroutine)
    return ""


def _import_aliases(tree: ast.Module) -> dict[str, str]:
    """The names of `from x import name as alias`, by alias."""
    return {
        alias.asname: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname
    }
