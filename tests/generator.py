"""Writes asyncio functions at random, of the forms in which an awaitable is made, bound, led through the flow of
control and used up.

A function is written from its first statement to its last, with a record of what each name holds: whether it is bound
and fresh here, or only where some condition is true. So nothing is awaited twice, and no name is read that may be
unbound; where the record is not exact, the one who runs the program sees it raise and asks for another one.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from generator_forms import (
    CONSUMPTIONS,
    COROUTINES,
    ELEMENTS,
    FAILING,
    FILLINGS,
    LOOKS,
    LOST_WAITS,
    SHAPES,
    TASKS,
    Kind,
)


@dataclass(frozen=True)
class Value:
    """What is known of a name here."""

    kind: Kind
    shape: str = ""
    """Of a container: list, tuple, set or dict."""
    guard: str = ""
    """The condition under which it is bound and fresh; empty if it is so on every way."""
    fresh: bool = True
    bound: bool = True
    tests: tuple[str, ...] = ()
    """Tests of the name itself that say the same as the guard: it is None otherwise."""
    alias: str = ""
    """Another name of it."""

    @property
    def is_usable(self) -> bool:
        return self.bound and (self.fresh or self.kind.is_reusable)


Values = dict[str, Value]


@dataclass(frozen=True)
class Settings:
    """How often things happen, and how large functions become."""

    statements: int = 6
    depth: int = 2
    consumed_at_end: float = 0.8
    compound: float = 0.05


@dataclass
class Writer:
    """Writes one function."""

    rng: random.Random
    settings: Settings = field(default_factory=Settings)
    lines: list[str] = field(default_factory=list)
    values: Values = field(default_factory=dict)
    conditions: list[str] = field(default_factory=list)
    """Those that never change: parameters of the function."""
    flags: list[str] = field(default_factory=list)
    """Those of the loops around, which are others in each turn."""
    depth: int = 1
    loops: int = 0
    """How many loops a `break` here would be in."""
    may_continue: bool = True
    """Not in a loop that goes on until something in its body ends it."""
    names: int = 0
    has_flags: bool = False
    """Whether there may be a loop over `flags`: one only, as two take the same number of turns."""
    is_async: bool = True

    # The function as a whole

    def function(self, name: str) -> str:
        self.is_async = self.rng.random() > 0.1
        parameters = list("abc"[: self.rng.choice((0, 1, 1, 2, 2, 3))])
        self.conditions = parameters[:]
        if self.rng.random() < 0.4:
            del parameters[2:], self.conditions[2:]
            parameters.append("flags")
        self.has_flags = "flags" in parameters
        ended = self.statements(self.rng.randint(2, self.settings.statements))
        if not ended:
            self.end()
        body = self.lines
        if any("loop.create_task" in line for line in body):
            body = ["    loop = asyncio.get_running_loop()", *body]
        used = [name for name in parameters if any(_mentions(line, name) for line in body)]
        return "\n".join([f"{'async ' * self.is_async}def {name}({', '.join(used)}):", *body, ""])

    def statements(self, count: int) -> bool:
        """Write some; tell whether the last of them leaves."""
        return any(self.statement() for _ in range(count))

    def statement(self) -> bool:
        room = self.depth <= self.settings.depth
        choices: list[tuple[float, Callable[[], bool | None]]] = [
            (5, self.make),
            (1, self.drop),
            (3, self.consume_any),
            (1.5, self.look),
            (0.5, self.rename),
            (0.7, self.overwrite),
            (0.4, self.fill),
            (0.2, self.noise),
            (0.5, self.lose_wait),
            (2.5 * room, self.branch),
            (1.0 * room, self.loop),
            (1.0 * room, self.enclosed),
            (0.5 * room, self.match),
            (0.8 * room, self.guard_clause),
            (0.7 * room, self.default),
            (0.4 * room, self.collect),
            (0.3 * room, self.next_turn),
            (0.3, self.choice),
            (0.3, self.unpack_rest),
            (0.3, self.cancel),
            (0.3, self.test_at_once),
        ]
        weights = [weight for weight, _ in choices]
        return bool(self.rng.choices([action for _, action in choices], weights)[0]())

    def end(self) -> None:
        """Take care of most values that are left, the rest is lost."""
        names = [name for name in self.values if self.rng.random() < self.settings.consumed_at_end]
        self.rng.shuffle(names)
        for name in names:
            self.consume(name)
        plain = [name for name, value in self.values.items() if value.is_usable and not value.guard]
        if plain and self.rng.random() < 0.3:
            self.write(f"return {', '.join(plain[:2])}")
        elif not self.lines:
            self.noise()

    # Statements without blocks

    def make(self) -> None:
        kind, text = self.creation()
        self.bind(kind, text)

    def creation(self) -> tuple[Kind, str]:
        kind = self.rng.choices((Kind.COROUTINE, Kind.TASK, Kind.FAILING), (5, 4, 1))[0]
        return kind, self.maker(kind)

    def maker(self, kind: Kind) -> str:
        coroutine = self.rng.choice(COROUTINES) if self.rng.random() < 0.6 else "work()"
        if kind is Kind.COROUTINE:
            return coroutine
        if kind is Kind.FAILING:
            return self.rng.choice(FAILING)
        return self.rng.choice(TASKS if self.rng.random() < 0.6 else TASKS[:1]).format(coroutine)

    def bind(self, kind: Kind, text: str) -> None:
        name = self.fresh_name()
        form = self.rng.choices(
            ("plain", "annotated", "chained", "walrus", "pair", "contained", "appended", "item"),
            (8, 0.7, 0.7, 0.7, 1.2, 2, 1, 0.4),
        )[0]
        if form == "pair":
            other_kind, other_text = self.creation()
            other = self.fresh_name()
            left, right = self.rng.choice((("", ""), ("(", ")"), ("[", "]")))
            self.write(f"{left}{name}, {other}{right} = {text}, {other_text}")
            self.values[other] = Value(other_kind)
        elif form in ("contained", "appended", "item"):
            self.bind_in_container(form, name, kind, text)
            return
        else:
            templates = {
                "plain": "{0} = {1}",
                "annotated": "{0}: object = {1}",
                "chained": "{0} = also_{0} = {1}",
                "walrus": "({0} := {1})",
            }
            self.write(templates[form].format(name, text))
        self.values[name] = Value(kind, alias=f"also_{name}" if form == "chained" else "")

    def bind_in_container(self, form: str, name: str, kind: Kind, text: str) -> None:
        shape = {"appended": self.rng.choice(("list", "set")), "item": "dict"}.get(form) or self.rng.choice(
            list(SHAPES)
        )
        if form == "contained":
            elements = [text, self.maker(kind)] if shape != "dict" and self.rng.random() < 0.5 else [text]
            self.write(f"{name} = {SHAPES[shape].format(', '.join(elements))}".replace(",,", ","))
        else:
            self.write(f"{name} = {({'list': '[]', 'set': 'set()', 'dict': '{}'})[shape]}")
            self.write(self.rng.choice(FILLINGS[shape]).format(name, text))
        self.values[name] = Value(ELEMENTS[kind], shape)

    def drop(self) -> None:
        kind, text = self.creation()
        if kind is Kind.FAILING:
            text = "asyncio.create_task(work())"
        forms = ("{0}", "print({0})", "_ = {0}", "if {0}:\n    print(1)", 'print(f"{{{0}}}")', "show({0})", "[{0}]")
        good = ("await {0}", "await {0}", "print(await {0})", "keep({0})", "KEEPER.job = {0}", "await finish({0})")
        self.write(self.pick(good if self.rng.random() < 0.5 else forms).format(text))

    def consume_any(self) -> None:
        names = [name for name, value in self.values.items() if value.is_usable]
        if names:
            self.consume(self.rng.choice(names))

    def consume(self, name: str) -> None:
        value = self.values[name]
        if not value.is_usable:
            return
        shown = self.rng.choice((name, value.alias or name))
        text = self.pick(CONSUMPTIONS[value.kind]).format(shown, _elements(shown, value))
        if text.endswith(".close()") and self.has_nested():
            text = f"await {shown}" if self.is_async else f"keep({shown})"
        if self.is_async and self.rng.random() < 0.2 and value.kind in (Kind.COROUTINE, Kind.TASK) and not value.guard:
            self.consume_with_another(name)
            return
        self.write_guarded(text, value, shown)
        self.values[name] = replace(value, fresh=False)

    def spoil(self, name: str) -> None:
        """From here on nothing more happens to it."""
        self.values[name] = replace(self.values[name], fresh=False, bound=False)

    def cancel(self) -> None:
        names = [n for n, v in self.values.items() if v.kind is Kind.TASK and v.is_usable and not v.guard]
        if not names or self.has_nested():
            return
        name = self.rng.choice(names)
        self.write(f"{name}.cancel()")
        if self.is_async and self.rng.random() < 0.5:
            self.write(f"with contextlib.suppress(asyncio.CancelledError):\n    await {name}")
        self.spoil(name)

    def test_at_once(self) -> None:
        """Bound in the test that asks whether it is there."""
        if not self.is_async:
            return
        name = self.fresh_name()
        made = self.maker(self.rng.choice((Kind.COROUTINE, Kind.TASK)))
        condition = self.condition()
        made = f"({made} if {condition} else None)" if condition in self.unasked() else made
        use = self.rng.choice(("await {0}", "await {0}", "print({0})", "keep({0})")).format(name)
        self.write(f"if ({name} := {made}) is not None:\n    {use}")

    def unpack_rest(self) -> None:
        kind = self.rng.choice((Kind.COROUTINE, Kind.TASK))
        name, rest = self.fresh_name(), self.fresh_name()
        self.write(f"{name}, *{rest} = [{', '.join(self.maker(kind) for _ in range(3))}]")
        self.values[name], self.values[rest] = Value(kind), Value(ELEMENTS[kind], "list")

    def has_nested(self) -> bool:
        """Whether some coroutine holds another one, which is lost with it when it is closed, or cancelled before its
        start."""
        return any(maker in line for line in self.lines for maker in ("finish(", "wait_for(", "shield("))

    def consume_with_another(self, name: str) -> None:
        kinds = (Kind.COROUTINE, Kind.TASK)
        names = [n for n, v in self.values.items() if v.kind in kinds and v.is_usable and not v.guard and n != name]
        chosen = [name, *names[:1]]
        forms = ["await asyncio.gather({0})", "one, *more = await asyncio.gather({0})", "await finish_all([{0}])"]
        self.write(self.rng.choice(forms).format(", ".join(chosen)))
        for each in chosen:
            self.values[each] = replace(self.values[each], fresh=False)

    def write_guarded(self, text: str, value: Value, name: str) -> None:
        """Write it where the value is there, in one of the ways to say so."""
        guards = [guard for guard in (value.guard, *value.tests) if guard]
        if not guards:
            self.write(text)
            return
        guard = self.rng.choice(guards)
        form = self.rng.random()
        if text == f"await {name}" and form < 0.15:
            self.write(f"print(await {name} if {guard} else None)")
        elif text == f"await {name}" and form < 0.3:
            self.write(f"print({guard} and await {name})")
        elif form < 0.4:
            self.write(f"if {negated(guard)}:\n    print('nothing')\nelse:\n{_indented(text)}")
        else:
            self.write(f"if {guard}:\n{_indented(text)}")

    def look(self) -> None:
        names = [name for name, value in self.values.items() if value.bound and (not value.guard or value.tests)]
        if not names:
            return
        name = self.rng.choice(names)
        value = self.values[name]
        if value.tests and value.guard:
            self.write(f"if {self.rng.choice(value.tests)}:\n    print('there')")
            return
        # A test of it in a loop may poll it.
        looks = [text for text in LOOKS[value.kind] if not (self.loops and "done()" in text)]
        self.write(self.rng.choice(looks).format(name, _elements(name, value)))

    def lose_wait(self) -> None:
        names = [n for n, v in self.values.items() if v.kind in LOST_WAITS and v.is_usable and not v.guard]
        if not names or not self.is_async:
            return
        name = self.rng.choice(names)
        value = self.values[name]
        if self.rng.random() < 0.5:
            self.write(self.rng.choice(LOST_WAITS[value.kind]).format(name, _elements(name, value)))
        else:
            done = self.fresh_name()
            self.write(f"{done}, _ = await asyncio.wait({_elements(name, value) if value.shape else f'[{name}]'})")
            self.values[done] = Value(Kind.WAITED)
        self.values[name] = replace(value, fresh=False)

    def rename(self) -> None:
        names = [n for n, v in self.values.items() if v.is_usable and not v.guard]
        if not names:
            return
        old, new = self.rng.choice(names), self.fresh_name()
        if self.rng.random() < 0.2:
            self.swap(old)
            return
        self.write(f"{new} = {old}")
        self.values[new] = replace(self.values.pop(old), alias=old)

    def swap(self, name: str) -> None:
        others = [n for n, v in self.values.items() if v.is_usable and not v.guard and n != name]
        if others:
            other = self.rng.choice(others)
            self.write(f"{name}, {other} = {other}, {name}")
            one, two = self.values[other], self.values[name]
            self.values[name], self.values[other] = replace(one, alias=""), replace(two, alias="")

    def overwrite(self) -> None:
        names = [name for name, value in self.values.items() if value.bound and not value.guard]
        if not names:
            return
        name = self.rng.choice(names)
        form = self.rng.random()
        value = self.values[name]
        if value.alias:
            self.write(self.rng.choice((f"del {name}", f"{name} = None", f"{name} = 1")))
            self.values[value.alias] = replace(self.values.pop(name), alias="")
        elif form < 0.4:
            self.write(f"del {name}")
            del self.values[name]
        elif form < 0.6:
            self.write(f"{name} = None")
            del self.values[name]
        else:
            kind = self.values[name].kind
            kind = kind if kind in ELEMENTS else Kind.COROUTINE
            self.write(f"{name} = {self.maker(kind)}")
            self.values[name] = Value(kind)

    def fill(self) -> None:
        """Put a value that has a name into a container."""
        names = [n for n, v in self.values.items() if v.kind in ELEMENTS and v.is_usable and v.fresh and not v.guard]
        if not names:
            return
        name, container = self.rng.choice(names), self.fresh_name()
        kind = self.values.pop(name).kind
        shape = self.rng.choice(list(SHAPES))
        if shape == "list" and self.rng.random() < 0.5:
            self.write(f"{container} = []")
            self.write(self.rng.choice(FILLINGS["list"]).format(container, name))
        else:
            self.write(f"{container} = {SHAPES[shape].format(name)}")
        self.values[container] = Value(ELEMENTS[kind], shape)

    def choice(self) -> None:
        """One of two values, or none, by an expression."""
        unasked = self.unasked()
        condition, name = self.rng.choice(unasked) if unasked else "", self.fresh_name()
        kind = self.rng.choice((Kind.COROUTINE, Kind.TASK))
        if not condition:
            return
        if self.rng.random() < 0.5:
            self.write(f"{name} = {self.maker(kind)} if {condition} else {self.maker(kind)}")
            self.values[name] = Value(kind)
        else:
            form = self.rng.choice(("{0} = {2} if {1} else None", "{0} = {1} and {2}", "{0} = ({2} if {1} else None)"))
            self.write(form.format(name, condition, self.maker(kind)))
            tests = (name,) if " and " in form else (name, f"{name} is not None")
            guard = self.rng.choice((condition, *tests)) if self.is_stable(condition) else self.rng.choice(tests)
            self.values[name] = Value(kind, guard=guard, tests=tests)

    def noise(self) -> None:
        self.write(self.pick(("print('working')", "count([1, 2])", "await rest()", "log.info('working')")))

    # Statements with blocks

    def branch(self) -> bool:
        condition = self.condition()
        if not condition:
            return False
        self.write(f"if {condition}:")
        before = dict(self.values)
        first_ends = self.block()
        first, self.values = self.values, before
        second_ends = False
        form = self.rng.random()
        others = [name for name in self.conditions if name not in _words(condition)]
        if form < 0.15 and others:
            second_ends = self.alternative(self.rng.choice(others))
        elif form < 0.45:
            self.write("else:")
            second_ends = self.block()
        return self.join(condition, (first, first_ends), (self.values, second_ends))

    def alternative(self, condition: str) -> bool:
        """An `elif`, perhaps with an `else` after it."""
        self.write(f"elif {condition}:")
        before = dict(self.values)
        ends = self.block()
        first, self.values = self.values, before
        others_end = False
        if self.rng.random() < 0.6:
            self.write("else:")
            others_end = self.block()
        return self.join("", (first, ends), (self.values, others_end))

    def join(self, condition: str, first: tuple[Values, bool], second: tuple[Values, bool]) -> bool:
        if first[1] and second[1]:
            return True
        if first[1] or second[1]:
            self.values = second[0] if first[1] else first[0]
        else:
            stable = condition if self.is_stable(condition) else ""
            self.values = _joined(stable, first[0], second[0])
        return False

    def guard_clause(self) -> bool:
        """An early way out: return, break or continue, in most cases with nothing done before."""
        condition = self.condition()
        if not condition:
            return False
        before = dict(self.values)
        self.write(f"if {condition}:")
        with self.deeper():
            if self.rng.random() < 0.5:
                self.consume_any()
            self.leave()
        self.values = before
        return False

    def leave(self) -> None:
        plain = [n for n, v in self.values.items() if v.is_usable and not v.guard]
        ways = ["return None", "return 1"]
        if plain:
            name = self.rng.choice(plain)
            awaitable = self.values[name].kind in (Kind.COROUTINE, Kind.TASK)
            ways += [f"return {name}", f"return await {name}" if awaitable and self.is_async else f"return {name}, 1"]
        if self.loops:
            ways += ["break", "continue" if self.may_continue else "break"] * 2
        self.write(self.rng.choice(ways))

    def loop(self) -> bool:
        forms = ["while", "forever"] if self.conditions else ["forever"]
        form = self.rng.choice(forms + ["for", "for", "for", "async for" if self.is_async else "for"] * self.has_flags)
        before = dict(self.values)
        if form in ("for", "async for"):
            flag = f"flag{self.names}"
            self.names += 1
            self.has_flags = False
            self.write(f"{form} {flag} in {'flags' if form == 'for' else 'Ticks(flags)'}:")
            inside = {name: value for name, value in before.items() if value.kind.is_reusable}
            self.turns(before, inside, [flag])
        elif form == "while":
            self.turns_once(before)
        else:
            self.write("while True:")
            with self.looping(may_continue=False):
                if not self.statements(self.rng.randint(1, 3)):
                    self.write("break")
            # Whether it was left here or there is more than the record can tell.
            self.values = _unsure(before, self.values)
        if form != "forever" and self.rng.random() < 0.2:
            self.write("else:")
            names = [name for name, value in self.values.items() if value.is_usable and not value.guard]
            with self.deeper():
                if names:
                    self.consume(self.rng.choice(names))
                else:
                    self.noise()
            # After a `break` it is as it was.
            self.values = {
                name: replace(value, fresh=False) if name in names else value for name, value in self.values.items()
            }
        return False

    def turns(self, before: Values, inside: Values, flags: list[str]) -> None:
        """The body of a loop of any number of turns: what it does to values from outside, it does again."""
        self.values = inside
        self.flags += flags
        with self.looping():
            if not self.statements(self.rng.randint(1, 3)):
                for name in [name for name in self.values if name not in before]:
                    if self.rng.random() < self.settings.consumed_at_end:
                        self.consume(name)
        del self.flags[-len(flags) :]
        self.values = {name: value if name not in inside else _after_loop(value) for name, value in before.items()}

    def turns_once(self, before: Values) -> None:
        condition = self.rng.choice(self.conditions)
        self.conditions.remove(condition)
        self.write(f"while {condition}:")
        self.values = {n: v for n, v in before.items() if condition not in _words(v.guard)}
        first = self.rng.random() < 0.5
        with self.looping(may_continue=first):
            if first:
                self.write(f"{condition} = False")
            if not self.statements(self.rng.randint(1, 3)) and not first:
                self.write(f"{condition} = False")
        kept = {n: v for n, v in before.items() if condition not in _words(v.guard)}
        self.values = _unsure(kept, self.values)

    def enclosed(self) -> bool:
        """A block that is run in any case: with, try, finally."""
        form = self.rng.choice(("with", "with", "try", "finally", "finally", "async with" if self.is_async else "with"))
        if form == "finally":
            return self.try_finally()
        if form == "try":
            self.write("try:")
            ends = self.block(first="print(int('1'))" if self.rng.random() < 0.5 else "")
            self.write("except KeyError:")
            with self.deeper():
                self.write(self.rng.choice(("print('no such key')", "return None", "return 0")))
            return ends
        header = {
            "with": ("with contextlib.suppress(KeyError):", "with contextlib.nullcontext():"),
            "async with": ("async with asyncio.Lock():", "async with contextlib.AsyncExitStack() as stack:"),
        }
        self.write(self.rng.choice(header[form]))
        return self.block()

    def try_finally(self) -> bool:
        """What is made before is, as often as not, taken care of in the end whatever happens."""
        names = [name for name, value in self.values.items() if value.is_usable and not value.guard]
        name = self.rng.choice(names) if names and self.rng.random() < 0.7 else ""
        held = self.values.pop(name) if name else None
        self.write("try:")
        ends = self.block()
        self.write("finally:")
        inside = self.values
        self.values = {name: held} if held is not None else {}
        with self.deeper():
            if name:
                self.consume(name)
            else:
                self.noise()
        self.values = {**inside, **self.values}
        return ends

    def match(self) -> bool:
        unasked = self.unasked()
        if not unasked:
            return False
        condition = self.rng.choice(unasked)
        self.conditions.remove(condition)
        self.write(f"match {condition}:")
        self.depth += 1
        before = dict(self.values)
        self.write("case True:")
        first_ends = self.block()
        first, self.values = self.values, before
        self.write(self.rng.choice(("case _:", "case False:")))
        second_ends = self.block()
        self.depth -= 1
        return self.join("", (first, first_ends), (self.values, second_ends))

    def default(self) -> None:
        """None at first, a value under a condition."""
        condition = self.condition()
        if not condition:
            return
        kind, text = self.creation()
        name = self.fresh_name()
        self.write(f"{name} = None")
        self.write(f"if {condition}:\n    {name} = {text}")
        tests = (name, f"{name} is not None")
        stable = self.is_stable(condition)
        self.values[name] = Value(kind, guard=condition if stable else self.rng.choice(tests), tests=tests)

    def collect(self) -> None:
        """A loop that puts a value into a container, or into a name, each turn."""
        if not self.has_flags:
            return
        self.has_flags = False
        kind = self.rng.choice((Kind.COROUTINE, Kind.TASK))
        text = self.maker(kind)
        name = self.fresh_name()
        form = self.rng.random()
        if form < 0.35:
            self.write(f"{name} = []\nfor _flag in flags:\n    {name}.append({text})")
            self.values[name] = Value(ELEMENTS[kind], "list")
        elif form < 0.7:
            brackets = self.rng.choice(("[{0}]", "{{{0}}}"))
            condition = self.rng.choice(("", "", " if flag"))
            self.write(f"{name} = " + brackets.format(f"{text} for flag in flags{condition}"))
            self.values[name] = Value(ELEMENTS[kind], "list")
        else:
            self.write(f"{name} = None\nfor _flag in flags:\n    {name} = {text}")
            tests = (name, f"{name} is not None")
            self.values[name] = Value(kind, guard=self.rng.choice(tests), tests=tests)

    def next_turn(self) -> None:
        """Made in one turn of a loop, awaited in the next."""
        if not self.has_flags or not self.is_async:
            return
        self.has_flags = False
        kind = self.rng.choice((Kind.COROUTINE, Kind.TASK))
        name = self.fresh_name()
        self.write(f"{name} = None\nfor flag in flags:\n    if {name} is not None:\n        await {name}")
        self.write(f"    {name} = {self.maker(kind)}")
        tests = (name, f"{name} is not None")
        self.values[name] = Value(kind, guard=self.rng.choice(tests), tests=tests)

    # Help

    def block(self, first: str = "") -> bool:
        """An indented block; tells whether it leaves."""
        with self.deeper():
            if first:
                self.write(first)
            start = len(self.lines)
            if self.statements(self.rng.randint(1, 3)):
                return True
            if self.rng.random() < 0.2:
                self.leave()
                return True
            if len(self.lines) == start:
                self.noise()
        return False

    @contextmanager
    def deeper(self) -> Iterator[None]:
        self.depth += 1
        yield
        self.depth -= 1

    @contextmanager
    def looping(self, *, may_continue: bool = True) -> Iterator[None]:
        before = self.loops, self.may_continue
        self.loops, self.may_continue = self.loops + 1, may_continue
        start = len(self.lines)
        with self.deeper():
            yield
            if len(self.lines) == start:
                self.noise()
        self.loops, self.may_continue = before

    def is_stable(self, condition: str) -> bool:
        """Whether it is answered the same wherever it is asked."""
        return set(_words(condition)) <= {*self.conditions, "and", "or", "not"}

    def unasked(self) -> list[str]:
        """Conditions of which nothing is known here, whatever the way: no branch of a question about them is dead."""
        return [name for name in self.conditions if not any(_mentions(line, name) for line in self.lines)]

    def condition(self) -> str:
        names = [*self.conditions, *self.flags, *self.flags]
        if not names:
            return ""
        if self.rng.random() < self.settings.compound:
            one, other = self.rng.choice(names), self.rng.choice(names)
            if one != other:
                return f"{one} {self.rng.choice(('and', 'or'))} {other}"
        name = self.rng.choice(names)
        return name if self.rng.random() < 0.7 else f"not {name}"

    def pick(self, templates: Sequence[str]) -> str:
        """One that may stand in this function."""
        return self.rng.choice([text for text in templates if self.is_async or not _needs_async(text)])

    def fresh_name(self) -> str:
        self.names += 1
        return f"v{self.names}"

    def write(self, text: str) -> None:
        self.lines += ["    " * self.depth + line for line in text.split("\n")]


def negated(condition: str) -> str:
    if " is not None" in condition:
        return condition.replace(" is not None", " is None")
    if condition.startswith("not (") or (condition.startswith("not ") and len(_words(condition)) == 2):
        return condition.removeprefix("not ").strip("()")
    return f"not ({condition})" if len(_words(condition)) > 1 else f"not {condition}"


def _needs_async(text: str) -> bool:
    return "await " in text or "async " in text


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.split("\n"))


def _elements(name: str, value: Value) -> str:
    return f"{name}.values()" if value.shape == "dict" else name


def _mentions(line: str, name: str) -> bool:
    return name in _words(line)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def _joined(condition: str, first: Values, second: Values) -> Values:
    """What is known after two branches, of which the first was taken where the condition is true."""
    found = {}
    for name in dict.fromkeys((*first, *second)):
        one, other = first.get(name), second.get(name)
        if one == other and one is not None:
            found[name] = one
        elif one is not None and other is not None and one.kind is other.kind:
            found[name] = _merged(condition, one, other)
        elif condition and one is not None and other is None and not one.guard and one.fresh:
            found[name] = replace(one, guard=condition, tests=())
        elif condition and other is not None and one is None and not other.guard and other.fresh:
            found[name] = replace(other, guard=negated(condition), tests=())
    return found


def _merged(condition: str, one: Value, other: Value) -> Value:
    if condition and not one.guard and not other.guard and one.fresh != other.fresh:
        if one.kind.is_reusable:
            return replace(one, fresh=False)
        return replace(one, fresh=True, guard=condition if one.fresh else negated(condition), tests=())
    return replace(one, fresh=False, bound=one.bound and other.bound and not one.guard and not other.guard, guard="")


def _unsure(before: Values, after: Values) -> Values:
    """What is known after a block that may have been left anywhere, or not entered."""
    return {
        name: value if after.get(name) == value else replace(value, fresh=False, bound=value.bound and name in after)
        for name, value in before.items()
    }


def _after_loop(value: Value) -> Value:
    return replace(value, fresh=False)
