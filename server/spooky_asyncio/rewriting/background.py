"""Keep tasks that nobody waits for: a module-level set, and the two functions that fill and empty it; or log what
becomes of one that is kept already.

A file gets them once, above its first function or class. Where it has functions of that shape already, they are found
and used again, whoever wrote them.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from spooky_asyncio.analysis.scopes import Scopes
from spooky_asyncio.analysis.syntax import assigned_name
from spooky_asyncio.model import Edit
from spooky_asyncio.rewriting.imports import Reference, first_line, in_one_block, module_import
from spooky_asyncio.rewriting.lines import insert_lines, starts_its_line
from spooky_asyncio.rewriting.names import Names
from spooky_asyncio.source import Source


@dataclass(frozen=True)
class Helper:
    """A function of the file that keeps the task it is given, and returns it."""

    name: str
    source: Source
    imports: tuple[Edit, ...] = ()
    definition: Edit | None = None
    is_typed: bool = False
    """Whether its annotations want a task, and no other future."""
    blank_lines_above: int = 1

    def edits(self, *references: Reference) -> tuple[Edit, ...]:
        """What makes the function known, together with what else a fix refers to. They go before the fix's own edits:
        the first statement of the module may be the one that is fixed."""
        referred = (edit for reference in references for edit in reference.edits)
        imports = in_one_block((*referred, *self.imports), self.source)
        definition = self.definition
        if definition is None:
            return imports
        above = next((edit for edit in imports if edit.range == definition.range), None)
        if above is None:
            return (*imports, definition)
        # Right below the imports that are new too.
        blank = self.source.newline * (1 + self.blank_lines_above)
        joined = above.content.rstrip("\r\n") + blank + definition.content.lstrip("\r\n")
        return (*(edit for edit in imports if edit is not above), replace(definition, content=joined))


def keeper(at: ast.expr | ast.stmt, source: Source, scopes: Scopes) -> Helper | None:
    """The function that keeps tasks, for an expression; None where there is no place for it."""
    own = own_function(lambda function: _keeps(function, source.tree.body), at, source, scopes)
    if own is not None:
        return Helper(own.name, source, is_typed=own.args.args[0].annotation is not None)
    return _new_keeper(at, source, scopes)


def failure_logger(at: ast.expr | ast.stmt, source: Source, scopes: Scopes) -> Helper | None:
    """The function that logs the exception of a task that is kept elsewhere: a done callback; None where there is no
    place for it."""
    own = own_function(_logs_failure, at, source, scopes)
    if own is not None:
        return Helper(own.name, source)
    place, logging, annotation = place_above(at, source), _logger(at, source, scopes), _task_type(at, source, scopes)
    if place is None or logging is None or annotation is None:
        return None
    log = Names(scopes).fresh("log_failure")
    lines = [
        f"def {log}(task{annotation.text and f': {annotation.text}'}){annotation.text and ' -> None'}:",
        '\t"""Log the exception of a task that has ended, which nobody else would see."""',
        *_logging_lines(logging),
    ]
    imports = (*annotation.edits, *logging.edits)
    edit = place.edit(["", *lines] if place.has_code_above else lines, source)
    return Helper(log, source, imports, edit, blank_lines_above=2)


def _logs_failure(function: ast.FunctionDef) -> bool:
    """Whether a function does what ours does, and nothing else."""
    body = function.body[-1:] if ast.get_docstring(function, clean=False) is not None else function.body
    has_one = len(function.args.args) == 1 and not function.decorator_list
    return has_one and len(body) == 1 and isinstance(body[0], ast.If) and _attributes_in(function) >= _READING


_READING = {"cancelled", "exception", "error"}


def own_function(
    is_wanted: Callable[[ast.FunctionDef], bool], at: ast.expr | ast.stmt, source: Source, scopes: Scopes
) -> ast.FunctionDef | None:
    """A function that the module has already, and that can be called where an expression or statement stands."""
    runs_later = scopes.function(at) is not None
    functions = (node for node in source.tree.body if isinstance(node, ast.FunctionDef))
    there = (node for node in functions if runs_later or node.lineno < at.lineno)
    return next((node for node in there if is_wanted(node) and not _is_hidden(node.name, at, scopes)), None)


def _is_hidden(name: str, at: ast.expr | ast.stmt, scopes: Scopes) -> bool:
    """Whether a name of the module is another one's where an expression stands."""
    return any(scope.binds(name) for scope in list(scopes.of(at).enclosing())[:-1])


def _task_type(at: ast.expr | ast.stmt, source: Source, scopes: Scopes) -> Reference | None:
    """How to annotate a task; as nothing where the file has no annotations."""
    if not _is_typed(scopes):
        return Reference("")
    asyncio = module_import("asyncio", at, source, scopes)
    return Reference(f"{asyncio.text}.Task[object]", asyncio.edits) if asyncio is not None else None


def _logging_lines(logging: Reference) -> list[str]:
    return [
        "\tif not task.cancelled() and (error := task.exception()):",
        f'\t\t{logging.text}.error("%r failed", task, exc_info=error)',
    ]


def _keeps(function: ast.FunctionDef, module: Sequence[ast.stmt]) -> bool:
    """Whether a function does what ours does: puts its one parameter into a set of the module, adds a callback that
    takes it out again and looks at its exception, and returns it."""
    parameters = function.args
    if len(parameters.args) != 1 or function.decorator_list or len(ast.dump(parameters).split("arg(")) != 2:
        return False
    task = parameters.args[0].arg
    calls = {
        (ast.unparse(node.func), ast.unparse(node.args[0]))
        for statement in function.body
        if isinstance(statement, ast.Expr) and isinstance(node := statement.value, ast.Call) and len(node.args) == 1
    }
    sets = {callee.removesuffix(".add") for callee, argument in calls if callee.endswith(".add") and argument == task}
    callbacks = {argument for callee, argument in calls if callee == f"{task}.add_done_callback"}
    last = function.body[-1]
    return (
        isinstance(last, ast.Return)
        and isinstance(last.value, ast.Name)
        and last.value.id == task
        and any(name.id in sets for name in map(assigned_name, module) if name is not None)
        and any(
            isinstance(statement, ast.FunctionDef)
            and statement.name in callbacks
            and {"discard", "cancelled", "exception"} <= _attributes_in(statement)
            for statement in module
        )
    )


def _new_keeper(at: ast.expr | ast.stmt, source: Source, scopes: Scopes) -> Helper | None:
    place, logging, typed = place_above(at, source), _logger(at, source, scopes), _task_type(at, source, scopes)
    if place is None or logging is None or typed is None or scopes.module.binds("set"):
        return None
    annotation, is_typed = typed.text, bool(typed.text)
    names = Names(scopes)
    tasks, keep, forget = (names.fresh(name) for name in ("background_tasks", "keep_in_background", "forget_task"))
    lines = [
        f"{tasks}: set[{annotation}] = set()" if is_typed else f"{tasks} = set()",
        "",
        "",
        f"def {keep}(task: {annotation}) -> {annotation}:" if is_typed else f"def {keep}(task):",
        '\t"""Keep a task until it has ended: the event loop itself may lose it half-way."""',
        f"\t{tasks}.add(task)",
        f"\ttask.add_done_callback({forget})",
        "\treturn task",
        "",
        "",
        f"def {forget}(task: {annotation}) -> None:" if is_typed else f"def {forget}(task):",
        '\t"""Let go of a task that has ended, and log its exception, which nobody else would see."""',
        f"\t{tasks}.discard(task)",
        *_logging_lines(logging),
    ]
    return Helper(keep, source, (*typed.edits, *logging.edits), place.edit(lines, source), is_typed)


@dataclass(frozen=True)
class _Place:
    """Between two statements of the module, or above the first."""

    line: int
    has_code_above: bool
    blank_lines_below: int

    def edit(self, lines: Iterable[str], source: Source) -> Edit:
        indented = [line.replace("\t", source.indent) for line in lines]
        above = [""] if self.has_code_above else []
        below = [""] * (2 - self.blank_lines_below)
        return insert_lines(source, self.line, "".join(line + source.newline for line in (*above, *indented, *below)))


def place_above(at: ast.expr | ast.stmt, source: Source) -> _Place | None:
    """Above the first function or class, or the statement that `at` stands in where that comes first."""
    body = source.tree.body
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    index, below = next(
        (index, statement)
        for index, statement in enumerate(body)
        if isinstance(statement, definitions) or (statement.end_lineno or 0) >= at.lineno
    )
    if not starts_its_line(below, source):
        return None
    line = first_line(source, below)
    if index == 0:
        return _Place(line, False, 0)
    above = body[index - 1]
    if not _ends_its_line(above, source):
        return None
    blank = 0
    while line - blank > source.end(above).line + 1 and not source.line(line - blank - 1).strip():
        blank += 1
    return _Place(line - blank, True, min(blank, 2))


def _ends_its_line(statement: ast.stmt, source: Source) -> bool:
    end = source.end(statement)
    rest = source.line(end.line)[end.column :].strip()
    return not rest or rest.startswith("#")


def _logger(at: ast.expr | ast.stmt, source: Source, scopes: Scopes) -> Reference | None:
    """The logger that the module has for itself, or one of its name."""
    for statement in source.tree.body:
        name, value = assigned_name(statement), getattr(statement, "value", None)
        is_logger = isinstance(value, ast.Call) and source.segment(value.func) in _GET_LOGGER
        if name is not None and is_logger and len(scopes.module.stores[name.id]) == 1:
            return Reference(name.id)
    logging = module_import("logging", at, source, scopes)
    return Reference(f"{logging.text}.getLogger(__name__)", logging.edits) if logging is not None else None


_GET_LOGGER = frozenset({"logging.getLogger", "getLogger"})


def _is_typed(scopes: Scopes) -> bool:
    """Whether the file annotates what its functions return, at least half of them."""
    functions = [node for node in scopes.order if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    annotated = [node for node in functions if node.returns is not None]
    return bool(annotated) and 2 * len(annotated) >= len(functions)


def _attributes_in(function: ast.FunctionDef) -> set[str]:
    return {node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)}
