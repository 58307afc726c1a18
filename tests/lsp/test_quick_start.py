"""The classes of the protocol that a server works with are those that everybody else has, and fewer at its start."""

from __future__ import annotations

import re
import subprocess
import sys

SERVER = """
from spooky_asyncio.lsp.quick_start import import_protocol
import_protocol()
"""

CLASSES = """
import attrs, inspect
from lsprotocol import types
classes = {name: one for name, one in vars(types).items() if isinstance(one, type) and hasattr(one, "__annotations__")}
"""

SHOWN = """
from lsprotocol.converters import get_converter
converter = get_converter()
for name, one in classes.items():
    if attrs.has(one):
        takes = [(each.name, each.kind, each.default) for each in inspect.signature(one).parameters.values()]
        print(name, takes, one.__hash__ is None, *attrs.fields(one))
first, same = (types.Range(types.Position(1, 2), types.Position(3, character=4)) for _ in range(2))
print(first, first == same, first == types.Position(1, 2), converter.unstructure(first))
print(converter.structure({"textDocument": {"uri": "file:///a.py", "version": 3}, "contentChanges": [{"text": ""}]},
                          types.DidChangeTextDocumentParams))
class Own(types.WorkspaceEdit):
    def __init__(self):
        super().__init__(changes={})
print(Own())
try:
    types.TextDocumentItem(uri=1, language_id="python", version=0, text="")
except TypeError as error:
    print(error.args[0])
"""

COUNT = """
from spooky_asyncio.lsp.server import create_server
create_server(None)
print(sum(isinstance(vars(one).get("__attrs_attrs__"), tuple) for one in classes.values()))
"""


def output(*program: str) -> str:
    ran = subprocess.run([sys.executable, "-c", "".join(program)], capture_output=True, encoding="utf-8", check=True)
    return re.sub(" at 0x[0-9a-fA-F]+", "", ran.stdout)


def test_the_classes_are_those_of_lsprotocol() -> None:
    assert output(SERVER, CLASSES, SHOWN) == output(CLASSES, SHOWN)


AT_ONCE = """
import sys, threading
from lsprotocol.converters import get_converter
sys.setswitchinterval(1e-6)
begun, made = threading.Barrier(8), []
def structure(converter):
    begun.wait()
    capabilities = {"textDocument": {"completion": {"completionItem": {"snippetSupport": True}}}, "workspace": {}}
    made.append(str(converter.structure({"capabilities": capabilities}, types.InitializeParams)))
threads = [threading.Thread(target=structure, args=(get_converter(),)) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(made), len({*made}))
"""


def test_threads_may_use_one_at_the_same_time() -> None:
    for _ in range(5):
        assert output(SERVER, CLASSES, AT_ONCE) == "8 1\n"


def test_a_start_makes_few_of_them() -> None:
    assert 0 < int(output(SERVER, CLASSES, COUNT)) < 50
