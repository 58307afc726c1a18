"""Who is called: the functions of the project that a call can run, in this file or another, and what becomes of the
arguments there.

Well-known functions are looked up in the catalog (`Effects`), functions of the project are read.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, TypeVar

from spooky_asyncio.analysis.called_names import CalledNames
from spooky_asyncio.analysis.catalog import CallbackResult, Effect
from spooky_asyncio.analysis.effects import Effects
from spooky_asyncio.analysis.facts import Facts
from spooky_asyncio.analysis.flow import Flow, Parameter
from spooky_asyncio.analysis.functions import Readable, gets_fixtures, parameter_of, runs_as_written
from spooky_asyncio.analysis.known import Known
from spooky_asyncio.analysis.methods import exact_class, is_bound, is_final, may_be_replaced
from spooky_asyncio.analysis.scopes import Function, Scope, Scopes, Section
from spooky_asyncio.analysis.syntax import last_name
from spooky_asyncio.analysis.values import (
    CONTAINERS,
    PLAIN,
    File,
    Kind,
    Reaching,
    Type,
    Values,
    Variable,
    are_unknown,
    is_unknown,
)
from spooky_asyncio.inference import Definition, Inference, Named
from spooky_asyncio.model import Position, Range
from spooky_asyncio.source import Source


class OtherFiles(Protocol):
    """Those that a file may import, of the project or installed."""

    def open(self, path: Path) -> Callees | None:
        """Reads one; None where that can't be done."""
        ...

    def find(self, module: str, here: Path | None) -> Path | None:
        """The file that a module is, relative ones with their dots first, where a file at `here` imports it; None
        where that is not known. Of the standard library it is the stub."""
        ...

    def is_missing(self, module: str, here: Path | None) -> bool:
        """Whether there is certainly no such module where a file at `here` imports it."""
        ...

    def may_have(self, path: Path, name: str) -> bool:
        """Whether one can have a name, by its text alone: a cheap no, or a perhaps."""
        ...

    def standard_module(self, stub: Path) -> str | None:
        """The module of the standard library whose stub a file is."""
        ...

    def module_name(self, path: Path) -> str | None:
        """The module that a file is for who imports it; None where that is not certain."""
        ...

    def standard_code(self, module: str) -> Callees | None:
        """The code of a module of the standard library; None where it has none that can be read."""
        ...


Part = TypeVar("Part")

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Callees:
    """The callees of one file."""

    def __init__(
        self,
        source: Source,
        inference: Inference,
        others: OtherFiles | None = None,
        keepers: Sequence[str] = (),
        scopes: Scopes | None = None,
    ) -> None:
        """`keepers` are patterns of qualified names: of functions that see to awaitables in ways of their own. `scopes`
        are those of the tree, if it was walked already."""
        self.source = source
        self.scopes = Scopes(source.tree) if scopes is None else scopes
        self.flow = Flow(self.scopes, self)
        self.facts = Facts(source, self.scopes, inference.may_make_awaitable)
        self.names = CalledNames(source, self.scopes, self.facts, inference, keepers, self._names_by_types)
        self.effects = Effects(self.scopes, self.facts, self.names)
        self.inference = inference
        self._others = others
        self._keepers = keepers
        self._parts: dict[object, Any] = {}
        self._missing: dict[str, bool] = {}
        self._called: dict[ast.Call, tuple[tuple[Callees, Readable, bool] | None, set[Section]]] = {}

    def revised(self, source: Source, inference: Inference) -> Callees:
        """Those of the next version of the file, for which the scopes have been walked again."""
        return Callees(source, inference, self._others, self._keepers, self.scopes)

    def take_over(self, former: Callees, edited: Section, *, binds_alike: bool) -> None:
        """What is known of the version before, where a function has other statements and all else is as it was.
        `binds_alike` tells whether the function's variables are, too."""
        for name in ("values", "values_in_full"):
            values = former.__dict__.pop(name, None)
            if values is not None:
                self.__dict__[name] = values
                values.go_on(self, edited, binds_alike=binds_alike)

    def _names_by_types(self, func: ast.Name | ast.Attribute) -> frozenset[str] | None:
        """The full names of what can only be functions and classes, none of what nobody knows; None where inference may
        know more."""
        values = self.values.asked()
        if isinstance(func, ast.Name) and values.names.is_builtin(func):
            return frozenset({f"builtins.{func.id}"})
        definitions = values.definitions(func)
        if not definitions and are_unknown(values.of(func)):
            return frozenset()
        if definitions is None and isinstance(func, ast.Attribute):
            receiver = frozenset(one for one in values.receiver(func) or () if not is_unknown(one))
            if receiver == PLAIN:
                definitions = self.values_in_full.asked().definitions(func)
            if definitions is None:
                return _name_of_builtin_method(func.attr, receiver)
        found = set()
        for there, node in definitions or ():
            if not isinstance(there, Callees) or not isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
                return None
            module, name = there.standard_module or there.imported_as, there.qualified_name(node)
            is_decorated = there.standard_module is None and node.decorator_list
            if module is None or is_decorated or "<locals>" in name:
                return None
            found.add(f"{module}.{name}")
        return frozenset(found) or None

    @cached_property
    def standard_module(self) -> str | None:
        """The module of the standard library whose stub this is."""
        if self._others is None or self.source.path is None:
            return None
        return self._others.standard_module(self.source.path)

    @cached_property
    def imported_as(self) -> str | None:
        """The module that this is for who imports it, where that can only be one."""
        if self._others is None or self.source.path is None or self.is_stub:
            return None
        return self._others.module_name(self.source.path)

    def code_of(self, function: Function) -> tuple[Callees, ast.AST] | None:
        """Where a function is written that this stub of the standard library tells of."""
        if self._others is None or self.standard_module is None:
            return None
        code, name = self._others.standard_code(self.standard_module), self.qualified_name(function)
        written = [node for node in code.functions if code.qualified_name(node) == name] if code is not None else []
        return (code, written[0]) if code is not None and len(written) == 1 else None

    @property
    def functions(self) -> Iterator[Function]:
        return (node for node in self.facts.definitions if isinstance(node, _FUNCTIONS))

    @property
    def is_stub(self) -> bool:
        return self.source.path is not None and self.source.path.suffix == ".pyi"

    def part(self, kind: Callable[[Callees], Part]) -> Part:
        """What answers further questions about the file: one of each kind, made when somebody first asks for it."""
        if kind not in self._parts:
            self._parts[kind] = kind(self)
        found: Part = self._parts[kind]
        return found

    def renewed(self, inference: Inference) -> Callees:
        """The same file, of which nothing is known yet that was found out with the help of others."""
        return Callees(self.source, inference, self._others, self._keepers, self.scopes)

    def take_apart(self) -> None:
        """Nobody asks it any more. All of this refers to one another and to the tree, and Python would look for it as
        garbage: for ten times as long as it takes to let go of it."""
        for section in self.scopes.sections:
            section.clear()
        values = (vars(self).get(name) for name in ("values", "values_in_full"))
        for part in (*filter(None, values), self.scopes, self.flow, self):
            vars(part).clear()

    @cached_property
    def values(self) -> Values:
        return Values(self)

    @cached_property
    def values_in_full(self) -> Values:
        return Values(self, in_full=True)

    @cached_property
    def known(self) -> Known:
        return Known(self.source, self.scopes, self.inference, self.names.place_to_ask)

    # What the flow asks about calls

    def effect_of(self, call: ast.Call) -> Effect | None:
        """What the call does with an awaitable that it is given; None when that is not known."""
        return self.effects.of(call)

    def calls_back(self, call: ast.Call, argument: ast.expr) -> CallbackResult | None:
        """What becomes of the result of a function that is handed to a call; None if the call may not call it, or is
        not known."""
        return self.effects.calls_back(call, argument)

    def parameter_of(self, call: ast.Call, argument: ast.expr) -> Parameter | None:
        """The parameter that gets an argument, where the function that is called can be read."""
        found = self.function_called(call)
        if found is None:
            return None
        callees, function, is_method = found
        named = parameter_of(call, argument, function.args, skips_first=is_method)
        return (callees.flow, function, *named) if named is not None else None

    # Which function runs

    def function_called(self, call: ast.Call) -> tuple[Callees, Readable, bool] | None:
        """The one function that a call can only run, the file that it is in, and whether its first parameter gets the
        object whose method it is."""
        if call not in self._called:
            with self.scopes.noting_what_is_read() as read:
                found = self._find_called(call)
            self._called[call] = found, read
        found, read = self._called[call]
        self.scopes.look_into(*read)
        return found

    def _find_called(self, call: ast.Call) -> tuple[Callees, Readable, bool] | None:
        if not isinstance(call.func, (ast.Name, ast.Attribute)) or not self._may_be_readable(call.func):
            return None
        if self.names.is_keeper(call.func):
            return None
        func, exact, function = call.func, exact_class(call.func, self.scopes), self.defined(call.func)
        if function is None:
            return None
        callees, node = function
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
            # A hook, which others may set too.
            return None
        if isinstance(node, ast.Assign) and isinstance(node.value, (ast.Name, ast.Attribute)):
            # Under another name: `write = ledger.write`.
            func = node.value
            exact = exact_class(func, callees.scopes)
            function = callees.defined(func)
            if function is None:
                return None
            callees, node = function
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            return callees, node.value, False
        name = "__init__"
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name):
            # `ledger = Ledger()`, called itself.
            function = callees.defined(node.value.func)
            if function is None or not isinstance(function[1], ast.ClassDef):
                return None
            name, (callees, node) = "__call__", function
        if isinstance(node, ast.ClassDef):
            method = next((m for m in node.body if isinstance(m, ast.FunctionDef) and m.name == name), None)
            if method is None:
                return None
            callees.scopes.look_into(callees.scopes.opened_by(method))
            return (callees, method, True) if runs_as_written(method, callees.scopes) else None
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or not runs_as_written(node, callees.scopes):
            return None
        if not is_final(node, exact, callees.scopes, callees.facts) or (exact is None and may_be_replaced(node, func)):
            return None
        return callees, node, is_bound(node, func, callees.scopes)

    def _may_be_readable(self, func: ast.Name | ast.Attribute) -> bool:
        """Whether something of that name is defined here, or imported: the cheap question before the dear one."""
        name = last_name(func)
        if name in self.facts.defined_names or self.may_make(name):
            return True
        root: ast.expr = func
        while isinstance(root, ast.Attribute):
            root = root.value
        return isinstance(root, ast.Name) and any(root.id in scope.imports for scope in self.scopes.all)

    def may_make(self, name: str) -> bool:
        """Whether calling or reading something of that name can make an awaitable: a cheap no, or a perhaps."""
        return name in self.facts.makers or self.inference.may_make_awaitable(name)

    # Where something is defined

    def defined(self, func: ast.expr | None) -> tuple[Callees, ast.AST] | None:
        """The one definition that a name or attribute has, and the file that it is in."""
        if not isinstance(func, (ast.Name, ast.Attribute)):
            return None
        found = self.definitions(func)
        return found[0] if len(found) == 1 else None

    def definitions(self, func: ast.Name | ast.Attribute) -> list[tuple[Callees, ast.AST] | None]:
        """All definitions that a name or attribute has; None for one that can't be read, as those of the standard
        library."""
        parameter = self._parameter(func)
        if parameter is not None:
            return [(self, parameter)]
        values = self.values.asked()
        found = values.definitions(func)
        if found is None and self._is_of_standard_library(func, values):
            return [None]
        stored = self._stored(func, values) if found is None else []
        if stored:
            return [there._stored_at(store) for there, store in stored]
        if found is None:
            return [self.at(definition) for definition in self.inference.definitions(self.names.place_to_ask(func))]
        return [(readable, node) if (readable := _readable(there)) is not None else None for there, node in found]

    def _is_of_standard_library(self, func: ast.Name | ast.Attribute, values: Values) -> bool:
        """Whether something certainly is a builtin, one of its methods, or imported from the standard library."""
        if isinstance(func, ast.Name) and values.names.is_builtin(func):
            return True
        module = (self.names.imported(func) or "").rpartition(".")[0]
        place = self.place(module) if module else None
        if place is not None and self._others is not None and self._others.standard_module(place) is not None:
            return True
        found = values.receiver(func) if isinstance(func, ast.Attribute) else None
        return bool(found) and all(isinstance(one, (Kind, *CONTAINERS)) for one in found or ())

    def _stored(self, func: ast.Name | ast.Attribute, values: Values) -> list[tuple[Callees, ast.Name | ast.Attribute]]:
        """The places where a variable may have got its value, or an attribute; none where these are not known."""
        named = values.names.denoted(func) or ()
        variable = next(iter(named)) if len(named) == 1 else None
        if isinstance(variable, Variable):
            return _only_store(variable.values.file, variable.values.file.scopes.module, variable.name)
        if isinstance(func, ast.Attribute):
            found = {values.only_store(one, func.attr) for one in values.receiver(func) or ()}
            there, store = (next(iter(found)) if len(found) == 1 else None) or (None, None)
            readable = _readable(there)
            return [(readable, store)] if readable is not None and store is not None else []
        scope = self.scopes.binding(func, func.id)
        if scope is None:
            return []
        if self.scopes.of(func) is not scope:
            return _only_store(self, scope, func.id)
        if isinstance(scope.node, ast.ClassDef) or scope.rebinds_otherwise(func.id) or values.names.is_shared(func.id):
            return []
        reaching = Reaching(func, scope, self.scopes)
        return [] if reaching.from_start else [(self, store) for store in reaching.stores]

    def _stored_at(self, store: ast.Name | ast.Attribute) -> tuple[Callees, ast.AST] | None:
        """The assignment that stores something in a name or attribute of this file."""
        return self.at(Definition(None, Range(self.names.position_of(store), self.source.end(store))))

    def _parameter(self, func: ast.Name | ast.Attribute) -> ast.arg | None:
        """The parameter that a name stands for, if it can be nothing else: pytest has fixtures for some."""
        function = self.scopes.taking(func) if isinstance(func, ast.Name) else None
        if function is None or gets_fixtures(function):
            return None
        arguments = function.args
        named = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        return next((one for one in named if one.arg == last_name(func)), None)

    def plain_function(self, func: ast.expr | None) -> tuple[Callees, ast.FunctionDef] | None:
        """The one definition that a name or attribute has, if that is a function that is not async."""
        found = self.defined(func)
        return (found[0], found[1]) if found is not None and isinstance(found[1], ast.FunctionDef) else None

    def defined_function(self, definition: Definition | None) -> tuple[Callees, Function] | None:
        """The function that is defined somewhere, and the file that it is in."""
        found = self.at(definition) if definition is not None else None
        is_function = found is not None and isinstance(found[1], (ast.FunctionDef, ast.AsyncFunctionDef))
        return (found[0], found[1]) if is_function else None  # type: ignore[index,return-value]  # told by is_function

    def at(self, definition: Definition) -> tuple[Callees, ast.AST] | None:
        """The function, class or assignment that is defined somewhere, and the file that it is in."""
        callees = self if definition.path is None else self._opened(definition.path)
        node = callees.facts.definition_at(definition.range.start) if callees is not None else None
        return (callees, node) if callees is not None and node is not None else None

    def sure_definitions(self, name: ast.Name | ast.Attribute) -> frozenset[Named]:
        """All that a name or attribute may stand for, each with its path; empty when that is not known for sure."""
        found = self.inference.sure_definitions(self.names.place_to_ask(name))
        return frozenset(Named(one.path or self.source.path, one.name) for one in found)

    def _opened(self, path: Path) -> Callees | None:
        if path.suffix != ".py" or self._others is None:
            return None
        return self._others.open(path)

    def place(self, module: str) -> Path | None:
        """The file that a module is which this file imports, or its stub; None where it is not known which."""
        return self._others.find(module, self.source.path) if self._others is not None else None

    def is_missing(self, module: str) -> bool:
        """Whether there is certainly no such module where this file imports it."""
        if module not in self._missing:
            # Inference goes by what a file adds to the path.
            may_be_anywhere = self._others is None or "sys.path" in self.source.text
            is_missing = self._others is not None and self._others.is_missing(module, self.source.path)
            self._missing[module] = is_missing and not may_be_anywhere
        return self._missing[module]

    def module(self, name: str, having: str) -> Callees | None:
        """A module that this file imports, or its stub; None where it is not known which file that is, or where another
        name does not occur in it."""
        path = self.place(name)
        if path is None or self._others is None or not self._others.may_have(path, having):
            return None
        return self._others.open(path)

    def key_of(self, node: Function | ast.ClassDef) -> Named:
        """What tells a function or class of this file from all others."""
        return Named(self.source.path, self.qualified_name(node))

    def qualified_name(self, function: Function | ast.ClassDef) -> str:
        """The `__qualname__` of a function or class: `Client.fetch`, `main.<locals>.fetch`."""
        parts = [function.name]
        for scope in self.scopes.of(function).enclosing():
            if isinstance(scope.node, ast.ClassDef):
                parts.append(scope.node.name)
            elif isinstance(scope.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                parts.append(f"{scope.node.name}.<locals>")
        return ".".join(reversed(parts))

    def definition_of(self, function: Function) -> Definition | None:
        """Where the name of a function of this file stands."""
        start = self.facts.place_of(function)
        return Definition(self.source.path, Range(start, Position(start.line, start.column + len(function.name))))


def _readable(file: File | None) -> Callees | None:
    """A file of code: a stub tells what there is, and not what it does."""
    return file if isinstance(file, Callees) and not file.is_stub else None


def _only_store(file: File, scope: Scope, name: str) -> list[tuple[Callees, ast.Name | ast.Attribute]]:
    """The one place where a variable gets its value, whoever reads it."""
    there, stores = _readable(file), scope.stores.get(name, [])
    is_one = len(stores) == 1 and not scope.rebinds_otherwise(name) and name not in file.scopes.shared
    return [(there, stores[0])] if there is not None and is_one and not isinstance(scope.node, ast.ClassDef) else []


def _name_of_builtin_method(name: str, receiver: frozenset[Type]) -> frozenset[str] | None:
    """The full name of a method of builtin containers or of plain values, one that stands for all of that name: what
    they do with an awaitable is the same."""
    if receiver and all(isinstance(one, CONTAINERS) or one in (Kind.CONTAINER, Kind.OBJECTS) for one in receiver):
        return frozenset({"builtins.list.sort"} if name == "sort" else ())
    return frozenset({f"builtins.str.{name}"}) if receiver == PLAIN and hasattr(str, name) else None
