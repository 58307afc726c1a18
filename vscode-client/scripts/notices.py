"""Writes ThirdPartyNotices.txt: what of others' work the extension carries, each with its licence.

Of Python it is what lies in bundled/libs, of JavaScript what esbuild has put into dist/extension.js. Ends with an error
if something has no licence.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution
from pathlib import Path

CLIENT = Path(__file__).parents[1]
LIBS = CLIENT / "bundled" / "libs"
OURS = "spooky-asyncio"
LEGAL = re.compile(r"(licen[cs]e|copying|notice|authors)\b", re.IGNORECASE)
RULE = "=" * 80 + "\n"
HEAD = "Spooky asyncio carries the work of others, which is theirs, under the licences below.\n\n"


@dataclass(frozen=True)
class Notice:
    name: str
    licence: str
    texts: tuple[str, ...]

    def __str__(self) -> str:
        return f"{RULE}{self.name}: {self.licence}\n{RULE}\n" + "\n".join(f"{text.strip()}\n" for text in self.texts)


def of_python() -> Iterator[Notice]:
    for information in LIBS.glob("*.dist-info"):
        found = Distribution.at(information)
        if found.metadata["Name"] != OURS:
            yield Notice(f"{found.metadata['Name']} {found.version}", _stated(found), _texts(information.rglob("*")))


def _stated(found: Distribution) -> str:
    classifiers = found.metadata.get_all("Classifier") or []
    of_classifiers = [text.rpartition(" :: ")[2] for text in classifiers if text.startswith("License :: ")]
    return found.metadata["License-Expression"] or found.metadata["License"] or ", ".join(of_classifiers)


def of_what_packages_carry() -> Iterator[Notice]:
    """The work of others in them, as typeshed in jedi, which comes with a text and no word on it."""
    for file in LIBS.rglob("*"):
        if file.is_file() and LEGAL.match(file.stem) and file.suffix in ("", ".txt", ".md"):
            within = file.parent.relative_to(LIBS)
            if not within.parts[0].endswith(".dist-info"):
                yield Notice(within.as_posix(), "see the text", _texts([file]))


def of_javascript() -> Iterator[Notice]:
    inputs = json.loads((CLIENT / "dist" / "meta.json").read_text("utf-8"))["inputs"]
    packages = {match[0] for match in map(re.compile(r".*node_modules/(@[^/]+/)?[^/]+").match, inputs) if match}
    for package in sorted(packages):
        folder = CLIENT / package
        manifest = json.loads((folder / "package.json").read_text("utf-8"))
        yield Notice(f"{manifest['name']} {manifest['version']}", manifest.get("license", ""), _texts(folder.iterdir()))


def _texts(files: Iterable[Path]) -> tuple[str, ...]:
    legal = sorted(file for file in files if file.is_file() and LEGAL.match(file.name))
    return tuple(file.read_text("utf-8", "replace") for file in legal)


notices = [*of_python(), *of_what_packages_carry(), *of_javascript()]
without = [notice.name for notice in notices if not notice.licence or not notice.texts]
if without:
    sys.exit(f"No licence is known of {', '.join(without)}")
written = "\n".join(map(str, sorted(notices, key=lambda notice: notice.name.lower())))
(CLIENT / "ThirdPartyNotices.txt").write_text(HEAD + written, "utf-8", newline="\n")
