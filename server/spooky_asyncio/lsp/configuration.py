"""The settings that an editor sends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from lsprotocol import types

from spooky_asyncio.lsp.documents import path_of
from spooky_asyncio.settings import EditorSettings, Settings, in_editors

SECTION = "spooky"

WATCHER = types.Registration(
    id="spooky-files",
    method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
    register_options=types.DidChangeWatchedFilesRegistrationOptions(
        watchers=[types.FileSystemWatcher(pattern) for pattern in ("**/pyproject.toml", "**/*.py")]
    ),
)

PACKAGES = "site-packages"
"""Changes in there are not looked at: an installation would be hundreds of reasons to check all anew."""

_FOLDERS = "folders"
"""Beside the settings for all folders, what is different in some, by their URIs."""

_NAMES = {SECTION, _FOLDERS, *(in_editors(field.name) for field in fields(Settings))}


def is_watched(path: Path, folders: Sequence[Path]) -> bool:
    """Whether a client that watches the files of its folders tells of a change in this one."""
    return path.suffix == ".py" and PACKAGES not in path.parts and any(one in path.parents for one in folders)


def questions(folders: Sequence[str]) -> types.ConfigurationParams:
    """Ask for the settings, and for those of the folders with these URIs."""
    items = [types.ConfigurationItem(section=SECTION, scope_uri=folder) for folder in (None, *folders)]
    return types.ConfigurationParams(items)


def answered(sections: Sequence[Any], folders: Sequence[str]) -> EditorSettings:
    return said(sections[0] if sections else None, dict(zip(folders, sections[1:], strict=False)))


def pushed(settings: Any) -> EditorSettings | None:
    """What `workspace/didChangeConfiguration` brought, in our section or, as Helix sends them, without one; None when
    it does not say."""
    if not isinstance(settings, Mapping) or _NAMES.isdisjoint(settings):
        return None
    return said(settings)


def said(settings: Any, folders: Mapping[str, Any] | None = None) -> EditorSettings:
    """What a client has said of its settings, in our section or without one, and of those of folders by URI."""
    everywhere = _set(settings[SECTION] if isinstance(settings, Mapping) and SECTION in settings else settings)
    if folders is None and isinstance(everywhere, dict) and isinstance(everywhere.get(_FOLDERS), dict):
        folders = everywhere.pop(_FOLDERS)
    places = ((path_of(uri), _set(own)) for uri, own in (folders or {}).items())
    return EditorSettings(everywhere, {place: own for place, own in places if place and own != everywhere})


def _set(settings: Any) -> Any:
    """Without the members that are null: such a setting is not set in the editor, and the project's own holds.

    What is no table at all stays as it is, for the settings to complain about.
    """
    if settings is None:
        return {}
    if not isinstance(settings, Mapping):
        return settings
    return {name: _set(value) for name, value in settings.items() if value is not None}
