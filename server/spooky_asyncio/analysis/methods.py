"""Which method runs when one is called: whose object it is, and who may have another one in its place."""

from __future__ import annotations

import ast

from spooky_asyncio.analysis.bindings import assignments_of
from spooky_asyncio.analysis.facts import Facts, has_method
from spooky_asyncio.analysis.scopes import Function, Scopes
from spooky_asyncio.analysis.syntax import last_name


def exact_class(func: ast.expr, scopes: Scopes) -> str | None:
    """The name of the class that the object of a method certainly is of: `Ledger().write(...)`."""
    receiver = func.value if isinstance(func, ast.Attribute) else None
    if isinstance(receiver, ast.Name):
        made = [getattr(node, "value", None) for node in assignments_of(receiver, scopes)]
        receiver = made[0] if len(made) == 1 else None
    if isinstance(receiver, ast.Call) and isinstance(receiver.func, ast.Name):
        return receiver.func.id
    return None


def is_final(function: Function, exact: str | None, scopes: Scopes, facts: Facts) -> bool:
    """Whether no class of this file that derives from the method's own has another one in its place. `exact` is
    the class that the object is certainly of."""
    owner = scopes.parent(function)
    if not isinstance(owner, ast.ClassDef) or exact in (owner.name, "super"):
        return True
    return not any(has_method(other, function.name) and owner.name in _bases(other, facts) for other in facts.classes)


def may_be_replaced(method: Function, func: ast.Name | ast.Attribute) -> bool:
    """Whether a subclass in another file may well have a method of its own in the place of this one."""
    is_on_self = (
        isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id in ("self", "cls")
    )
    return is_on_self and not method.name.startswith("_")


def is_bound(function: Function, func: ast.Name | ast.Attribute, scopes: Scopes) -> bool:
    """Whether the first parameter gets the object, or class, whose method is called."""
    owner = scopes.parent(function)
    if not isinstance(owner, ast.ClassDef) or not isinstance(func, ast.Attribute):
        return False
    decorators = {getattr(decorator, "id", "") for decorator in function.decorator_list}
    if "staticmethod" in decorators:
        return False
    by_class = isinstance(func.value, (ast.Name, ast.Attribute)) and last_name(func.value) == owner.name
    return "classmethod" in decorators or not by_class


def _bases(node: ast.ClassDef, facts: Facts) -> frozenset[str]:
    """The names of the classes that a class derives from, as far as this file tells."""
    classes = {other.name: other for other in facts.classes}
    found: set[str] = set()
    pending = [node]
    while pending:
        written = (b.value if isinstance(b, ast.Subscript) else b for b in pending.pop().bases)
        bases = {last_name(base) for base in written if isinstance(base, (ast.Name, ast.Attribute))} - found
        found |= bases
        pending += [classes[base] for base in bases if base in classes]
    return frozenset(found)
