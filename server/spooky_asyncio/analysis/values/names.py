"""What dotted names stand for: classes, functions and variables, of this file or of one that it imports."""

from __future__ import annotations

import ast
import builtins
import operator
import sys
from collections.abc import Iterable
from functools import cached_property

from spooky_asyncio.analysis.catalog import gives_plain_values
from spooky_asyncio.analysis.known_types import DECORATING, TYPING
from spooky_asyncio.analysis.scopes import Scope, Section
from spooky_asyncio.analysis.values.dotted import chain_of, first_of, module_of, path_of
from spooky_asyncio.analysis.values.types import (
    UNKNOWN,
    File,
    Reader,
    Types,
    Variable,
    are_unknown,
    each,
    joined,
)


class DottedNames:
    """Of one file."""

    def __init__(self, values: Reader) -> None:
        self._values = values
        self._scopes = values.file.scopes
        self._module = self._scopes.module
        self._names: dict[str, Types] = {}
        """What dotted names of the module stand for."""

    def go_on(self) -> None:
        """In the next version of the file, a function has other statements."""
        self._names.clear()
        for outdated in ("definitions", "_starred", "_type_parameters"):
            self.__dict__.pop(outdated, None)

    def denoted(self, node: ast.expr) -> Types:
        """What a dotted name stands for where it is, as those of types and of functions do: a class, a function, a
        variable of a module."""
        path = path_of(node)
        if path is None:
            return None
        return self.in_scope(self._scope_naming(node, path[0]), path)

    def _scope_naming(self, node: ast.expr, name: str) -> Scope:
        """The scope whose name it is; that of the module for builtins, and in a type that is written as a text."""
        first = first_of(node)
        if self._scopes.parent(first) is None:
            return self._module
        return self._scopes.binding(first, name) or self._module

    def in_scope(self, scope: Scope, path: list[str]) -> Types:
        """What a scope has under a dotted name."""
        name, rest = path[0], path[1:]
        if self.is_shared(name) or self.is_type_parameter(name) or name in scope.parameters:
            return None
        found = self.definitions.get((scope.node, name), [])
        if name in scope.stores:
            is_variable = scope is self._module and not found and not rest
            return frozenset((Variable(self._values, name),)) if is_variable else None
        if not found:
            return self.starred(name, rest) if scope is self._module else None
        if all(isinstance(node, (ast.Import, ast.ImportFrom)) for node in found):
            led = {_led_to(node, name) for node in found if isinstance(node, (ast.Import, ast.ImportFrom))}
            module, members = next(iter(led)) if len(led) == 1 else (None, ())
            return self._in_module(module, [*members, *rest]) if module is not None else None
        if len(found) > 1 and any(isinstance(node, ast.ClassDef) for node in found) and not self._values.file.is_stub:
            return None
        types = joined(map(self._values.members.as_defined, found))
        for member in rest:
            types = self._members_of(types, member)
        return types

    def _members_of(self, types: Types, name: str) -> Types:
        return each(types, lambda one: self._values.member(one, name))

    def starred(self, name: str, rest: Iterable[str] = ()) -> Types:
        """What has been brought by `import *`. Several may bring the same."""
        found = {
            self._in_module(module, [name, *rest]) for module in self._starred if not self._is_absent(module, name)
        }
        return next(iter(found)) if len(found) == 1 else None

    @cached_property
    def _starred(self) -> list[str]:
        """The modules of which everything is imported."""
        found = self.definitions.get((self._module.node, "*"), [])
        return [module_of(node) for node in found if isinstance(node, ast.ImportFrom)]

    def _is_absent(self, module: str, name: str) -> bool:
        """Whether a module that is imported here certainly does not have a name."""
        file = self._values.file
        if self._is_missing(module):
            return True
        if file.place(module) is None:
            return False
        other = self._module_having(module, name)
        return other is None or self._of(other).joining(self._values).names.has_not(name)

    def has_not(self, name: str) -> bool:
        """Whether the module certainly does not have a name."""
        if self._module.binds(name):
            return False
        if not self._starred:
            return True
        question = self._module.node, f"not {name}"
        with self._values.inquiry.looking_for(question) as may_look:
            return not may_look or all(self._is_absent(module, name) for module in self._starred)

    def _in_module(self, module: str, path: list[str]) -> Types:
        if self._is_missing(module):
            return UNKNOWN
        return self._values.deeper(lambda: self._look_into(module, path)) if path else None

    def _is_missing(self, module: str) -> bool:
        """Whether there is no such module. Inference looks for it beside the file that asks, too."""
        asking = self._values.inquiry.asking
        return self._values.file.is_missing(module) and asking.is_missing(module)

    def _look_into(self, module: str, path: list[str]) -> Types:
        """What a module that is imported here has under a dotted name, or a module in it."""
        # What a package imports from itself is a module in it.
        is_own = self._values.file.place(module) == self._values.file.source.path
        other = self._module_having(module, path[0]) if not is_own else None
        found = self._of(other).joining(self._values).names.has(path) if other is not None else None
        if found is not None or not (other is None or self._of(other).joining(self._values).names.has_not(path[0])):
            return found
        inner = f"{module}{path[0]}" if module.endswith(".") else f"{module}.{path[0]}"
        return self._in_module(inner, path[1:])

    def _of(self, other: File) -> Reader:
        return other.values_in_full if self._values.in_full else other.values

    def _module_having(self, module: str, name: str) -> File | None:
        """The file of a module that is imported here, if the name occurs in it. That may be the file that asks, as it
        is being written."""
        file, asking = self._values.file, self._values.inquiry.asking
        if file is asking or asking.source.path is None or file.place(module) != asking.source.path:
            return file.module(module, name)
        self._values.inquiry.led_back += 1
        return asking

    def has(self, path: list[str]) -> Types:
        """What the module has under a dotted name. It may get it from another one that gets it from this one."""
        name = ".".join(path)
        if name in self._names:
            return self._names[name]
        inquiry = self._values.inquiry
        led_back = inquiry.led_back
        with inquiry.looking_for((self._module.node, name)) as may_look:
            found = self.in_scope(self._module, path) if may_look else None
        # What is not found on a round trip is only not found on that way.
        if not inquiry.looked_for:
            inquiry.is_looped = False
        if self._values.may_keep(found, led_back) and not (found is None and inquiry.is_looped):
            self._names[name] = found
        return found

    def of_builtins(self, name: str) -> Types:
        return self._in_module("builtins", [name])

    def may_be_of(self, text: ast.expr, names: Iterable[str]) -> bool:
        """Whether the names in a type that is written as a text are not those of a class or function around it."""
        if self._scopes.parent(text) is None:
            return True
        inner = [scope for scope in self._scopes.of(text).enclosing() if scope is not self._module]
        return not any(scope.binds(name) for scope in inner for name in names)

    def is_shared(self, name: str) -> bool:
        return name in self._scopes.shared

    @cached_property
    def _type_parameters(self) -> frozenset[str]:
        found = self._scopes.facts(_type_parameters_in)
        return frozenset[str]().union(*found)

    @cached_property
    def definitions(self) -> dict[tuple[ast.AST, str], list[ast.AST]]:
        """The functions, classes and imports by the scope and the name that they have there."""
        found: dict[tuple[ast.AST, str], list[ast.AST]] = {}
        for definitions in self._scopes.facts(_definitions_in):
            for name, node in definitions:
                if self._values.file.is_stub and self._is_for_other_versions(node):
                    continue
                found.setdefault((self._scopes.of(node).node, name), []).append(node)
        return found

    def _is_for_other_versions(self, node: ast.AST) -> bool:
        """Whether a stub says that something is not there in the Python that runs this."""
        for ancestor in self._scopes.ancestors(node):
            holds = _version_test(ancestor.test) if isinstance(ancestor, ast.If) else None
            if (
                isinstance(ancestor, ast.If)
                and holds is not None
                and node not in (ancestor.orelse, ancestor.body)[holds]
            ):
                return True
            node = ancestor
        return False

    def known_decorator(self, decorator: ast.expr) -> str:
        """The name of a decorator that is a builtin, or one of the standard library's or attrs'; "" for any other."""
        func = decorator.func if isinstance(decorator, ast.Call) else decorator
        path = path_of(func)
        if path is None:
            return ""
        # jedi brings stubs in which some decorators are not imported.
        is_loose = self._values.file.standard_module is not None and not self._module.binds(path[0])
        if isinstance(func, ast.Name) and (is_loose or self.is_builtin(func)):
            return func.id
        imported = self._imported(func, path)
        return imported.rpartition(".")[2] if imported is not None and imported.startswith(DECORATING) else ""

    def well_known(self, node: ast.expr) -> str:
        """The name of a builtin type, or of one of `typing` and `collections`; "" for any other."""
        path = path_of(node)
        if path is None:
            return ""
        if len(path) == 1 and self._is_builtin(node, path[0]):
            return path[0]
        imported = self._imported(node, path)
        return imported.rpartition(".")[2] if imported is not None and imported.startswith(TYPING) else ""

    def is_of_missing_module(self, name: ast.Name) -> bool:
        """Whether it can only be what was imported from a module that is not there."""
        scope = self._scopes.binding(name, name.id)
        if (
            scope is None
            or name.id not in scope.imports
            or scope.rebinds(name.id)
            or name.id in scope.imported_otherwise
        ):
            return False
        module, _ = _led_to(scope.imports[name.id].node, name.id)
        return module is not None and self._is_missing(module)

    def is_type_variable(self, name: str) -> bool:
        """Whether a name stands for whatever type, as the module or a function in it says."""
        return bool(self.making_type_variable(name)) or self.is_type_parameter(name)

    def making_type_variable(self, name: str) -> list[ast.Call]:
        """The calls that make a type variable of a name of this module: in branches perhaps, for other versions."""
        values = [getattr(self._scopes.parent(store), "value", None) for store in self._module.stores.get(name, [])]
        found = [value for value in values if isinstance(value, ast.Call)]
        is_made = all((path_of(call.func) or [""])[-1] in ("TypeVar", "ParamSpec") for call in found)
        return found if is_made and len(found) == len(values) else []

    def is_type_parameter(self, name: str) -> bool:
        """Whether it is one of those of a class or function: `class Box[T]`."""
        return name in self._type_parameters

    def _is_builtin(self, node: ast.expr, name: str) -> bool:
        if self._scopes.parent(node) is None:
            # In a text, which may only name what the module has.
            return not self._module.binds(name)
        return isinstance(node, ast.Name) and self.is_builtin(node)

    def is_builtin(self, node: ast.Name) -> bool:
        """Whether a name can only be a builtin, also where an `import *` certainly brings none of that name."""
        if self._scopes.is_builtin(node):
            return True
        if not hasattr(builtins, node.id) or self.is_shared(node.id):
            return False
        is_free = self._scopes.binding(node, node.id) is None
        return is_free and all(self._is_absent(module, node.id) for module in self._starred)

    def _imported(self, node: ast.expr, path: list[str]) -> str | None:
        """The dotted name of what an import has brought, also for types alone; in the standard library, of what a
        module has itself."""
        if self._scopes.parent(node) is None:
            return self._imported_for_types(path)
        imported = self._values.file.names.imported(node)
        if imported is None and self._scopes.binding(first_of(node), path[0]) is self._module:
            own = self._values.file.standard_module
            is_own = own is not None and path[0] not in self._module.imports
            return ".".join([str(own), *path]) if is_own else self._imported_for_types(path)
        return imported

    def _imported_for_types(self, path: list[str]) -> str | None:
        """The dotted name of what the module imports, in a branch perhaps: `if TYPE_CHECKING:`. Several imports may
        bring the same, from `typing` or `typing_extensions`."""
        found = self.definitions.get((self._module.node, path[0]), [])
        if path[0] in self._module.stores or not all(isinstance(one, (ast.Import, ast.ImportFrom)) for one in found):
            return None
        origins = [_origin(one, path[0]) for one in found if isinstance(one, (ast.Import, ast.ImportFrom))]
        is_typing = all(origin.startswith(TYPING) for origin in origins)
        if not origins or (
            len(origins) > 1 and not (is_typing and len({one.rpartition(".")[2] for one in origins}) == 1)
        ):
            return None
        return ".".join([origins[0], *path[1:]])

    def is_known(self, node: ast.expr) -> bool:
        """Whether it can be found out what a name of a type stands for."""
        if self.well_known(node) or self.is_of_plain_module(node):
            return True
        found = self.denoted(node)
        return found is not None and not are_unknown(found)

    def is_of_plain_module(self, node: ast.expr) -> bool:
        path = path_of(node)
        imported = self._imported(node, path) if path is not None else None
        return imported is not None and gives_plain_values(imported) and not self._values.in_full


def _origin(statement: ast.Import | ast.ImportFrom, name: str) -> str:
    """The dotted name of what an import binds to a name."""
    for alias in statement.names:
        if (alias.asname or alias.name.partition(".")[0]) == name:
            return f"{module_of(statement)}.{alias.name}" if isinstance(statement, ast.ImportFrom) else alias.name
    return ""


def _led_to(statement: ast.Import | ast.ImportFrom, name: str) -> tuple[str | None, tuple[str, ...]]:
    """The module that an import looks into for a name, and what that is in there, if not the module itself."""
    for alias in statement.names:
        if (alias.asname or alias.name.partition(".")[0]) == name:
            if isinstance(statement, ast.ImportFrom):
                return module_of(statement), (alias.name,)
            return alias.name if alias.asname else name, ()
    return None, ()


_COMPARING = {ast.GtE: operator.ge, ast.Gt: operator.gt, ast.LtE: operator.le, ast.Lt: operator.lt}


def _version_test(test: ast.expr) -> bool | None:
    """What `sys.version_info >= (3, 12)` comes to; None for any other test."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or chain_of(test.left) != "sys.version_info":
        return None
    compare, other = _COMPARING.get(type(test.ops[0])), test.comparators[0]
    parts = (
        [part.value for part in other.elts if isinstance(part, ast.Constant)] if isinstance(other, ast.Tuple) else []
    )
    return compare(sys.version_info[:2], tuple(parts)) if compare is not None and len(parts) == 2 else None


_DEFINING: tuple[type[ast.AST], ...] = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef),
    *(ast.Import, ast.ImportFrom),
)


def _definitions_in(section: Section) -> list[tuple[str, ast.AST]]:
    found: list[tuple[str, ast.AST]] = []
    for node in section.of_kind(*_DEFINING):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.append((node.name, node))
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found += [(alias.asname or alias.name.partition(".")[0], node) for alias in node.names]
    return found


_HAVING_PARAMETERS: tuple[type[ast.AST], ...] = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef),
    *filter(None, [getattr(ast, "TypeAlias", None)]),
)


def _type_parameters_in(section: Section) -> frozenset[str]:
    """`def first[T](items: list[T]) -> T`, from Python 3.12 on."""
    return frozenset(
        one.name for node in section.of_kind(*_HAVING_PARAMETERS) for one in getattr(node, "type_params", ())
    )
