"""Handlers of stream servers, whose parameters nobody annotates."""

import asyncio


async def visit(handler, text=b"knock knock\n"):
    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text)
    answer = await reader.readline()
    writer.close()
    await writer.wait_closed()
    server.close()
    await asyncio.sleep(0.01)
    return answer


async def case_drain():
    async def answer(reader, writer):
        writer.write(await reader.readline())  # ok
        writer.drain()  # error: coroutine-never-awaited
        writer.close()  # ok

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    server.close()
    print(await visit(answer))


async def case_wait_closed():
    async def answer(reader, writer):
        writer.write(await reader.readline())  # ok
        await writer.drain()  # ok
        writer.close()
        writer.wait_closed()  # error: coroutine-never-awaited

    server = await asyncio.start_server(client_connected_cb=answer, host="127.0.0.1", port=0)
    server.close()
    print(await visit(answer))


async def case_read():
    async def answer(reader, writer):
        line = reader.readline()  # error: coroutine-never-awaited
        print("got", line)
        writer.write(b"who is there?\n")  # ok
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    server.close()
    print(await visit(answer))


class Door:
    async def answer(self, reader, writer):
        reader.feed_eof()  # ok
        writer.write(b"nobody is at home\n")  # ok
        writer.drain()  # error: coroutine-never-awaited
        writer.close()

    async def open(self):
        return await asyncio.start_server(self.answer, "127.0.0.1", 0)


async def case_method():
    door = Door()
    server = await door.open()
    server.close()
    print(await visit(door.answer))


class Sink:
    def drain(self):
        return "empty"


async def case_other_parameters():
    async def empty(reader, writer):
        writer.drain()  # ok: it is no handler of a server

    await empty(None, Sink())


class Press:
    def answer(self, reader, writer):
        writer.drain()  # ok: a function of that name handles the server, not this method
        return reader.read()  # ok


class Pipe(Sink):
    def read(self):
        return "water"


async def case_method_of_that_name():
    async def answer(reader, writer):
        writer.write(await reader.readline())  # ok
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    server.close()
    print(await visit(answer), Press().answer(Pipe(), Pipe()))


async def case_rebound():
    async def answer(reader, writer):
        writer.write(b"one moment\n")
        writer.close()
        writer = Sink()
        writer.drain()  # ok: something else has its name now

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    server.close()
    print(await visit(answer))


async def case_annotated():
    async def answer(reader, writer: "asyncio.StreamWriter"):
        writer.write(b"come in\n")
        await writer.drain()  # ok
        writer.drain()  # error: coroutine-never-awaited
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    server.close()
    print(await visit(answer))
