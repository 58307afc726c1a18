"""What makes a coroutine in the standard library, and what only looks like it; in a train station."""

import asyncio
import asyncio as aio
import concurrent.futures
import contextlib
import socket
import sys
import time
import unittest.mock
from asyncio import Queue, StreamReader, StreamWriter, gather, sleep, wait_for
from unittest import IsolatedAsyncioTestCase
from unittest.mock import AsyncMock, MagicMock

TRUE = [sys.executable, "-S", "-c", ""]


async def arrive(train="night train"):
    await asyncio.sleep(0)
    return train


async def serve(reader, writer):
    await reader.readline()  # ok
    writer.close()  # ok


@contextlib.asynccontextmanager
async def platform(number=1):
    yield number


async def carriages(count=3):
    for number in range(count):
        yield number


# Sleeping and waiting


async def case_sleep():
    asyncio.sleep(1)  # error: coroutine-never-awaited
    await asyncio.sleep(0)  # ok


async def case_sleep_imported():
    sleep(0.1)  # error: coroutine-never-awaited
    aio.sleep(0.1)  # error: coroutine-never-awaited
    await sleep(0)  # ok
    await aio.sleep(0)  # ok


async def case_sleep_result():
    train = asyncio.sleep(0, "night train")  # error: coroutine-never-awaited
    print(f"{train} arrives")
    print(await asyncio.sleep(0, "day train"))  # ok


def case_sleep_in_sync_function():
    asyncio.sleep(1)  # error: coroutine-never-awaited
    time.sleep(0)  # ok
    asyncio.run(asyncio.sleep(0))  # ok


async def case_wait_for():
    asyncio.wait_for(arrive(), timeout=1)  # error: coroutine-never-awaited
    await asyncio.wait_for(arrive(), timeout=1)  # ok


async def case_wait_for_of_sleep():
    waiting = wait_for(sleep(0), 1)  # error: coroutine-never-awaited
    print(waiting)
    await wait_for(sleep(0), 1)  # ok


async def case_wait_for_event():
    doors = asyncio.Event()
    doors.set()
    if asyncio.wait_for(doors.wait(), 1):  # error: coroutine-never-awaited
        print("open")
    print(await asyncio.wait_for(doors.wait(), 1))  # ok


async def case_wait():
    trains = [asyncio.create_task(arrive()), asyncio.create_task(arrive("express"))]
    asyncio.wait(trains)  # error: coroutine-never-awaited
    await asyncio.gather(*trains)  # ok


async def case_as_completed():
    for train in asyncio.as_completed([arrive(), arrive("express")]):  # ok
        print(await train)  # ok


async def case_gather_awaited():
    print(await asyncio.gather(arrive(), arrive("express")))  # ok
    print(await gather(sleep(0), arrive()))  # ok


async def case_shield_awaited():
    print(await asyncio.shield(arrive()))  # ok


async def case_to_thread():
    asyncio.to_thread(time.sleep, 0)  # error: coroutine-never-awaited
    await asyncio.to_thread(time.sleep, 0)  # ok


async def case_to_thread_printed():
    print("slept", asyncio.to_thread(time.sleep, 0))  # error: coroutine-never-awaited
    print("slept", await asyncio.to_thread(time.sleep, 0))  # ok


async def case_wrap_future():
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        await asyncio.wrap_future(pool.submit(time.sleep, 0))  # ok


def case_run():
    asyncio.run(arrive())  # ok
    asyncio.run(asyncio.wait_for(arrive(), 1))  # ok


def case_run_until_complete():
    loop = asyncio.new_event_loop()
    loop.run_until_complete(arrive())  # ok
    loop.close()  # ok


# Queues


async def case_queue_get():
    track = asyncio.Queue()
    track.put_nowait("engine")  # ok
    track.get()  # error: coroutine-never-awaited
    print(await track.get())  # ok


async def case_queue_get_used():
    track = Queue()
    track.put_nowait("engine")  # ok
    engine = track.get()  # error: coroutine-never-awaited
    print("next:", engine, track.qsize(), track.empty())
    engine = await track.get()  # ok
    track.task_done()  # ok


async def case_queue_put():
    track: asyncio.Queue[str] = asyncio.Queue(maxsize=3)
    track.put("engine")  # error: coroutine-never-awaited
    await track.put("engine")  # ok
    print(track.get_nowait())  # ok


async def case_queue_join():
    track = asyncio.LifoQueue()
    track.join()  # error: coroutine-never-awaited
    await track.join()  # ok


async def case_priority_queue():
    track = asyncio.PriorityQueue()
    for number in range(2):
        track.put((number, "engine"))  # error: coroutine-never-awaited
        await track.put((number, "engine"))  # ok
    print(track.full())  # ok


async def case_queue_parameter():
    async def load(track: asyncio.Queue):
        track.put("coal")  # error: coroutine-never-awaited
        await track.put("coal")  # ok

    await load(asyncio.Queue())  # ok


async def case_queue_attribute():
    class Yard:
        def __init__(self):
            self.track: asyncio.Queue[str] = asyncio.Queue()

        async def shunt(self, wagon):
            self.track.put(wagon)  # error: coroutine-never-awaited
            self.track.put_nowait(wagon)  # ok
            return await self.track.get()  # ok

    await Yard().shunt("wagon")  # ok


def case_thread_queue():
    import queue

    track = queue.Queue()
    track.put("engine")  # ok
    print(track.get())  # ok
    track.task_done()  # ok
    track.join()  # ok


# Locks


async def case_event():
    doors = asyncio.Event()
    doors.set()  # ok
    doors.wait()  # error: coroutine-never-awaited
    await doors.wait()  # ok
    print(doors.is_set())  # ok


async def case_event_in_loop(again):
    doors = asyncio.Event()
    while again:
        again = False
        doors.wait()  # error: coroutine-never-awaited
        doors.clear()  # ok


def case_thread_event():
    import threading

    doors = threading.Event()
    doors.set()  # ok
    doors.wait()  # ok
    print("open" if doors.wait(0.1) else "shut")  # ok


async def case_lock():
    track = asyncio.Lock()
    track.acquire()  # error: coroutine-never-awaited
    await track.acquire()  # ok
    print(track.locked())  # ok
    track.release()  # ok


async def case_lock_tested():
    track = asyncio.Lock()
    if track.acquire():  # error: coroutine-never-awaited
        print("ours")
    async with track:  # ok
        print("really ours")


async def case_condition():
    signal = asyncio.Condition()
    async with signal:  # ok
        signal.notify_all()  # ok
        signal.wait()  # error: coroutine-never-awaited
        signal.wait_for(lambda: True)  # error: coroutine-never-awaited
        await signal.wait_for(lambda: True)  # ok


async def case_semaphore():
    tracks = asyncio.Semaphore(2)
    tracks.acquire()  # error: coroutine-never-awaited
    await tracks.acquire()  # ok
    tracks.release()  # ok
    async with tracks:  # ok
        print(tracks.locked())  # ok


async def case_bounded_semaphore():
    tracks = asyncio.BoundedSemaphore(2)
    if not tracks.acquire():  # error: coroutine-never-awaited
        print("full")
    async with tracks:  # ok
        print("one taken")


def case_thread_lock():
    import threading

    track = threading.Lock()
    track.acquire()  # ok
    track.release()  # ok
    if threading.Semaphore(2).acquire():  # ok
        print("ours")


# Streams


async def case_stream_reader():
    reader = asyncio.StreamReader()
    reader.feed_data(b"one\ntwo\nthree\n")  # ok
    reader.feed_eof()  # ok
    reader.readline()  # error: coroutine-never-awaited
    reader.read(3)  # error: coroutine-never-awaited
    reader.readexactly(3)  # error: coroutine-never-awaited
    reader.readuntil(b"\n")  # error: coroutine-never-awaited
    print(await reader.readline(), await reader.readuntil(b"\n"), await reader.read())  # ok
    print(reader.at_eof())  # ok


async def case_stream_reader_parameter():
    async def listen(reader: StreamReader):
        line = reader.readline()  # error: coroutine-never-awaited
        print("heard", line)
        return await reader.readline()  # ok

    reader = asyncio.StreamReader()
    reader.feed_eof()
    await listen(reader)  # ok


async def case_stream_reader_in_condition():
    reader = asyncio.StreamReader()
    reader.feed_data(b"hoot\n")
    reader.feed_eof()
    if reader.readline() == b"hoot\n":  # error: coroutine-never-awaited
        print("a train")
    async for line in reader:  # ok
        print(line)


async def case_connection():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)  # ok
    host, port = server.sockets[0].getsockname()
    reader, writer = await asyncio.open_connection(host, port)  # ok
    writer.write(b"hoot\n")  # ok
    writer.drain()  # error: coroutine-never-awaited
    await writer.drain()  # ok
    reader.read()  # error: coroutine-never-awaited
    await reader.read()  # ok
    writer.close()  # ok
    writer.wait_closed()  # error: coroutine-never-awaited
    await writer.wait_closed()  # ok
    server.close()  # ok


async def case_stream_writer_parameter():
    async def hoot(writer: StreamWriter, times: int):
        writer.writelines([b"hoot\n"] * times)  # ok
        writer.drain()  # error: coroutine-never-awaited
        writer.write_eof()  # ok
        await writer.drain()  # ok
        writer.close()  # ok
        await writer.wait_closed()  # ok

    server = await asyncio.start_server(serve, "127.0.0.1", 0)  # ok
    _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())  # ok
    await hoot(writer, 2)  # ok
    server.close()  # ok


async def case_open_connection():
    asyncio.open_connection("127.0.0.1", 1)  # error: coroutine-never-awaited


async def case_open_connection_unpacked():
    reader, writer = asyncio.open_connection("127.0.0.1", 1)  # error: coroutine-never-awaited
    writer.close()


async def case_start_server():
    asyncio.start_server(serve, "127.0.0.1", 0)  # error: coroutine-never-awaited
    server = await asyncio.start_server(serve, "127.0.0.1", 0)  # ok
    server.close()  # ok
    await server.wait_closed()  # ok


async def case_server():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)  # ok
    server.start_serving()  # error: coroutine-never-awaited
    await server.start_serving()  # ok
    server.serve_forever()  # error: coroutine-never-awaited
    print(server.is_serving())  # ok
    server.close()  # ok
    server.wait_closed()  # error: coroutine-never-awaited


async def case_server_context():
    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:  # ok
        server.serve_forever()  # error: coroutine-never-awaited


# Processes


async def case_create_subprocess():
    asyncio.create_subprocess_exec(*TRUE)  # error: coroutine-never-awaited
    asyncio.create_subprocess_shell("true")  # error: coroutine-never-awaited


async def case_process_wait():
    process = await asyncio.create_subprocess_exec(*TRUE)  # ok
    process.wait()  # error: coroutine-never-awaited
    print(await process.wait(), process.returncode)  # ok


async def case_process_communicate():
    process = await asyncio.create_subprocess_exec(*TRUE, stdout=asyncio.subprocess.PIPE)  # ok
    process.communicate()  # error: coroutine-never-awaited
    output, _ = await process.communicate()  # ok
    print(output)


async def case_process_output():
    process = await asyncio.create_subprocess_exec(*TRUE, stdout=asyncio.subprocess.PIPE)  # ok
    process.stdout.readline()  # error: coroutine-never-awaited
    print(await process.stdout.readline())  # ok
    await process.wait()  # ok


async def case_process_killed():
    process = await asyncio.create_subprocess_exec(*TRUE)  # ok
    with contextlib.suppress(ProcessLookupError):
        process.terminate()  # ok
        process.kill()  # ok
    if process.wait() == 0:  # error: coroutine-never-awaited
        print("arrived")
    await process.wait()  # ok


def case_plain_process():
    import subprocess

    process = subprocess.Popen(TRUE)  # ok
    process.wait()  # ok
    process.communicate()  # ok


# The loop's own


async def case_loop_shutdown():
    loop = asyncio.get_running_loop()
    loop.shutdown_asyncgens()  # error: coroutine-never-awaited
    loop.shutdown_default_executor()  # error: coroutine-never-awaited
    await loop.shutdown_default_executor()  # ok


async def case_loop_sockets():
    loop = asyncio.get_running_loop()
    here, there = socket.socketpair()
    here.setblocking(False)
    there.setblocking(False)
    with here, there:
        loop.sock_sendall(here, b"hoot")  # error: coroutine-never-awaited
        await loop.sock_sendall(here, b"hoot")  # ok
        loop.sock_recv(there, 4)  # error: coroutine-never-awaited
        print(await loop.sock_recv(there, 4))  # ok


async def case_loop_connections():
    loop = asyncio.get_running_loop()
    loop.create_connection(asyncio.Protocol, "127.0.0.1", 1)  # error: coroutine-never-awaited
    loop.create_server(asyncio.Protocol, "127.0.0.1", 0)  # error: coroutine-never-awaited
    server = await loop.create_server(asyncio.Protocol, "127.0.0.1", 0)  # ok
    server.close()  # ok


async def case_loop_datagrams():
    loop = asyncio.get_event_loop()
    loop.create_datagram_endpoint(asyncio.DatagramProtocol, ("127.0.0.1", 0))  # error: coroutine-never-awaited
    transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, ("127.0.0.1", 0))  # ok
    transport.close()  # ok


async def case_loop_lookup():
    loop = asyncio.get_running_loop()
    addresses = loop.getaddrinfo("127.0.0.1", 80)  # error: coroutine-never-awaited
    print(addresses)
    print(len(await loop.getaddrinfo("127.0.0.1", 80)))  # ok


async def case_loop_sync_methods():
    loop = asyncio.get_running_loop()
    loop.time()  # ok
    loop.is_running()  # ok
    loop.call_soon(print, "hoot")  # ok
    print(loop.get_debug(), loop.is_closed())  # ok


# Asynchronous generators


async def case_generator_methods():
    train = carriages()
    print(await train.__anext__())  # ok
    print(await train.asend(None))  # ok
    await train.aclose()  # ok


async def case_anext():
    train = carriages()
    print(await anext(train))  # ok
    print(await anext(train, None))  # ok
    await train.aclose()  # ok


async def case_aclose_dropped():
    train = carriages()
    await train.__anext__()  # ok
    train.aclose()  # error: coroutine-never-awaited; unconfirmed: no coroutine object; CPython 3.13 warns of it otherwise


async def case_asend_dropped():
    train = carriages()
    train.asend(None)  # error: coroutine-never-awaited; unconfirmed: no coroutine object; CPython 3.13 warns of it otherwise


async def case_anext_printed():
    train = carriages()
    print("first:", anext(train))  # error: coroutine-never-awaited; unconfirmed: no coroutine object; CPython 3.13 warns of it otherwise


async def case_generator_iterated():
    async for carriage in carriages():  # ok
        print(carriage)
    aiter(carriages())  # ok


def case_plain_generator():
    numbers = (number for number in range(3))
    next(numbers)  # ok
    numbers.send(None)  # ok
    numbers.close()  # ok


# contextlib


async def case_exit_stack_enter():
    async with contextlib.AsyncExitStack() as stack:  # ok
        stack.enter_async_context(platform(2))  # error: coroutine-never-awaited
        print(await stack.enter_async_context(platform(3)))  # ok
        stack.enter_context(contextlib.suppress(OSError))  # ok


async def case_exit_stack_close():
    stack = contextlib.AsyncExitStack()
    stack.aclose()  # error: coroutine-never-awaited
    await stack.aclose()  # ok


async def case_exit_stack_sync_methods():
    stack = contextlib.AsyncExitStack()
    stack.push_async_callback(arrive, "late train")  # ok
    stack.push_async_exit(platform(4))  # ok
    stack.pop_all()  # ok
    await stack.aclose()  # ok


async def case_aclosing():
    contextlib.aclosing(carriages())  # ok
    async with contextlib.aclosing(carriages()) as train:  # ok
        print([carriage async for carriage in train])  # ok


async def case_null_context():
    async with contextlib.nullcontext("hall") as hall:  # ok
        print(hall)


# Mocks


async def case_async_mock():
    announce = AsyncMock(return_value="all aboard")
    announce("platform 1")  # error: coroutine-never-awaited
    print(await announce("platform 1"))  # ok
    announce.assert_called_with("platform 1")  # ok
    announce.assert_awaited()  # ok


async def case_async_mock_printed():
    announce = unittest.mock.AsyncMock()
    print(announce())  # error: coroutine-never-awaited
    print(await announce(), announce.call_count)  # ok


async def case_async_mock_attribute():
    speaker = AsyncMock()
    await speaker.announce("platform 1")  # ok
    speaker.announce.assert_awaited_once_with("platform 1")  # ok


async def case_magic_mock():
    announce = MagicMock()
    announce("platform 1")  # ok
    print(announce.louder("platform 1"))  # ok


async def case_isolated_test():
    class TestTrain(IsolatedAsyncioTestCase):
        async def test_arrival(self):
            self.assertEqual(await arrive("express"), "express")  # ok

    TestTrain("test_arrival")  # ok


# Futures and tasks are none


async def case_future():
    answer = asyncio.get_running_loop().create_future()
    answer.set_result("on time")  # ok
    answer.done()  # ok
    print(await answer)  # ok


async def case_task_methods():
    train = asyncio.create_task(arrive())  # ok
    train.done()  # ok
    train.set_name("night train")  # ok
    print(train.get_name(), await train)  # ok


async def case_current_task():
    asyncio.current_task()  # ok
    asyncio.all_tasks()  # ok
    print(asyncio.iscoroutinefunction(arrive))  # ok
    asyncio.get_running_loop()  # ok


async def case_run_coroutine_threadsafe():
    loop = asyncio.get_running_loop()
    await asyncio.to_thread(lambda: asyncio.run_coroutine_threadsafe(arrive(), loop).result())  # ok
