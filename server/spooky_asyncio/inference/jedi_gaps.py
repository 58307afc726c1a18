"""What jedi does not know of asyncio and its kin, and what it gets wrong, made up for within jedi."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from jedi import settings
from jedi.inference import context, dynamic_params, imports
from jedi.inference.arguments import ValuesArguments
from jedi.inference.base_value import NO_VALUES, ValueSet
from jedi.inference.compiled import builtin_from_name
from jedi.inference.gradual import base, typeshed, typing
from jedi.inference.gradual.generics import TupleGenericManager
from jedi.inference.gradual.type_var import TypeWrapper
from jedi.inference.lazy_value import LazyKnownValues
from jedi.inference.value import instance, iterable
from jedi.inference.value.function import FunctionExecutionContext, FunctionValue
from jedi.inference.value.module import ModuleValue
from jedi.parser_utils import get_cached_code_lines
from jedi.plugins import plugin_manager
from parso.python import tree
from parso.tree import BaseNode

Question: TypeAlias = Callable[[Any, Any], Any]
"""What comes of calling a value with arguments: a set of values, empty when that is not known."""

Answer: TypeAlias = Callable[[Any, Any, Any], Any]
"""The values that calling makes: by those that jedi has found, what is called, and the arguments."""


def make_up() -> None:
    """Teach jedi. Once is enough for a process."""
    context.TreeContextMixin.create_context = _context_of
    iterable._DictMixin._get_generics = _types_in_dict
    iterable.Sequence._get_generics = _types_in_sequence
    iterable.Sequence._get_wrapped_value = _typed_lazily
    # jedi writes types into a log that nobody reads. With what is made up here a set may contain itself.
    ValueSet.__repr__ = lambda self: f"S{{{len(self._set)}}}"
    base.DefineGenericBaseClass.__repr__ = object.__repr__
    tree.PythonMixin.get_name_of_position = _name_at  # type: ignore[method-assign]
    tree.Module.get_used_names = _names_in  # type: ignore[method-assign]
    # jedi asks for these what does not have them, and fails.
    instance.AnonymousMethodExecutionContext.get_param_names = _parameters_of_method
    instance.MethodExecutionContext.infer_annotations = _as_annotated
    dynamic_params._search_function_arguments = _arguments_of_calls
    typeshed._merge_create_stub_map = _StubsIn
    typing.NewType.get_filters = lambda self, origin_scope=None: iter(())
    base._PseudoTreeNameClass.list_type_vars = lambda self: []
    plugin_manager.register(_Plugin)
    imports._load_python_module = _ModuleLater


def _as_annotated(method: Any) -> Any:
    """What a method returns by its annotation: `Self` is an object of the class that it is called on. jedi takes it for
    one of the class that defines the method."""
    annotation = method.tree_node.annotation
    is_self = annotation is not None and annotation.get_last_leaf().value.strip("'\"") == "Self"
    if is_self and method.instance is not None:
        return ValueSet([method.instance])
    return FunctionExecutionContext.infer_annotations(method)


class _ModuleLater(ModuleValue):  # type: ignore[misc]  # jedi has no types
    """A module that is parsed when somebody looks into it. jedi finds the code of each module that has a stub, and most
    often the stub says all that there is to know."""

    _tree: Any = None
    _lines: Any = None

    def __init__(self, inference_state: Any, file_io: Any, import_names: Any = None, is_package: bool = False) -> None:
        super().__init__(inference_state, None, None, file_io, import_names, is_package)
        # Whoever looks for a module wants to be told now that there is none.
        os.stat(file_io.path)

    @property
    def tree_node(self) -> Any:
        if self._tree is None:
            self._tree = self.inference_state.parse(
                file_io=self.file_io,
                cache=True,
                diff_cache=settings.fast_parser,
                cache_path=settings.cache_directory,
            )
        return self._tree

    @tree_node.setter
    def tree_node(self, node: Any) -> None:
        self._tree = node

    @property
    def code_lines(self) -> Any:
        if self._lines is None:
            # They are known once it is parsed.
            _ = self.tree_node
            self._lines = get_cached_code_lines(self.inference_state.grammar, self.file_io.path)
        return self._lines

    @code_lines.setter
    def code_lines(self, lines: Any) -> None:
        self._lines = lines

    def py__path__(self) -> list[str] | None:
        if self._is_package and self._tree is None and not _EXTENDING_PATH.search(self.file_io.read()):
            return [os.path.dirname(self.file_io.path)]
        found: list[str] | None = super().py__path__()
        return found


_EXTENDING_PATH = re.compile(rb"declare_namespace|extend_path")


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
            module, made_up = _MADE_UP.get(name, ("", None))
            if made_up is None or value.get_root_context().py__name__().partition(".")[0] != module:
                return found
            return made_up(found, value, arguments)

        return answer


def _is(result: Question) -> Answer:
    """For a function that returns this."""
    return lambda found, value, arguments: result(value, arguments) or found


def _gives(result: Question) -> Answer:
    """For a function that returns an awaitable with this result. jedi knows the awaitable and not its result: the stubs
    write the types of the arguments with aliases that have parameters, which jedi does not follow."""

    def answer(found: Any, value: Any, arguments: Any) -> Any:
        results = result(value, arguments)
        return ValueSet.from_sets(_with_result(one, results) for one in found) if results else found

    return answer


def _with_result(awaitable: Any, results: Any) -> Any:
    cls: Any = awaitable.get_annotated_class_object() if awaitable.is_instance() else None
    if not hasattr(cls, "get_generics") or not cls.get_generics():
        return ValueSet([awaitable])
    *others, last = cls.get_generics()
    types = _types_of(results)
    if cls.py__name__().endswith("Iterator"):
        # as_completed: of futures that have the results.
        types = ValueSet.from_sets(future.define_generics({"_T": types}) for future in last)
    return cls.with_generics(TupleGenericManager((*others, types))).execute_annotation(None)


def _manages(result: Question) -> Answer:
    """For a decorator that makes a context manager which hands out this."""

    def answer(found: Any, value: Any, arguments: Any) -> Any:
        types = {"_T_co": _types_of(result(value, arguments))}
        classes = [one.get_annotated_class_object() for one in found if one.is_instance()]
        made = [cls.define_generics(types) for cls in classes if hasattr(cls, "define_generics")]
        return ValueSet.from_sets(made).execute_annotation(None) or found

    return answer


def _types_of(values: Any) -> Any:
    # Each is the type of this very value, which knows more than its class.
    return ValueSet(TypeWrapper(value.py__class__(), value) for value in values)


def _awaited(values: Any) -> Any:
    return values.py__await__().py__stop_iteration_returns()


def _positional(arguments: Any) -> list[Any]:
    return [lazy.infer() for key, lazy in arguments.unpack() if key is None]


def _first(arguments: Any) -> Any:
    return next((lazy.infer() for _, lazy in arguments.unpack()), NO_VALUES)


def _result_of_first(value: Any, arguments: Any) -> Any:
    return _awaited(_first(arguments))


def _results_of_elements(value: Any, arguments: Any) -> Any:
    return _awaited(_first(arguments).merge_types_of_iterate())


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
    if any(given.is_function() for given in _first(arguments)):
        return NO_VALUES
    return value.inference_state.typing_module.py__getattribute__("final")


def _entered(value: Any, arguments: Any) -> Any:
    return _awaited(_first(arguments).py__getattribute__("__aenter__").execute_with_values())


def _yielded(value: Any, arguments: Any) -> Any:
    """What a generator function yields. jedi calls it without arguments to find out, and a method then does not know
    what `self` is."""
    found = NO_VALUES
    for function in _first(arguments):
        if isinstance(function, FunctionValue):
            is_async = function.tree_node.parent.type in ("async_stmt", "async_funcdef")
            owner = getattr(function, "class_context", None)
            itself = [owner.get_value().execute_annotation(None)] if owner is not None else []
            execution = function.as_context(ValuesArguments(itself))
            annotated = execution.infer_annotations()
            yields = annotated.iterate(is_async=is_async) if annotated else execution.get_yield_lazy_values()
            found |= ValueSet.from_sets(lazy.infer() for lazy in yields)
    return found


_MADE_UP: dict[str, tuple[str, Answer]] = {
    "create_task": ("asyncio", _gives(_result_of_first)),
    "ensure_future": ("asyncio", _gives(_result_of_first)),
    "shield": ("asyncio", _gives(_result_of_first)),
    "wait_for": ("asyncio", _gives(_result_of_first)),
    "run_coroutine_threadsafe": ("asyncio", _gives(_result_of_first)),
    "gather": ("asyncio", _gives(_results_of_all)),
    "as_completed": ("asyncio", _gives(_results_of_elements)),
    "run_until_complete": ("asyncio", _is(_result_of_first)),
    "enter_async_context": ("contextlib", _gives(_entered)),
    "contextmanager": ("contextlib", _manages(_yielded)),
    "asynccontextmanager": ("contextlib", _manages(_yielded)),
    "lru_cache": ("functools", _is(_same_function)),
    "zip": ("builtins", _is(_zipped)),
    "filter": ("builtins", _is(_filtered)),
}
"""Functions, methods and classes of the standard library: their module, and what calling them makes."""


def _types_in_dict(self: Any) -> Any:
    """The types of keys and values: those of functions tell jedi no more than that they are functions."""
    return tuple(_types_of(values) for values in self.get_mapping_item_values())


def _types_in_sequence(self: Any) -> Any:
    return (_types_of(self.merge_types_of_iterate()),)


class _TypesOnDemand(TupleGenericManager):  # type: ignore[misc]  # jedi is untyped
    """The types of what is in a container: dear to know, and not needed to find a method of the container itself."""

    def __init__(self, container: Any) -> None:
        self._container = container

    @property
    def _tuple(self) -> Any:
        return self._container._cached_generics()


def _typed_lazily(self: Any) -> Any:
    """The container as an instance of its builtin class, which jedi makes with the types of all that is in it."""
    cls = base.GenericClass(builtin_from_name(self.inference_state, self.array_type), _TypesOnDemand(self))
    (instance,) = cls.execute_annotation(None)
    return instance


class _StubsIn:
    """The stubs in some folders, by the names of modules. jedi lists all of a package for each module imported from
    it."""

    def __init__(self, folders: Iterable[Any]) -> None:
        self._folders = tuple(folders)

    def get(self, name: str) -> Any:
        for folder in reversed(self._folders if name != "__init__" else ()):
            package = os.path.join(folder.path, name)
            for stub in (os.path.join(package, "__init__.pyi"), f"{package}.pyi"):
                if os.path.isfile(stub):
                    return typeshed.PathInfo(stub, folder.is_third_party)
        return None


_get_param_names: Any = instance.AnonymousMethodExecutionContext.get_param_names


def _parameters_of_method(self: Any) -> Any:
    """jedi takes it that a method has one."""
    return _get_param_names(self) if self._value.get_param_names() else []


_search_arguments: Any = dynamic_params._search_function_arguments


def _arguments_of_calls(*args: Any) -> Any:
    """While it searches for those of the same function already, jedi finds None in place of a list."""
    return _search_arguments(*args) or []


def _name_at(self: Any, position: tuple[int, int]) -> Any:
    """parso reads the whole tree from its start to find the name at a position."""
    leaf = self.get_leaf_for_position(position) if self.start_pos <= position <= self.end_pos else None
    while leaf is not None and leaf.start_pos <= position:
        if leaf.type == "name" and position <= leaf.end_pos:
            return leaf
        # Where two leaves meet, a position belongs to both.
        leaf = leaf.get_next_leaf()
    return None


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


def _names_in(self: Any) -> Any:
    """The name leaves of a module, by name. jedi wants to know them of each file that it looks into, and parso finds
    out by an exception for each leaf: for a tenth of all the time that questions take."""
    if self._used_names is None:
        found: dict[str, list[Any]] = {}
        pending = [self]
        while pending:
            node = pending.pop()
            if isinstance(node, tree.Name):
                found.setdefault(node.value, []).append(node)
            elif isinstance(node, BaseNode):
                pending += reversed(node.children)
        self._used_names = tree.UsedNamesMapping(found)
    return self._used_names
