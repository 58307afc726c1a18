"""Prints what the packages in a folder require on any supported target, and the folder lacks.

usage: missing_requirements.py FOLDER
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import distributions

from pip._vendor.packaging.requirements import Requirement
from pip._vendor.packaging.utils import canonicalize_name

PYTHONS = ["3.10", "3.11", "3.12", "3.13", "3.14"]
PLATFORMS = [
    {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
]
TARGETS = [
    {"extra": "", "python_version": python, "python_full_version": f"{python}.0", **platform}
    for python, platform in itertools.product(PYTHONS, PLATFORMS)
]


def is_needed(requirement: Requirement) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate(target) for target in TARGETS)


def missing(versions: Mapping[str, str], required: Iterable[str]) -> set[str]:
    """Those of the requirements, without their markers, that no version of these packages meets. pip itself reads
    markers such as `python_version < "3.11"` for the Python that runs it, no other."""
    present = {canonicalize_name(name): version for name, version in versions.items()}

    def is_met(requirement: Requirement) -> bool:
        version = present.get(canonicalize_name(requirement.name))
        return version is not None and requirement.specifier.contains(version, prereleases=True)

    return {
        f"{requirement.name}{requirement.specifier}"
        for requirement in filter(is_needed, map(Requirement, required))
        if not is_met(requirement)
    }


if __name__ == "__main__":
    installed = list(distributions(path=[sys.argv[1]]))
    versions = {distribution.metadata["Name"]: distribution.version for distribution in installed}
    print(*sorted(missing(versions, (text for found in installed for text in found.requires or []))), sep="\n")
