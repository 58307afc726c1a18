"""The process that analyzes, as the server sees it: asked one thing at a time, and replaced when it hangs or dies.

As only one request is under way, no more than one answer can be lost with it. A new process is told what the old one
knew. What ends two of them, or keeps one busy for too long, is not tried again until its text has changed.
"""

from __future__ import annotations

import contextlib
import logging
import pickle
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

from spooky_asyncio.lsp.launch import Launched, launch
from spooky_asyncio.lsp.requests import Answer, Call, Failed, GiveUp, LooksInto, OfDocument, Request, Said
from spooky_asyncio.lsp.snapshots import Snapshot

log = logging.getLogger(__name__)

T = TypeVar("T")

PATIENCE_SECONDS = 30.0
"""An answer that takes longer would never come,"""
CHARACTERS_A_SECOND = 10_000
"""but for long texts, which may take so much more."""

GRACE_SECONDS = 1.0
"""What a process has after that to end itself, and to say where it was."""

TRIES = 2
"""A process may end for reasons that have nothing to do with what it is asked."""

OUT_OF_MEMORY = 70
"""The exit status that says so."""


class Lost(Exception):
    """There is no answer, and one line for the user says why."""


class Worker:
    """Asked and mended on one thread; all other methods may be called on any."""

    def __init__(self, launched: Launched | None = None) -> None:
        """With a process that was launched already; else one is as soon as it is needed."""
        self.show: Callable[[str], None] = lambda line: None
        """Hears, on any thread, one line for the user about each process that was replaced."""
        self.on_end: Callable[[], None] = lambda: None
        """Hears, on any thread, that a process has ended: it may have to be mended."""
        self._process = _Process(launched, self._ended) if launched is not None else None
        self._next: _Process | None = None
        """Started already where the process may not live on: most of what a new one costs is its start."""
        self._stopped = False
        self._no_next = "the server ends"
        """Why it could not be started."""
        self._lock = threading.Lock()
        self._texts: dict[Path, str] = {}
        self._new: dict[Path, str | None] = {}
        """What the process does not know yet of the texts."""
        self._lasting: Request[object] | None = None
        self._aside = _Aside()

    def replace(self, path: Path, text: str | None) -> None:
        """From now on a text stands in for that of a file, or none does."""
        with self._lock:
            if text is not None and self._texts.get(path) == text:
                return
            self._new[path] = text
            if text is None:
                self._texts.pop(path, None)
            else:
                self._texts[path] = text

    def ask(self, request: Request[T], is_wanted: Callable[[], bool] = lambda: True) -> T:
        """Waits for the answer. Raises Lost. One that is not wanted any more (see `give_up`) may be wrong."""
        where = _where(request)
        self._aside.refuse(request)
        tries = 1 if self._aside.knows(request) else TRIES
        ended: _Ended | None = None
        while tries:
            tries -= 1
            try:
                if ended is not None:
                    # What has ended the first may end the second too.
                    self._running()
                    self._start_next()
                answer = self._exchange(request, is_wanted)
                break
            except _Ended as error:
                ended = error
                if self._aside.put_other(error.looked_into, self._texts):
                    # It was another document's fault.
                    log.error("%s is not looked into until it is edited: reading it %s", error.looked_into, error)
                    tries = 1
                elif error.hung:
                    tries = 0
        else:
            assert ended is not None
            raise self._lost(request, where, ended) from ended
        self._drop_next()
        self._aside.forget(request)
        if ended is not None:
            self._tell(f"the analysis of {where} {ended}, and was started again")
        if request.lasts:
            self._lasting = request
        if isinstance(answer, Failed):
            raise Lost(answer.error)
        return cast("T", answer)

    def give_up(self) -> None:
        """What is asked just now may not be wanted any more. Does not wait."""
        process = self._process
        if process is not None:
            process.give_up()

    def mend(self) -> None:
        """Replace a process that has ended while nobody waited for it. One that could not even begin is not."""
        process = self._process
        if process is None or self._stopped or not process.has_ended or not process.has_answered:
            return
        try:
            self._running()
        except (_Ended, Lost) as error:
            if not process.was_asked:
                self._tell(f"the process that analyzes {process.how_it_ended}, and can't be started again: {error}")

    def stop(self) -> None:
        """Ends the process, whatever it is doing just now."""
        with self._lock:
            self._stopped = True
        self._drop_next()
        if self._process is not None:
            self._process.end()

    def _exchange(self, request: Request[T], is_wanted: Callable[[], bool]) -> object:
        process = self._running()
        with self._lock:
            texts = {path: text for path, text in self._new.items() if not self._aside.holds(path, text)}
            self._new = {}
        return process.exchange(Call(request, texts, _patience(request)), is_wanted, self._start_next)

    def _running(self) -> _Process:
        """The process, or a new one that knows what the old one did. Raises Lost where none can be started."""
        former = self._process
        if former is None or former.has_ended:
            if self._stopped:
                raise Lost("the server ends")
            self._start_next()
            with self._lock:
                if self._next is None:
                    raise Lost(f"the process that analyzes cannot be started: {self._no_next}")
                self._process, self._next = self._next, None
                self._new = {**self._texts}
            if self._lasting is not None:
                self._process.exchange(Call(self._lasting, {}, _patience(self._lasting)))
            if former is not None and former.has_answered and not former.was_asked:
                self._tell(f"the process that analyzes {former.how_it_ended}, and was started again")
        assert self._process is not None
        return self._process

    def _start_next(self) -> None:
        """On any thread."""
        with self._lock:
            if self._stopped or (self._next is not None and not self._next.has_ended):
                return
            try:
                self._next = _Process(launch(), self._ended)
            except OSError as error:
                self._next, self._no_next = None, str(error)

    def _drop_next(self) -> None:
        with self._lock:
            if self._next is not None:
                self._next.end()
                self._next = None

    def _lost(self, request: Request[T], where: str, ended: _Ended) -> Lost:
        if self._process is None or not self._process.has_answered:
            # It is no document's fault.
            line = f"the process that analyzes {ended}, before it could answer anything"
        elif isinstance(request, OfDocument):
            line = f"{where} is left alone until it is edited, as its analysis {ended}"
            self._aside.put(request, line)
        else:
            line = f"the analysis {ended}"
        self.show(line)
        return Lost(line)

    def _tell(self, line: str) -> None:
        log.warning("%s", line)
        self.show(line)

    def _ended(self) -> None:
        if not self._stopped:
            self.on_end()


class _Aside:
    """What is not tried again until its text has changed, by kind of request."""

    def __init__(self) -> None:
        self._requests: dict[tuple[type, str], tuple[Snapshot, str]] = {}
        self._texts: dict[Path, str] = {}

    def put(self, request: OfDocument[T], why: str) -> None:
        self._requests[type(request), request.document.uri] = (request.document, why)

    def put_other(self, path: Path | None, texts: dict[Path, str]) -> bool:
        """A document that others were about to read."""
        text = texts.get(path) if path is not None else None
        if path is None or text is None:
            return False
        self._texts[path] = text
        return True

    def holds(self, path: Path, text: str | None) -> bool:
        if self._texts.get(path) == text and text is not None:
            return True
        self._texts.pop(path, None)
        return False

    def refuse(self, request: Request[T]) -> None:
        """Raises Lost for what was put aside."""
        if isinstance(request, OfDocument) and (known := self._requests.get(_key(request))) is not None:
            document, why = known
            if (document.text, document.above) == (request.document.text, request.document.above):
                raise Lost(why)

    def knows(self, request: Request[T]) -> bool:
        """Whether it was about a former text of the same document."""
        return isinstance(request, OfDocument) and _key(request) in self._requests

    def forget(self, request: Request[T]) -> None:
        if isinstance(request, OfDocument):
            self._requests.pop(_key(request), None)


@dataclass
class _Ended(Exception):
    """A process has ended, or was ended, before it answered."""

    how: str
    hung: bool
    looked_into: Path | None

    def __str__(self) -> str:
        return self.how


@dataclass
class _Asked:
    """A call that is being answered."""

    number: int
    is_wanted: Callable[[], bool]
    is_given_up: bool = False


class _Process:
    def __init__(self, launched: Launched, on_end: Callable[[], None]) -> None:
        self.has_answered = False
        self.was_asked = False
        """Whether it has ended while somebody waited for an answer, who was told."""
        self._launched = launched
        self._on_end = on_end
        self._sending = threading.Lock()
        self._asked: _Asked | None = None
        threading.Thread(target=self._wait, name="spooky-worker-end", daemon=True).start()

    @property
    def has_ended(self) -> bool:
        return self._launched.poll() is not None

    @property
    def how_it_ended(self) -> str:
        status = self._launched.poll()
        if status == OUT_OF_MEMORY:
            return "ran out of memory"
        if status is not None and status < 0:
            names = {number.value: number.name for number in signal.Signals}
            return f"was ended by {names.get(-status, f'signal {-status}')}"
        return f"ended with status {status}"

    def exchange(
        self, call: Call, is_wanted: Callable[[], bool] = lambda: True, on_late: Callable[[], None] = lambda: None
    ) -> object:
        """What is answered. Raises _Ended. `on_late` hears, on any thread, that there will be no answer."""
        answers = self._launched.stdout
        assert answers is not None
        looked_into: Path | None = None
        begun = time.monotonic()
        done = threading.Event()
        threading.Thread(target=self._watch, args=(call, done, on_late), name="spooky-patience", daemon=True).start()
        try:
            self._send(call)
            self._asked = _Asked(call.number, is_wanted)
            # Perhaps it was not any more before anybody could say so.
            self.give_up()
            while isinstance(message := pickle.load(answers), (Said, LooksInto)):
                if isinstance(message, Said):
                    log.log(message.level, "%s", message.message)
                else:
                    looked_into = message.path
        except Exception as error:
            # Whatever half a message may bring about.
            hung = time.monotonic() - begun >= call.seconds
            self.was_asked = True
            self.end()
            self._launched.wait()
            how = f"took more than {call.seconds:.0f} seconds" if hung else self.how_it_ended
            raise _Ended(how, hung, looked_into) from error
        finally:
            self._asked = None
            done.set()
        self.has_answered = True
        return message.value if isinstance(message, Answer) else message

    def give_up(self) -> None:
        """Tell the process, if what it is asked is not wanted any more."""
        asked = self._asked
        if asked is not None and not asked.is_given_up and not asked.is_wanted():
            asked.is_given_up = True
            # One that has been stopped does not read, and nobody must wait for it here.
            threading.Thread(target=self._tell_to_give_up, args=(asked.number,), daemon=True).start()

    def end(self) -> None:
        self._launched.kill()

    def _tell_to_give_up(self, number: int) -> None:
        # If it has ended, whoever waits for the answer sees to that.
        with contextlib.suppress(OSError, ValueError):
            self._send(GiveUp(number))

    def _send(self, message: Call | GiveUp) -> None:
        data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
        calls = self._launched.stdin
        assert calls is not None
        with self._sending:
            calls.write(data)
            calls.flush()

    def _watch(self, call: Call, done: threading.Event, on_late: Callable[[], None]) -> None:
        if not done.wait(call.seconds):
            on_late()
            if not done.wait(GRACE_SECONDS):
                self._launched.kill()

    def _wait(self) -> None:
        self._launched.wait()
        self._on_end()


def _key(request: OfDocument[T]) -> tuple[type, str]:
    return type(request), request.document.uri


def _where(request: Request[T]) -> str:
    if not isinstance(request, OfDocument):
        return "the workspace"
    return str(request.document.path or request.document.uri)


def _patience(request: Request[T]) -> float:
    characters = len(request.document.program) if isinstance(request, OfDocument) else 0
    return PATIENCE_SECONDS + characters / CHARACTERS_A_SECOND
