"""What jedi does not know of asyncio and its kin, and what it gets wrong, made up for within jedi."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from jedi.inference import context
from jedi.inference.base_value import NO_VALUES, ValueSet
from jedi.inference.compiled import builtin_from_name
from jedi.inference.gradual.generics import TupleGenericManager
from jedi.inference.gradual.type_var import TypeWrapper
from jedi.inference.lazy_value import LazyKnownValues
from jedi.inference.value import iterable
from jedi.plugins import plugin_manager

Answer: TypeAlias = Callable[[Any, Any], Any]
"""What calling a value with arguments gives: a set of values, empty when that is not known."""


def make_up() -> None:
    """Teach jedi. Once is enough for a process."""
    context.TreeContextMixin.create_context = _context_of
    iterable._DictMixin._get_generics = _types_in_dict
    iterable.Sequence._get_generics = _types_in_sequence
    plugin_manager.register(_Plugin)


class _Plugin:
    """jedi asks the functions of its plugins that are called like its own."""

    @staticmethod
    def execute(ask_jedi: Callable[..., Any]) -> Callable[..., Any]:
        def answer(value: Any, arguments: Any) -> Any:
            found = ask_jedi(value, arguments=arguments)
            try:
                name = value.name.string_name
            except AttributeError:
                return found
            if name in _AWAITABLES or name in _VALUES:
                module = value.get_root_context().py__name__().partition(".")[0]
                if module == "asyncio" and name in _AWAITABLES:
                    results = _AWAITABLES[name](value, arguments)
                    return ValueSet.from_sets(_giving(one, results) for one in found) if results else found
                if module == _VALUES.get(name, ("",))[0]:
                    return _VALUES[name][1](value, arguments) or found
            return found

        return answer


def _giving(awaitable: Any, results: Any) -> Any:
    """An awaitable like the one that jedi has found, with the results that it will have. jedi does not know them: the
    stubs write the types of the arguments with aliases that have parameters, which jedi does not follow."""
    cls: Any = awaitable.get_annotated_class_object() if awaitable.is_instance() else None
    if not hasattr(cls, "get_generics") or not cls.get_generics():
        return ValueSet([awaitable])
    *others, last = cls.get_generics()
    types = _types_of(results)
    if cls.py__name__().endswith("Iterator"):
        # as_completed: of futures that have the results.
        types = ValueSet.from_sets(future.define_generics({"_T": types}) for future in last)
    return cls.with_generics(TupleGenericManager((*others, types))).execute_annotation(None)


def _types_of(values: Any) -> Any:
    # Each is the type of this very value, which knows more than its class.
    return ValueSet(TypeWrapper(value.py__class__(), value) for value in values)


def _awaited(values: Any) -> Any:
    return values.py__await__().py__stop_iteration_returns()


def _positional(arguments: Any) -> list[Any]:
    return [lazy.infer() for key, lazy in arguments.unpack() if key is None]


def _result_of_first(value: Any, arguments: Any) -> Any:
    return next((_awaited(lazy.infer()) for _, lazy in arguments.unpack()), NO_VALUES)


def _results_of_elements(value: Any, arguments: Any) -> Any:
    return next((_awaited(lazy.infer().merge_types_of_iterate()) for _, lazy in arguments.unpack()), NO_VALUES)


def _results_of_all(value: Any, arguments: Any) -> Any:
    """What gather gives: a result for each argument, or as many as there are."""
    results = [_awaited(given) for given in _positional(arguments)]
    if _has_star(arguments):
        return _list_of(value, ValueSet.from_sets(results))
    return _tuple_of(value, results)


def _has_star(arguments: Any) -> bool:
    node = getattr(arguments, "argument_node", None)
    children = [] if node is None else [node] if node.type == "argument" else getattr(node, "children", [])
    return any(child.type == "argument" and child.children[0] == "*" for child in children)


def _list_of(value: Any, elements: Any) -> Any:
    types = TupleGenericManager((_types_of(elements),))
    return builtin_from_name(value.inference_state, "list").with_generics(types).execute_annotation(None)


def _tuple_of(value: Any, parts: list[Any]) -> Any:
    return ValueSet([iterable.FakeTuple(value.inference_state, [LazyKnownValues(part) for part in parts])])


def _zipped(value: Any, arguments: Any) -> Any:
    parts = [given.merge_types_of_iterate() for given in _positional(arguments)]
    return NO_VALUES if _has_star(arguments) else _list_of(value, _tuple_of(value, parts))


def _filtered(value: Any, arguments: Any) -> Any:
    given = _positional(arguments)
    return _list_of(value, given[1].merge_types_of_iterate()) if len(given) == 2 else NO_VALUES


def _same_function(value: Any, arguments: Any) -> Any:
    """`lru_cache(maxsize=8)`, which leaves a function as it is for who calls it, as `typing.final` does."""
    if any(given.is_function() for values in _positional(arguments)[:1] for given in values):
        return NO_VALUES
    return value.inference_state.typing_module.py__getattribute__("final")


_AWAITABLES: dict[str, Answer] = {
    "create_task": _result_of_first,
    "ensure_future": _result_of_first,
    "shield": _result_of_first,
    "wait_for": _result_of_first,
    "run_coroutine_threadsafe": _result_of_first,
    "gather": _results_of_all,
    "as_completed": _results_of_elements,
}
"""The results of the awaitables that functions and methods of asyncio return."""

_VALUES: dict[str, tuple[str, Answer]] = {
    "run_until_complete": ("asyncio", _result_of_first),
    "zip": ("builtins", _zipped),
    "filter": ("builtins", _filtered),
    "lru_cache": ("functools", _same_function),
}
"""What functions of these modules return themselves."""


def _types_in_dict(self: Any) -> Any:
    """The types of keys and values: those of functions tell jedi no more than that they are functions."""
    return tuple(_types_of(values) for values in self.get_mapping_item_values())


def _types_in_sequence(self: Any) -> Any:
    return (_types_of(self.merge_types_of_iterate()),)


_create_context: Any = context.TreeContextMixin.create_context


def _context_of(self: Any, node: Any) -> Any:
    """jedi takes the conditions and the further loops of a comprehension for a part of what it iterates over, where its
    names mean nothing."""
    child, parent, found = node, node.parent, None
    while parent is not None and parent.type != "suite":
        if parent.type == "sync_comp_for" and child in parent.children[4:]:
            found = parent
        child, parent = parent, parent.parent
    return _create_context(self, node if found is None else found)
