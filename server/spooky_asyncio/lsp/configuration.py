"""The settings that an editor sends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lsprotocol import types

SECTION = "spooky"

WATCHER = types.Registration(
    id="spooky-files",
    method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
    register_options=types.DidChangeWatchedFilesRegistrationOptions(
        watchers=[types.FileSystemWatcher(pattern) for pattern in ("**/pyproject.toml", "**/*.py")]
    ),
)

PULL = types.ConfigurationParams(items=[types.ConfigurationItem(section=SECTION)])


def pushed(settings: Any) -> Any:
    """Our section of what `workspace/didChangeConfiguration` brought; None when it does not say."""
    if not isinstance(settings, Mapping) or SECTION not in settings:
        return None
    return overrides(settings[SECTION])


def overrides(settings: Any) -> Any:
    """Without the members that are null: such a setting is not set in the editor, and the project's own holds.

    What is no table at all stays as it is, for the settings to complain about.
    """
    if settings is None:
        return {}
    if not isinstance(settings, Mapping):
        return settings
    return {name: overrides(value) for name, value in settings.items() if value is not None}
