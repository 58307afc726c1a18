"""A program in a terminal, as somebody sees it who sits before it."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import struct
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pyte

LINES, COLUMNS = 50, 160


class Terminal:
    def __init__(self, file: int, patience: float) -> None:
        self._file = file
        """It has `patience` seconds for all that is to be seen, and to end."""
        self._deadline = time.monotonic() + patience
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._screen)

    def type(self, keys: str) -> None:
        os.write(self._file, keys.encode())

    def change(self, keys: str) -> None:
        """Type what changes something, and wait until that is to be seen."""
        before = self._look
        self.type(keys)
        self.until("a change", lambda: self._look != before)

    def until(self, what: str, condition: Callable[[], bool]) -> None:
        """Show what the program writes until something is to be seen."""
        while not condition():
            assert self._goes_on(), f"{what}: waited in vain before\n{self.text}"

    def end(self) -> None:
        """Show what the program writes until it has ended."""
        while self._goes_on():
            pass
        assert time.monotonic() < self._deadline, f"does not end:\n{self.text}"

    def settle(self) -> None:
        """Show what the program has written so far."""
        while select.select([self._file], [], [], 0.2)[0] and self._goes_on():
            pass

    def _goes_on(self) -> bool:
        """Whether the program does, and there is time; what it has written meanwhile is shown."""
        if select.select([self._file], [], [], 0.05)[0]:
            try:
                self._stream.feed(os.read(self._file, 65536))
            except OSError:
                return False
        return time.monotonic() < self._deadline

    def shows(self, text: str) -> None:
        self.until(text, lambda: text in self.text)

    def hides(self, text: str) -> None:
        self.until(f"no {text}", lambda: text not in self.text)

    @property
    def _look(self) -> object:
        """What is to be seen, with its colours."""
        return {number: dict(line) for number, line in self._screen.buffer.items()}

    @property
    def text(self) -> str:
        """With each run of white space as one space: where a line is broken goes by its width."""
        return " ".join(" ".join(self._screen.display).split())

    def backgrounds(self, text: str) -> set[str]:
        """The colours behind a text, on each line that it begins on."""
        found = set()
        for number, line in enumerate(self._screen.display):
            if (column := line.find(text)) >= 0:
                found.add(self._screen.buffer[number][column].bg)
        return found


@contextlib.contextmanager
def opened(
    command: Sequence[str | Path], folder: Path, environment: Mapping[str, str], patience: float
) -> Iterator[Terminal]:
    """The program is gone afterwards. Only where there are such terminals."""
    import fcntl
    import pty
    import termios

    process, file = pty.fork()
    if process == 0:
        os.chdir(folder)
        colours = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        os.execvpe(command[0], [os.fspath(part) for part in command], {**environment, **colours})
    try:
        fcntl.ioctl(file, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        yield Terminal(file, patience)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(file)
