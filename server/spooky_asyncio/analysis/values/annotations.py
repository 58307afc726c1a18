"""What annotations say of values."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace

from spooky_asyncio.analysis.known_types import (
    ELEMENTS_LAST,
    GENERIC_TYPES,
    MAPPING_TYPES,
    MAY_BE_AWAITABLE,
    PLAIN_TYPES,
    SPECIAL_FORMS,
    TRANSPARENT_TYPES,
    TUPLE_TYPES,
    UNKNOWN_TYPES,
)
from spooky_asyncio.analysis.syntax import names_in_annotation
from spooky_asyncio.analysis.values.dotted import is_none, parts_of
from spooky_asyncio.analysis.values.generics import limited, substituted
from spooky_asyncio.analysis.values.types import (
    CONTAINER,
    PLAIN,
    UNKNOWN,
    ClassItself,
    Elements,
    Given,
    Instance,
    Kind,
    Known,
    Reader,
    Returning,
    Together,
    Type,
    Types,
    TypeVariable,
    Variable,
    class_of,
    each,
    is_no_awaitable,
    joined,
)


class Annotations:
    """Of one file."""

    def __init__(self, values: Reader) -> None:
        self._values = values
        self._scopes = values.file.scopes
        self._module = self._scopes.module
        self._texts: dict[str, ast.expr | None] = {}
        self.known: dict[ast.AST, Known] = {}

    def of(self, annotation: ast.expr) -> Types:
        """What something is that is annotated so."""
        return self._values.remembered(self.known, annotation, lambda: self._ask(annotation))

    def _ask(self, annotation: ast.expr) -> Types:
        if isinstance(annotation, ast.Constant):
            return self._of_text(annotation)
        if isinstance(annotation, ast.BinOp):
            return self._of_union([annotation.left, annotation.right])
        if isinstance(annotation, ast.Subscript):
            return self._of_generic(annotation)
        name = self._values.names.well_known(annotation)
        if name in PLAIN_TYPES and self._values.in_full and not is_none(annotation):
            return each(self._values.names.of_builtins(name), self._annotated_with)
        if name in PLAIN_TYPES or self._values.names.is_of_plain_module(annotation):
            return PLAIN
        if name == "Self":
            owner = next((node for node in self._scopes.ancestors(annotation) if isinstance(node, ast.ClassDef)), None)
            return frozenset((Instance(self._values, owner),)) if owner is not None else None
        if name in GENERIC_TYPES or name in UNKNOWN_TYPES:
            return CONTAINER if name in GENERIC_TYPES else UNKNOWN
        if isinstance(annotation, ast.Name) and self._values.names.is_type_parameter(annotation.id):
            return frozenset((TypeVariable(self._values, annotation.id),))
        return each(self._values.names.denoted(annotation), self._annotated_with)

    def _of_generic(self, annotation: ast.Subscript) -> Types:
        outer, parts = self._values.names.well_known(annotation.value), parts_of(annotation.slice)
        if not parts:
            return None
        if outer in TRANSPARENT_TYPES:
            return self._of_union(parts[:1] if outer == "Annotated" else parts)
        if outer in ("TypeGuard", "TypeIs"):
            return PLAIN
        if outer in SPECIAL_FORMS:
            return None
        if outer == "Callable":
            return frozenset((Returning(self._values, parts[-1]),))
        if outer in ("Type", "type"):
            return each(self.of(parts[0]), class_of)
        if outer not in GENERIC_TYPES:
            if self._values.names.is_of_plain_module(annotation.value):
                return PLAIN
            given = [limited(self.of(part)) for part in parts]
            return each(self._values.names.denoted(annotation.value), lambda one: self._annotated_with(one, given))
        parts = [part for part in parts if not (isinstance(part, ast.Constant) and part.value is ...)]
        if parts and all(self.of(part) == PLAIN for part in parts):
            return PLAIN
        is_safe = all(map(self.names_no_awaitable, names_in_annotation(annotation)))
        kind = Kind.OBJECTS if is_safe else Kind.CONTAINER
        if any(isinstance(part, ast.Starred) for part in parts):
            return frozenset((kind,))
        if outer in TUPLE_TYPES and len(parts) > 1:
            return frozenset((Together(kind, tuple(map(self.of, parts))),))
        is_mapping = outer in MAPPING_TYPES
        is_known = outer in ELEMENTS_LAST and (len(parts) == 1 or is_mapping)
        if not parts or not is_known:
            return frozenset((kind,))
        return frozenset((Elements(kind, self._values, parts[-1], parts[0] if is_mapping else None),))

    def _of_union(self, parts: list[ast.expr]) -> Types:
        """Nothing can be had from None."""
        return joined(self.of(part) for part in parts if not is_none(part))

    def _annotated_with(self, one: Type, given: list[Types] | None = None) -> Types:
        """`given` is what stands in the brackets behind it."""
        if isinstance(one, ClassItself):
            found = Instance(one.values, one.node)
            if given is not None:
                parameters = one.values.joining(self._values).annotations.parameters_of(one.node)
                found = replace(found, given=tuple(zip(parameters, given, strict=False)))
            return frozenset((found,))
        if isinstance(one, Variable):
            there = one.values.joining(self._values).annotations
            types = there.aliased(one.name)
            if given is None or types is None:
                return types
            return substituted(types, tuple(zip(there.alias_parameters(one.name), given, strict=False)))
        return None

    def aliased(self, name: str) -> Types:
        """What a name of this module stands for in annotations."""
        if self._values.names.is_type_variable(name):
            return frozenset((TypeVariable(self._values, name),))
        value = self._alias(name)
        if value is None:
            return None
        variable = (self._module.node, f"type {name}")
        return self._values.joined_of(variable, (self.of(one) for one in (value,)))

    def _alias(self, name: str) -> ast.expr | None:
        """The type that a name of this module is another name for."""
        stores = self._module.stores.get(name, [])
        statement = self._scopes.parent(stores[0]) if len(stores) == 1 else None
        if isinstance(statement, ast.AnnAssign) and self._values.names.well_known(statement.annotation) != "TypeAlias":
            return None
        value = getattr(statement, "value", None)
        return value if isinstance(value, ast.expr) and not isinstance(value, (ast.Call, ast.Constant)) else None

    def alias_parameters(self, name: str) -> list[TypeVariable]:
        """The type variables for which something may be given to a name that stands for a type."""
        value = self._alias(name)
        return self.variables_in([value]) if value is not None else []

    def parameters_of(self, owner: ast.ClassDef) -> list[TypeVariable]:
        """The type variables for which something may be given to a class of this file."""
        named = [one.name for one in getattr(owner, "type_params", ())]
        if named:
            return [TypeVariable(self._values, name) for name in named]
        subscripts = [base for base in owner.bases if isinstance(base, ast.Subscript)]
        listing = [base for base in subscripts if self._values.names.well_known(base.value) in ("Generic", "Protocol")]
        return self.variables_in(base.slice for base in listing or subscripts)

    def variables_in(self, pending: Iterable[ast.AST]) -> list[TypeVariable]:
        """In the order in which they first occur."""
        found: dict[TypeVariable, None] = {}
        for node in pending:
            if isinstance(node, (ast.Name, ast.Attribute)):
                found |= dict.fromkeys(one for one in self.of(node) or () if isinstance(one, TypeVariable))
            else:
                found |= dict.fromkeys(self.variables_in(ast.iter_child_nodes(node)))
        return list(found)

    def bound_of(self, name: str) -> Types:
        """What a type variable of this module certainly stands for, or for something that derives from it."""
        made = self._values.names.making_type_variable(name)
        bounds = [keyword.value for call in made for keyword in call.keywords if keyword.arg == "bound"]
        return joined(map(self.of, bounds or (one for call in made for one in call.args[1:]))) or None

    def _of_text(self, annotation: ast.Constant) -> Types:
        """A type that is written as a text may name what comes later in the file, and is read in the same way."""
        if annotation.value is None:
            return PLAIN
        parsed = self._parsed(annotation)
        return self.of(parsed) if parsed is not None else None

    def _parsed(self, annotation: ast.Constant) -> ast.expr | None:
        text = annotation.value
        if not isinstance(text, str) or not self._values.names.may_be_of(annotation, names_in_annotation(annotation)):
            return None
        if text not in self._texts:
            try:
                self._texts[text] = ast.parse(text.strip(), mode="eval").body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                self._texts[text] = None
        return self._texts[text]

    def means_no_awaitable(self, annotation: ast.expr, given: Given | None = None) -> bool:
        """Whether what is annotated so is none, nor known to be one, with what is given for type variables."""
        is_safe = all(map(self.names_no_awaitable, names_in_annotation(annotation))) and self._is_known(annotation)
        types = self.of(annotation)
        return is_safe or is_no_awaitable(types if given is None else substituted(types, given))

    def _is_known(self, annotation: ast.expr) -> bool:
        """Whether all that a type names is known: else inference goes by what stands in the function."""
        pending = [annotation]
        while pending:
            node = pending.pop()
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                parsed = self._parsed(node)
                if parsed is None:
                    return False
                pending.append(parsed)
            elif isinstance(node, (ast.Name, ast.Attribute)):
                if not self._values.names.is_known(node):
                    return False
            else:
                pending += (inner for inner in ast.iter_child_nodes(node) if isinstance(inner, ast.expr))
        return True

    def names_no_awaitable(self, name: str) -> bool:
        """Whether a type's name speaks against an awaitable. A type variable may stand for one, an alias too, and who
        knows of `Any`."""
        if MAY_BE_AWAITABLE.search(name) or name.endswith("T") or name in self._module.stores:
            return False
        found = self._values.names.definitions.get((self._module.node, name), [])
        bases = [base for node in found if isinstance(node, ast.ClassDef) for base in node.bases]
        return not any(MAY_BE_AWAITABLE.search(inner) for base in bases for inner in names_in_annotation(base))
