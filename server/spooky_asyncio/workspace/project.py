"""A project: its folder, its settings and how its files are checked."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from spooky_asyncio import inference
from spooky_asyncio.engine import Report, analyze
from spooky_asyncio.settings import Settings
from spooky_asyncio.source import Source
from spooky_asyncio.workspace.async_names import AsyncNames
from spooky_asyncio.workspace.environment import InterpreterError, site_packages

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_ROOT_MARKERS = ("pyproject.toml", "setup.py", "setup.cfg", ".git")


@dataclass
class Project:
    root: Path
    settings: Settings = field(default_factory=Settings)
    problems: list[str] = field(default_factory=list)
    """What is wrong with its configuration, a line each. The defaults hold in place of what is wrong."""

    @classmethod
    def at(cls, root: Path, overrides: Mapping[str, Any] | None = None) -> Project:
        """The project in a folder: its `[tool.spooky]`, with `overrides` over it."""
        settings, problems = Settings(), []
        file = root / "pyproject.toml"
        try:
            table = tomllib.loads(file.read_text("utf-8")).get("tool", {}).get("spooky", {})
            settings, found = settings.updated(table)
            problems += [f"{file}: [tool.spooky] {problem}" for problem in found]
        except FileNotFoundError:
            pass
        except (OSError, ValueError, AttributeError) as error:
            problems.append(f"{file}: cannot be read, the defaults hold: {error}")
        if overrides:
            settings, found = settings.updated(overrides)
            problems += found
        return cls(root, settings, problems)

    @classmethod
    def around(cls, path: Path, overrides: Mapping[str, Any] | None = None) -> Project:
        """The project that a file or folder belongs to."""
        return cls.at(find_root(path), overrides)

    def check(self, source: Source) -> Report:
        """Analyze one of the project's files."""
        names = self._async_names.in_reach(source.text, source.path)
        asked = inference.JediInference(source.text, source.path, self._jedi, names)
        report = analyze(source, self.settings, asked)
        return replace(report, failures=(*report.failures, *asked.failures))

    def refresh(self) -> None:
        """Files of the project have changed on disk."""
        self._async_names.refresh()

    @cached_property
    def _jedi(self) -> inference.JediProject:
        return inference.project(self.root, self._packages)

    @cached_property
    def _async_names(self) -> AsyncNames:
        return AsyncNames(self.root, self._packages)

    @cached_property
    def _packages(self) -> list[Path]:
        try:
            return site_packages(self.settings.interpreter, self.root)
        except InterpreterError as error:
            self.problems.append(f"{error}; the packages of this project are not looked into")
            return []


def find_root(path: Path) -> Path:
    """The nearest folder at or above `path` that looks like a project's, else the folder of `path` itself."""
    folder = path if path.is_dir() else path.parent
    for candidate in (folder, *folder.parents):
        if any((candidate / marker).exists() for marker in _ROOT_MARKERS):
            return candidate
    return folder
