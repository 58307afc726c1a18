"""A project: its folder, its settings and how its files are checked."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from spooky_asyncio.analysis.callees import Callees
from spooky_asyncio.engine import Former, Report, analyze
from spooky_asyncio.inference import Inference
from spooky_asyncio.inference.memory import Memory, RememberingInference
from spooky_asyncio.inference.on_demand import (
    InferenceOnDemand,
    Names,
    Places,
    aside,
    detach,
    make_room,
    read_instead,
)
from spooky_asyncio.model import Target
from spooky_asyncio.revision import Revision, next_version
from spooky_asyncio.rules import unused_suppression
from spooky_asyncio.settings import Settings
from spooky_asyncio.source import BYTE_ORDER_MARK, Source, read_bytes, read_text
from spooky_asyncio.workspace.async_names import AsyncNames
from spooky_asyncio.workspace.entry_points import entry_points
from spooky_asyncio.workspace.environment import InterpreterError, site_packages
from spooky_asyncio.workspace.files import Listed, list_folder, mentions, python_files
from spooky_asyncio.workspace.kept_names import KeptNames
from spooky_asyncio.workspace.other_files import OtherFiles
from spooky_asyncio.workspace.paths import CONFIGURATION, is_package
from spooky_asyncio.workspace.patterns import bad_patterns
from spooky_asyncio.workspace.target import target

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

log = logging.getLogger(__name__)

# tomllib takes a time for these that grows with the square of their length.
_TOO_DOTTED = re.compile(r"""(?:[\w"'-]{1,100}\s*\.\s*){200}""")
_ALSO_CALLED = ("spooky-asyncio", "spooky_asyncio")
_ROOT_MARKERS = (CONFIGURATION, "setup.cfg", ".git")


@dataclass
class Project:
    root: Path
    settings: Settings = field(default_factory=Settings)
    problems: list[str] = field(default_factory=list)
    """What is wrong with its configuration, a line each. The defaults hold in place of what is wrong."""
    configuration: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """All of its pyproject.toml."""
    overlay: Callable[[Path], str | None] = field(default=lambda path: None, repr=False)
    """The text that stands in for that of a file, as it does for one that is open in an editor. jedi has to be told of
    it by `reread`, and the index of async names goes by what is on disk all the same."""
    memory: Memory | None = field(default=None, repr=False)
    """What inference answered about former versions of a file, for whoever checks one more than once."""
    kept_names: KeptNames | None = field(default=None, repr=False)
    """What the index of async names need not read again."""
    listed: Listed = field(default=list_folder, repr=False)
    """What is in a folder, for a run that wants to know it more than once."""
    _rooms_made: int = field(default=0, init=False, repr=False)
    _found: dict[str, list[Path]] = field(default_factory=dict, init=False, repr=False)
    """The files in which a name occurs, by name."""

    @classmethod
    def at(cls, root: Path, overrides: Mapping[str, Any] | None = None) -> Project:
        """The project in a folder: its `[tool.spooky]`, with `overrides` over it."""
        settings, problems = Settings(), []
        file = root / CONFIGURATION
        configuration: Mapping[str, Any] = {}
        try:
            configuration = _read(file)
            own = own_settings(configuration)
            if own is None:
                problems += [f"{file}: {problem}" for problem in _mistaken(configuration)]
            settings, found = settings.updated(own or {})
            found += [_no_pattern(pattern) for pattern in bad_patterns(settings.exclude)]
            problems += [f"{file}: [tool.spooky] {problem}" for problem in found]
        except (OSError, ValueError) as error:
            problems.append(f"{file}: cannot be read, the defaults hold: {error}")
        if overrides:
            settings, found = settings.updated(overrides, by_editor=True)
            problems += found
            if isinstance(overrides, Mapping) and "exclude" in overrides:
                problems += [_no_pattern(pattern) for pattern in bad_patterns(settings.exclude)]
        if len(problems) > MOST_PROBLEMS:
            problems[MOST_PROBLEMS:] = [f"{file}: [tool.spooky] has {len(problems) - MOST_PROBLEMS} more problems"]
        return cls(root, settings, problems, configuration)

    @classmethod
    def around(cls, path: Path, overrides: Mapping[str, Any] | None = None) -> Project:
        """The project that a file or folder belongs to."""
        return cls.at(find_root(path), overrides)

    def is_configured_like(self, other: Project) -> bool:
        """Whether what is found in its files is the same, as far as configuration, settings and packages have a say."""
        mine, theirs = ((one.settings, one.configuration, one.package_folders) for one in (self, other))
        return mine == theirs

    def check(self, source: Source, *, top_level_await: bool = False) -> Report:
        """Analyze one of the project's files. Never raises for what is in it. `top_level_await` tells whether it is
        the cell of a notebook."""
        return self._check(source, top_level_await, None, lambda: True)

    def check_file(self, path: Path) -> Report:
        """Analyze a file as it is on disk, for who checks many: what was read of it for others is used, and what is
        read of it now is kept for them. Reports of former files are of no use after that. Raises UnreadableSource."""
        if self._make_room():
            self._others.take_apart()
        text = read_text(path)
        read = self._others.read(path, text)
        report = self._check(read.source if read else Source.from_text(text, path), False, None, lambda: True, read)
        asked = report.basis.inference if isinstance(report.basis, _Basis) else None
        if report.lifecycles is not None and isinstance(asked, InferenceOnDemand):
            self._others.keep(report.lifecycles.callees, asked)
        return report

    def check_next(
        self,
        former: Report | None,
        text: str,
        path: Path | None,
        *,
        top_level_await: bool = False,
        is_wanted: Callable[[], bool] = lambda: True,
    ) -> Report:
        """Analyze the text that comes after that of a former report. Where no more than the statements of one function
        have changed, no more than these are parsed and analyzed again, and what a former one that was given up has not
        come to. Once it is not wanted any more, this one may be given up too. Raises UnreadableSource."""
        if former is None or top_level_await or not self._may_go_on_from(former, path):
            return self._check(Source.from_text(text, path), top_level_await, None, is_wanted)
        settle(former)
        version = next_version(former.source, text)
        if isinstance(version, Source):
            return self._check(version, False, None, is_wanted)
        version.apply()
        report = self._check(version.source, False, (former, version), is_wanted)
        return report if not report.failures else self.check(Source.from_text(text, path))

    def _may_go_on_from(self, former: Report, path: Path | None) -> bool:
        is_ours = isinstance(former.basis, _Basis) and former.basis.project is self and former.source.path == path
        return is_ours and former.lifecycles is not None and not former.failures and former.source.owns_tree

    def _check(
        self,
        source: Source,
        top_level_await: bool,
        before: tuple[Report, Revision] | None,
        is_wanted: Callable[[], bool],
        read: Callees | None = None,
    ) -> Report:
        if source.path is None:
            # Else the report of another text without a path would lose what it rests on.
            detach(None)
        if self._make_room():
            self._others.forget()
            read = None
        try:
            asked = self._others.asked(read) if read is not None else self.inference_about(source)
        except Exception as error:
            log.exception("inference of %s cannot start", source.path)
            return Report(source, failures=(f"{source.path or 'untitled file'}: internal error in inference: {error}",))
        target = replace(self.target, top_level_await=top_level_await)
        mentioning = partial(self._mentioning, source.path)
        inference = asked if self.memory is None else self.memory.of(source, asked, asked.failures)
        basis = _Basis(self, asked.names, inference)
        former = None
        if before is not None and before[0].lifecycles is not None:
            former = Former(before[0].lifecycles, before[1], same_answers=basis.answers_as(before[0].basis))
        settings = self._of_cells if top_level_await else self.settings
        report = analyze(source, settings, inference, self._others, target, mentioning, former, is_wanted, read)
        failures = (*report.failures, *asked.failures, *self._others.failures())
        again = partial(self._check_again, source.text, source.path, top_level_await)
        return replace(report, failures=failures, prepare=asked.prepare, again=again, basis=basis)

    def _make_room(self) -> bool:
        """Throw out parsed files if there are too many. Returns whether other files have to be forgotten: these are too
        many, or would keep on asking about parsed ones that are gone, for whichever project that was."""
        rooms_made, self._rooms_made = self._rooms_made, make_room()
        return self._rooms_made != rooms_made or self._others.are_too_many

    def _check_again(self, text: str, path: Path | None, top_level_await: bool) -> Report:
        return self.check(Source.from_text(text, path), top_level_await=top_level_await)

    def inference_about(self, source: Source, names: Names | None = None) -> InferenceOnDemand:
        names = names or self.names_in_reach(source)
        mark = BYTE_ORDER_MARK if source.text.startswith(BYTE_ORDER_MARK) else ""
        return InferenceOnDemand(mark + source.parsed, source.path, self._places, names)

    def names_in_reach(self, source: Source) -> Names:
        return self.async_names.in_reach(source.text, source.path)

    def refresh(self) -> None:
        """Files of the project have changed on disk. What types have told of others stays known; inference is asked
        again, as nobody knows what it has looked into."""
        changed = self.async_names.refresh()
        if changed is None:
            self.forget()
        else:
            for path in {*map(Path, changed), *self._others.changed}:
                # What stands in for a file has not changed with it.
                if self.overlay(path) is None:
                    self.forget(path)
            self._ask_again()
        self.__dict__.pop("files", None)
        self._found.clear()

    def _ask_again(self) -> None:
        if self._others.have_asked:
            # What was found in a file without a question of its own may rest on theirs.
            self._others.ask_again()
            if self.memory is not None:
                self.memory.forget()
        elif self.memory is not None:
            self.memory.ask_again()

    def forget(self, path: Path | None = None) -> None:
        """Read a file, or all of them, anew before a check or a fix looks into it again."""
        self._others.forget(path)
        if self.memory is not None:
            self.memory.forget(unless=path)

    def reread(self, path: Path) -> None:
        """Let jedi know what stands in for the text of a file, or that nothing does any more. It must find functions
        where the rest of the analysis finds them."""
        text = self.overlay(path)
        if text is None:
            detach(path)
        else:
            read_instead(text, path, self._places)

    def trying(self, report: Report) -> AbstractContextManager[None]:
        """Within it other versions of a report's file can be checked, and the report can answer questions after it."""
        report.complete.prepare()
        return aside(report.source.path)

    def mentions_in(self, path: Path, name: str) -> bool:
        text = self.overlay(path)
        return mentions(path, name) if text is None else name in text

    def _mentioning(self, asking: Path | None, name: str) -> Iterator[Callees | None]:
        """The project's other files in which a name occurs; None for one that can't be read as Python, and None alone
        for more than anybody could look through. No other file can import a text without a path."""
        if asking is None:
            return
        if name not in self._found:
            self._found[name] = [path for path in self.files if self.mentions_in(path, name)]
        paths = [path for path in self._found[name] if path != asking]
        yield from map(self._others.open, paths) if len(paths) <= MOST_MENTIONING else [None]

    @property
    def _of_cells(self) -> Settings:
        """Whether a comment is of use shows in the cells below too, which are not known here."""
        return replace(self.settings, severity={**self.settings.severity, unused_suppression.RULE.name: None})

    @cached_property
    def target(self) -> Target:
        found = target(self.configuration, self.package_folders)
        return replace(found, entry_points=entry_points(self.root, self.configuration))

    @cached_property
    def files(self) -> list[Path]:
        """All that are checked in its folder, until `refresh`."""
        return list(python_files([self.root], lambda _: self, listed=self.listed))

    @cached_property
    def _others(self) -> OtherFiles:
        return OtherFiles(self)

    @cached_property
    def _places(self) -> Places:
        # Packages in `src` are imported from elsewhere in the project, its tests above all, as if they were installed.
        return Places(self.root, [self.root / "src", *self.package_folders])

    @cached_property
    def async_names(self) -> AsyncNames:
        return AsyncNames(self.root, self.package_folders, self.kept_names)

    @cached_property
    def package_folders(self) -> list[Path]:
        """Where the packages are installed that its code may import. What can't be found is one of its `problems`."""
        try:
            return site_packages(self.settings.interpreter, self.root)
        except InterpreterError as error:
            self.problems.append(f"{error}; the packages of this project are not looked into")
            return []


@dataclass(frozen=True, eq=False)
class _Basis:
    """What a report rests on besides the text."""

    project: Project
    names: Names | None
    inference: Inference

    def answers_as(self, former: object) -> bool:
        """Whether inference answers as it did, about all but the one function that was edited."""
        return (
            isinstance(former, _Basis)
            and self.names == former.names
            and isinstance(self.inference, RememberingInference)
            and self.inference.agrees_with(former.inference)
        )


def settle(report: Report) -> None:
    """Find out what the next version of a text that is edited is compared by. `check_next` does so; who has nothing
    else to do meanwhile can before."""
    if isinstance(report.basis, _Basis) and isinstance(report.basis.inference, RememberingInference):
        report.basis.inference.settle()


MOST_PROBLEMS = 20
"""Nobody reads more of them."""

MOST_MENTIONING = 100
"""A name that occurs in more files is too common for anybody to be sure of all that it stands for there."""


def configures(folder: str) -> bool:
    """Whether a folder's own configuration has a `[tool.spooky]`, as far as it can be read."""
    file = os.path.join(folder, CONFIGURATION)
    try:
        return os.path.lexists(file) and own_settings(_read(Path(file))) is not None
    except OSError:
        return False
    except ValueError:
        # Broken, and perhaps meant for us: whoever reads it as the project's configuration says so.
        return True


def looks_like_root(folder: str) -> bool:
    if any(os.path.exists(os.path.join(folder, marker)) for marker in _ROOT_MARKERS):
        return True
    # In a package, `setup.py` is a module as any other.
    return os.path.exists(os.path.join(folder, "setup.py")) and not is_package(folder)


def find_root(
    path: Path,
    folders: Iterable[Path] = (),
    configures: Callable[[str], bool] = configures,
    looks_like_root: Callable[[str], bool] = looks_like_root,
) -> Path:
    """The folder of the project that a file or folder belongs to.

    That is the nearest one at or above it with a `[tool.spooky]`, else the nearest that looks like a project's, else
    the innermost of `folders` around it (those an editor has open), else the one that its package lies in. Who asks
    about many files hands over functions that remember what they have answered.
    """
    start = path if path.is_dir() else path.parent
    above = [*map(os.fspath, (start, *start.parents))]
    opened = set(map(os.path.normcase, folders))
    found = (
        next(filter(configures, above), None)
        or next(filter(looks_like_root, above), None)
        or next((folder for folder in above if os.path.normcase(folder) in opened), None)
        or next(folder for folder in above if not is_package(folder) and not is_package(os.path.dirname(folder)))
    )
    return Path(found)


def _mistaken(configuration: Mapping[str, Any]) -> Iterator[str]:
    """What is said of tables that are likely to be meant for us, where there is none of ours."""
    tools = configuration.get("tool", {})
    for name in tools if isinstance(tools, Mapping) else ():
        if name in _ALSO_CALLED or SequenceMatcher(None, name, "spooky").ratio() > 0.8:
            yield f"the table '{name}' is not read (did you mean [tool.spooky]?)"


def _no_pattern(pattern: str) -> str:
    return f"setting 'exclude': '{pattern}' is no pattern, and leaves out nothing"


def _read(file: Path) -> Mapping[str, Any]:
    """A pyproject.toml, empty if there is none. Raises OSError, or ValueError for broken ones."""
    try:
        text = read_bytes(file).decode("utf-8")
        if _TOO_DOTTED.search(text):
            raise ValueError("a key in it has too many parts")
        return tomllib.loads(text)
    except FileNotFoundError:
        return {}
    except RecursionError:
        raise ValueError("it is too deeply nested") from None


def own_settings(configuration: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The `[tool.spooky]` of a configuration, if it has one."""
    tools = configuration.get("tool", {})
    return tools.get("spooky") if isinstance(tools, Mapping) else None
