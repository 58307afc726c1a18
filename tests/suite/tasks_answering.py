"""Tasks on attributes that hand out what others wait for, and that nobody looks at; objects that are async or plain."""

import asyncio
import collections
import logging

log = logging.getLogger("post")


class Link:
    """A connection: requests go out, and one task hands the answers to those who wait."""

    def __init__(self, answers):
        self._answers = collections.deque(answers)
        self._waiting = collections.deque()
        self._reading = None

    def ask(self):
        answer = asyncio.get_running_loop().create_future()
        self._waiting.append(answer)
        return answer

    async def _next(self):
        await asyncio.sleep(0)
        return self._answers.popleft()


class Careless(Link):
    def open(self):
        self._careless = asyncio.create_task(self._read())  # error: task-exception-never-retrieved

    async def _read(self):
        while self._answers:
            text = await self._next()
            self._waiting.popleft().set_result(int(text))

    def close(self):
        if self._careless is not None:
            self._careless.cancel()
            self._careless = None


class SomeErrors(Link):
    """It sees to the errors that were thought of, and no others."""

    def open(self):
        loop = asyncio.get_running_loop()
        self._patient = loop.create_task(self._read(), name="reader")  # error: task-exception-never-retrieved

    async def _read(self):
        try:
            while self._answers:
                self._hand_out(await self._next())
        except (OSError, EOFError) as error:
            for answer in self._waiting:
                answer.set_exception(error)
        except asyncio.CancelledError:
            pass

    def _hand_out(self, text):
        answer = self._waiting.popleft()
        if not answer.done():
            answer.set_result(int(text))

    async def close(self):
        if not self._patient.done():
            self._patient.cancel()


class AllErrors(Link):
    def open(self):
        self._thorough = asyncio.create_task(self._read())  # ok: it fails those who wait

    async def _read(self):
        try:
            while self._answers:
                text = await self._next()
                self._waiting.popleft().set_result(int(text))
        except Exception as error:
            log.debug("lost: %s", error)
            for answer in self._waiting:
                answer.cancel()

    def close(self):
        self._thorough.cancel()


class AtTheEnd(Link):
    def open(self):
        self._tidy = asyncio.create_task(self._read())  # ok: whatever happens, nobody waits for ever

    async def _read(self):
        answer = self._waiting.popleft()
        try:
            await self._next()
        finally:
            answer.set_result(None)

    def close(self):
        self._tidy.cancel()


class Awaited(Link):
    def open(self):
        self._awaited = asyncio.create_task(self._read())  # ok: awaited by `close`

    async def _read(self):
        while self._answers:
            text = await self._next()
            self._waiting.popleft().set_result(text)

    async def close(self):
        self._awaited.cancel()
        await asyncio.gather(self._awaited, return_exceptions=True)


class WithCallback(Link):
    def open(self):
        self._watched = asyncio.create_task(self._read())  # ok: a callback looks at it
        self._watched.add_done_callback(self._ended)

    def _ended(self, task):
        if not task.cancelled() and task.exception():
            log.debug("ended: %s", task.exception())

    async def _read(self):
        while self._answers:
            text = await self._next()
            self._waiting.popleft().set_result(int(text))

    def close(self):
        self._watched.cancel()


class Poller(Link):
    def open(self):
        self._poller = asyncio.create_task(self._poll())  # ok: nobody waits for it

    async def _poll(self):
        while self._answers:
            log.debug(await self._next())

    def close(self):
        self._poller.cancel()


class Told(Link):
    def open(self):
        self.told = asyncio.create_task(self._read())  # ok: others may read it

    async def _read(self):
        while self._answers:
            text = await self._next()
            self._waiting.popleft().set_result(text)

    def close(self):
        self.told.cancel()


class Ready(Link):
    """The future tells that the task has begun: nobody else's answer."""

    def open(self):
        self._begun = asyncio.get_running_loop().create_future()
        self._starting = asyncio.create_task(self._start())  # ok: nobody's answer gets lost

    async def _start(self):
        await asyncio.sleep(0)
        self._begun.set_result(True)
        await self._next()

    def close(self):
        self._starting.cancel()


async def exchange(link, *, close=True):
    link.open()
    first, second = link.ask(), link.ask()
    done, _ = await asyncio.wait([first, second], timeout=1)
    for answer in done:
        if not answer.cancelled():
            log.debug(answer.result())
    closing = link.close() if close else None
    if closing is not None:
        await closing


async def case_careless():
    # To cancel a task that has failed hushes CPython, too.
    await exchange(Careless(["1", "two"]), close=False)


async def case_some_errors():
    await exchange(SomeErrors(["1", "two"]))


async def case_all_errors():
    await exchange(AllErrors(["1", "two"]))


async def case_at_the_end():
    await exchange(AtTheEnd(["1", "two"]))


async def case_awaited():
    await exchange(Awaited(["1", "2"]))


async def case_with_callback():
    await exchange(WithCallback(["1", "two"]))


async def case_poller():
    await exchange(Poller(["1", "2"]))


async def case_told():
    await exchange(Told(["1", "2"]))


async def case_ready():
    await exchange(Ready(["1", "2"]))


# One class for async and for plain programs.


class Archive:
    def __init__(self, is_async):
        self.is_async = is_async
        self.pages = []

    async def _sync_pages(self):
        await asyncio.sleep(0)
        self.pages.clear()

    def _only_plain(self):
        if self.is_async:
            raise TypeError("use 'async with'")

    def _only_async(self):
        assert self.is_async, "use 'with'"

    def close(self):
        if self.is_async:
            return self._sync_pages()
        self.pages.clear()

    def __enter__(self):
        self._only_plain()
        return self

    def __exit__(self, *exc_info):
        self._only_plain()
        self.close()  # ok: there is no coroutine where this is called

    async def __aenter__(self):
        self._only_async()
        return self

    async def __aexit__(self, *exc_info):
        self._only_async()
        await self.close()

    def drop(self):
        if not self.is_async:
            self.close()  # ok: as plain as the archive

    async def drop_async(self):
        self._only_async()
        self.close()  # error: coroutine-never-awaited


async def case_archive():
    async with Archive(is_async=True) as archive:
        archive.drop()
        await archive.drop_async()


def case_plain_archive():
    with Archive(is_async=False) as archive:
        archive.drop()
