"""Prints what the packages in a folder require on any supported target, and the folder lacks.

usage: missing_requirements.py FOLDER
"""

import itertools
import sys
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


def missing(folder: str) -> set[str]:
    installed = list(distributions(path=[folder]))
    present = {canonicalize_name(distribution.name) for distribution in installed}
    required = [Requirement(text) for found in installed for text in found.requires or []]
    return {
        f"{requirement.name}{requirement.specifier}"
        for requirement in required
        if canonicalize_name(requirement.name) not in present and is_needed(requirement)
    }


print(*sorted(missing(sys.argv[1])), sep="\n")
