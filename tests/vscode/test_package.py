"""What lies in the packed extension."""

from __future__ import annotations

import email
import json
import re
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
VSIX = ROOT / "vscode-client" / "spooky-asyncio.vsix"
LIBS = "extension/bundled/libs/"
META = ROOT / "vscode-client" / "dist" / "meta.json"

pytestmark = pytest.mark.skipif(
    not VSIX.exists(), reason=f"{VSIX.name} is missing: run `npm ci && npm run package` in vscode-client"
)


@pytest.fixture(scope="module")
def packed() -> dict[str, str]:
    """The text files in it."""
    with ZipFile(VSIX) as zipped:
        names = [name for name in zipped.namelist() if not name.endswith(".png")]
        return {name: zipped.read(name).decode("utf-8", "replace") for name in names}


def test_each_package_of_others_is_named_with_its_licence(packed: dict[str, str]) -> None:
    notices = packed["extension/ThirdPartyNotices.txt"]
    headings = dict(re.findall(r"^=+\n(.+): (.+)\n=+$", notices, re.MULTILINE))
    bundled = {name: text for name, text in packed.items() if name.startswith(LIBS)}
    metadata = [email.message_from_string(text) for name, text in bundled.items() if name.endswith("-info/METADATA")]
    assert len(metadata) > 10
    for package in metadata:
        if package["Name"] != "spooky-asyncio":
            assert headings.pop(f"{package['Name']} {package['Version']}")
    texts = [text for name, text in bundled.items() if re.search(r"/(licen[cs]e|notice)[^/]*$", name, re.IGNORECASE)]
    ours = (ROOT / "LICENSE").read_text("utf-8")
    assert [text for text in texts if text.strip() not in notices and text != ours] == []
    # What is left is of JavaScript, and what the packages carry themselves.
    carried = {f"{name} " for name in re.findall(r"node_modules/((?:@[^/]+/)?[^/\"]+)/", META.read_text("utf-8"))}
    assert carried
    assert {name for name in carried if not any(heading.startswith(name) for heading in headings)} == set()
    assert headings["jedi/third_party/typeshed"]


def test_the_same_files_make_the_same_bytes(packed: dict[str, str]) -> None:
    """`tests/reproducible.py` shows it, which takes longer."""
    with ZipFile(VSIX) as zipped:
        entries = zipped.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert len({(entry.date_time, entry.external_attr) for entry in entries}) == 1
    names = {name.rpartition("/")[2] for name in packed}
    assert names.isdisjoint({"direct_url.json", "INSTALLER", "REQUESTED"})
    lost = [name for name, text in packed.items() if str(ROOT) in text]
    assert lost == []


def test_it_runs_where_the_files_are_and_says_where_it_does_not(packed: dict[str, str]) -> None:
    manifest = json.loads(packed["extension/package.json"])
    # In a container or on another machine it is there, beside the files and the interpreter.
    assert manifest["extensionKind"] == ["workspace"]
    capabilities = manifest["capabilities"]
    assert capabilities["virtualWorkspaces"]["supported"] is False
    assert capabilities["untrustedWorkspaces"]["supported"] == "limited"
    # What names a program to be run.
    assert {*capabilities["untrustedWorkspaces"]["restrictedConfigurations"]} == {
        "spooky.interpreter",
        "spooky.importStrategy",
    }


def test_what_is_bundled_is_what_was_locked(packed: dict[str, str]) -> None:
    lines = (ROOT / "vscode-client" / "scripts" / "requirements.txt").read_text("utf-8").splitlines()
    locked = dict(re.findall(r"^(\S+)==(\S+) --hash=sha256:[0-9a-f]{64}$", "\n".join(lines), re.MULTILINE))
    assert len(locked) == len(lines) - 1
    found = [email.message_from_string(text) for name, text in packed.items() if name.endswith("-info/METADATA")]
    ours = json.loads((ROOT / "vscode-client" / "package.json").read_text("utf-8"))["version"]
    assert {one["Name"]: one["Version"] for one in found} == {**locked, "spooky-asyncio": ours}
