"""The process that analyzes: answers one request after the other, until nobody asks any more.

It reads them on its standard input and answers on its standard output. Where it can't go on it ends, and the server
starts another one: that is cheaper than to mend it.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import pickle
import signal
import sys
import threading
from collections.abc import Iterator
from itertools import chain
from queue import SimpleQueue
from typing import BinaryIO, NoReturn

from spooky_asyncio import garbage
from spooky_asyncio.inference.on_demand import keep_at_most
from spooky_asyncio.lsp import logs
from spooky_asyncio.lsp.analyst import Analyst
from spooky_asyncio.lsp.parent import end_with
from spooky_asyncio.lsp.requests import Answer, Call, Failed, GiveUp, LooksInto, Said
from spooky_asyncio.lsp.streams import own_stdout
from spooky_asyncio.lsp.warming_up import warm_up
from spooky_asyncio.lsp.worker import OUT_OF_MEMORY
from spooky_asyncio.processors import processors

log = logging.getLogger(__name__)

STACK_BYTES = 64 * 1024 * 1024
"""jedi and the parser recurse deeply, and some systems give a thread so little stack that this would be a crash."""

PARSED_BYTES = 80_000_000
"""Of parsed files that are kept in memory: those of one large document and of what it imports take half of it."""


def main(server: int) -> None:
    """Serve the process of this number."""
    calls, answers = sys.stdin.buffer, own_stdout()
    # Ctrl-C is for the server, which ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with(server)
    garbage.look_when_told()
    keep_at_most(PARSED_BYTES)
    threading.stack_size(STACK_BYTES)
    process = _WorkerProcess(answers)
    threading.Thread(target=process.serve, name="spooky-analysis", daemon=True).start()
    process.listen(calls)
    # Python itself would tidy up all of jedi's trees one by one.
    logging.shutdown()
    os._exit(0)


class _WorkerProcess:
    def __init__(self, answers: BinaryIO) -> None:
        self._answers = answers
        self._sending = threading.Lock()
        self._calls: SimpleQueue[Call] = SimpleQueue()
        self._given_up = 0
        # With one processor, the server itself would begin later for it.
        self._warming_up: Iterator[None] = warm_up() if processors() > 1 else iter(())

    def listen(self, calls: BinaryIO) -> None:
        """Until nobody calls any more. Goes on while a call is being answered, which may be given up."""
        while True:
            try:
                message = pickle.load(calls)
            except EOFError:
                return
            if isinstance(message, GiveUp):
                self._given_up = message.number
            else:
                self._calls.put(message)

    def serve(self) -> None:
        """Never returns: where it can't go on, the process ends."""
        try:
            self._serve()
        except BaseException as error:
            log.critical("the process that analyzes can't answer: %r", error, exc_info=error)
            os._exit(1)

    def _serve(self) -> NoReturn:
        # The server prints what is forwarded, but has no traceback.
        logs.to_stderr(lambda record: record.exc_info is not None or not logs.is_forwarded(record))
        logs.forward(lambda level, message: self._send(Said(level, message)))
        logging.getLogger().addHandler(_EndsOutOfMemory())
        analyst = Analyst(lambda path: self._send(LooksInto(path)))
        while True:
            self._send(self._answered(self._next_call(analyst), analyst))
            garbage.look_at_new()

    def _next_call(self, analyst: Analyst) -> Call:
        ahead = chain(analyst.ahead(), self._warming_up)
        while self._calls.empty() and _goes_on(ahead):
            pass
        return self._calls.get()

    def _answered(self, call: Call, analyst: Analyst) -> Answer | Failed:
        # Runs without the interpreter, which something may hold that never gives it back; says on stderr where it is.
        faulthandler.dump_traceback_later(call.seconds, exit=True)
        try:
            return Answer(analyst.answer(call.request, call.texts, lambda: self._given_up != call.number))
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        except Exception as error:
            log.exception("internal error in %s: %s: %s", type(call.request).__name__, type(error).__name__, error)
            return Failed(f"{type(error).__name__}: {error}")
        finally:
            faulthandler.cancel_dump_traceback_later()

    def _send(self, message: object) -> None:
        with self._sending:
            pickle.dump(message, self._answers, pickle.HIGHEST_PROTOCOL)
            self._answers.flush()


def _goes_on(ahead: Iterator[None]) -> bool:
    """Whether there was something to be done. What fails is in the way of nothing else."""
    try:
        next(ahead)
    except StopIteration:
        return False
    except Exception:
        log.exception("internal error while nobody asks")
    return True


class _EndsOutOfMemory(logging.Handler):
    """Who fails for want of memory says so to the log, and goes on. The next document would fare no better."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info is not None and isinstance(record.exc_info[1], MemoryError):
            os._exit(OUT_OF_MEMORY)
