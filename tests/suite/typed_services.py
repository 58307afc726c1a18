"""Typed code of services: repositories, clients, buses, schedulers, as classes; a bookshop on the web."""

from __future__ import annotations

import abc
import asyncio
import contextlib
import enum
import functools
import inspect
import logging
import typing as t
from asyncio import Task
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, NamedTuple, Protocol, TypeAlias, TypedDict, TypeVar, Union, cast, overload

logger = logging.getLogger(__name__)

K = TypeVar("K")
V = TypeVar("V")


class Entity:
    id: int = 1

    async def refresh(self) -> None:
        await asyncio.sleep(0)

    async def exists(self) -> bool:
        return True


E = TypeVar("E", bound=Entity)


class Book(Entity):
    title: str = "Emma"

    async def price(self, currency: str = "EUR") -> float:
        await asyncio.sleep(0)
        return 9.5

    async def authors(self) -> list[Author]:
        return [Author()]

    def isbn(self) -> str:
        return "0"


class Author(Entity):
    name = "Jane"

    async def books(self) -> Sequence[Book]:
        return [Book(), Book()]

    async def main_book(self) -> Book | None:
        return Book()


# A protocol, an abstract class, a generic one.


class Store(Protocol):
    async def get(self, id: int) -> Book: ...

    async def put(self, book: Book) -> None: ...

    def size(self) -> int: ...


class Repository(abc.ABC, Generic[E]):
    def __init__(self, kind: type[E]) -> None:
        self.kind = kind
        self.cache: dict[int, E] = {}

    async def get(self, id: int) -> E:
        if id not in self.cache:
            self.cache[id] = await self.load(id)  # ok
        return self.cache[id]

    async def find(self, **criteria: Any) -> list[E]:
        return [await self.load(1)]  # ok

    async def first(self) -> E | None:
        found = await self.find()  # ok
        return found[0] if found else None

    @abc.abstractmethod
    async def load(self, id: int) -> E: ...

    async def save(self, entity: E) -> bool:
        self.before_save(entity)  # ok
        self.after_save(entity)  # error: coroutine-never-awaited
        return True

    def before_save(self, entity: E) -> None:
        pass

    async def after_save(self, entity: E) -> None:
        await asyncio.sleep(0)

    async def reload(self, id: int) -> None:
        self.load(id)  # error: coroutine-never-awaited
        entity = await self.load(id)  # ok
        entity.refresh()  # error: coroutine-never-awaited
        await entity.refresh()  # ok


class BookRepository(Repository[Book]):
    def __init__(self) -> None:
        super().__init__(Book)

    async def load(self, id: int) -> Book:
        super().get(id)  # error: coroutine-never-awaited
        return Book()

    async def cheapest(self) -> Book:
        books = await self.find()  # ok
        with contextlib.suppress(TypeError):
            return min(books, key=Book.price)  # error: coroutine-never-awaited
        return books[0]

    async def priced(self) -> dict[str, float]:
        books = await self.find()  # ok
        return {book.title: await book.price() for book in books}  # ok

    async def after_save(self, entity: Book) -> None:
        await super().after_save(entity)  # ok


async def case_repository():
    books = BookRepository()
    books.get(1)  # error: coroutine-never-awaited
    book = await books.get(1)  # ok
    book.price()  # error: coroutine-never-awaited
    print(f"{book.title}: {book.price():}")  # error: coroutine-never-awaited
    print(f"{book.title}: {await book.price():.2f}")  # ok
    found = await books.find(title="Emma")  # ok
    found[0].refresh()  # error: coroutine-never-awaited
    first = await books.first()  # ok
    if first is not None:
        first.refresh()  # error: coroutine-never-awaited
        await first.refresh()  # ok
    await books.save(book)  # ok
    await books.reload(1)  # ok
    await books.cheapest()  # ok
    print(await books.priced())  # ok


async def case_repository_saved():
    books = BookRepository()
    if not books.save(Book()):  # error: coroutine-never-awaited
        raise RuntimeError("not saved")
    if not await books.save(Book()):  # ok
        raise RuntimeError("not saved")


async def use_store(store: Store) -> None:
    store.get(1)  # error: coroutine-never-awaited
    store.put(await store.get(1))  # error: coroutine-never-awaited
    book = await store.get(2)  # ok
    book.price()  # error: coroutine-never-awaited
    print(store.size(), book.isbn())  # ok
    await store.put(book)  # ok


class MemoryStore:
    def __init__(self) -> None:
        self.books: dict[int, Book] = {}

    async def get(self, id: int) -> Book:
        return self.books.get(id) or Book()

    async def put(self, book: Book) -> None:
        self.books[book.id] = book

    def size(self) -> int:
        return len(self.books)

    async def refresh_all(self) -> None:
        for book in self.books.values():
            book.refresh()  # error: coroutine-never-awaited
        for id, book in self.books.items():
            print(id, book.exists())  # error: coroutine-never-awaited
        await asyncio.gather(*(book.refresh() for book in self.books.values()))  # ok
        await asyncio.gather(*[book.refresh() for book in self.books.values()])  # ok


async def case_store():
    store = MemoryStore()
    await store.put(Book())  # ok
    await use_store(store)  # ok
    await store.refresh_all()  # ok


# A service with what it depends on.


class Mailer:
    async def send(self, to: str, text: str = "") -> bool:
        await asyncio.sleep(0)
        return bool(to)

    async def send_all(self, receivers: Sequence[str]) -> list[bool]:
        return [await self.send(to) for to in receivers]  # ok

    async def broadcast(self, receivers: Sequence[str]) -> int:
        sent = [self.send(to) for to in receivers]  # error: coroutine-never-awaited
        return len(sent)


class Metrics:
    def count(self, name: str) -> None:
        pass

    async def flush(self) -> None:
        await asyncio.sleep(0)


@dataclass
class Config:
    mailer: Mailer
    metrics: Metrics = field(default_factory=Metrics)


class Orders:
    instances: ClassVar[list[Orders]] = []

    def __init__(self, store: Store, config: Config, mailer: Mailer | None = None) -> None:
        self._store = store
        self._config = config
        self._mailer = mailer or config.mailer
        self._tasks: set[asyncio.Task[None]] = set()
        self._current: asyncio.Task[None] | None = None
        self.instances.append(self)

    @property
    def metrics(self) -> Metrics:
        return self._config.metrics

    @property
    async def total(self) -> float:
        return 3.0

    async def place(self, id: int) -> float:
        book = await self._store.get(id)  # ok
        self._mailer.send("shop")  # error: coroutine-never-awaited
        self._config.mailer.send("shop")  # error: coroutine-never-awaited
        self.metrics.count("orders")  # ok
        self.metrics.flush()  # error: coroutine-never-awaited
        await self.metrics.flush()  # ok
        return await book.price()  # ok

    async def place_many(self, ids: Sequence[int]) -> float:
        prices = await asyncio.gather(*(self.place(id) for id in ids))  # ok
        return sum(prices)

    async def notify(self, receivers: Mapping[str, Mailer]) -> None:
        for to, mailer in receivers.items():
            mailer.send(to)  # error: coroutine-never-awaited
            if mailer.send(to):  # error: coroutine-never-awaited
                logger.info("sent to %s", to)

    async def notify_rightly(self, receivers: Mapping[str, Mailer]) -> None:
        for to, mailer in receivers.items():
            if await mailer.send(to):  # ok
                logger.info("sent to %s", to)

    async def sum_up(self) -> str:
        return f"total: {self.total}"  # error: coroutine-never-awaited

    async def sum_up_rightly(self) -> str:
        return f"total: {await self.total}"  # ok

    def start(self) -> None:
        asyncio.create_task(self._run())  # error: task-never-awaited

    def start_kept(self) -> None:
        task = asyncio.create_task(self._run())  # ok: kept on the object
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def start_current(self) -> None:
        self._current = asyncio.create_task(self._run())  # ok: kept on the object

    def start_unused(self) -> None:
        task = asyncio.create_task(self._run())  # error: task-never-awaited
        logger.debug("started %r", task)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)  # ok
        if self._current:
            self._current.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._current  # ok

    async def _run(self) -> None:
        await asyncio.sleep(1)

    async def close(self) -> None:
        self.stop()  # error: coroutine-never-awaited
        await self.stop()  # ok


def make_orders() -> Orders:
    return Orders(MemoryStore(), Config(Mailer()))


async def case_orders():
    orders = make_orders()
    orders.place(1)  # error: coroutine-never-awaited
    await orders.place(1)  # ok
    print(await orders.place_many([1, 2]))  # ok
    await orders.notify({"a": Mailer()})  # ok
    await orders.notify_rightly({"a": Mailer()})  # ok
    await orders.sum_up()  # ok
    await orders.sum_up_rightly()  # ok
    orders.start()
    orders.start_kept()
    orders.start_current()
    orders.start_unused()
    await asyncio.sleep(0)
    await orders.close()  # ok
    await Mailer().broadcast(["a"])  # ok
    print(await Mailer().send_all(["a"]))  # ok


async def case_price_of_order():
    orders = make_orders()
    print(orders.place(1) + 1)  # error: coroutine-never-awaited


async def case_price_of_order_compared():
    orders = make_orders()
    if orders.place(1) > 10:  # error: coroutine-never-awaited
        print("dear")


async def case_price_of_order_formatted():
    orders = make_orders()
    print("%s" % orders.place(1))  # error: coroutine-never-awaited
    print("{}".format(orders.place(1)))  # error: coroutine-never-awaited
    print("{:.2f}".format(await orders.place(1)))  # ok
    print(str(orders.place(1)), repr(orders.place_many([])))  # error: coroutine-never-awaited


async def case_price_of_order_added():
    orders = make_orders()
    total = 0.0
    total += await orders.place(1)  # ok
    total += orders.place(1)  # error: coroutine-never-awaited
    print(total)


async def case_prices_summed():
    orders = make_orders()
    print(sum([await orders.place(id) for id in (1, 2)]))  # ok
    print(sum(orders.place(id) for id in (1, 2)))  # error: coroutine-never-awaited


# Unions, casts, narrowing.


async def price_or_none(book: Book | None) -> float | None:
    if book is None:
        return None
    book.refresh()  # error: coroutine-never-awaited
    return await book.price()  # ok


async def price_of_optional(book: t.Optional[Book] = None) -> float:
    if not book:
        return 0.0
    if book.exists():  # error: coroutine-never-awaited
        return await book.price()  # ok
    return 1.0


async def refresh_either(entity: Book | Author) -> None:
    entity.refresh()  # error: coroutine-never-awaited
    if isinstance(entity, Book):
        entity.price()  # error: coroutine-never-awaited
        print(await entity.price())  # ok
    else:
        entity.books()  # error: coroutine-never-awaited
        print(await entity.books())  # ok


async def refresh_any(entity: Any) -> None:
    await entity.refresh()  # ok
    book = cast(Book, entity)
    book.refresh()  # error: coroutine-never-awaited
    await book.refresh()  # ok


async def price_of_object(thing: object) -> None:
    if isinstance(thing, Book):
        thing.price()  # error: coroutine-never-awaited
        await thing.price()  # ok


async def price_of_unknown(thing) -> None:
    if isinstance(thing, Book):
        thing.refresh()  # error: coroutine-never-awaited
        await thing.refresh()  # ok


class Plain:
    def price(self) -> float:
        return 1.0

    def refresh(self) -> None:
        pass


async def price_after_return(thing: object) -> None:
    if not isinstance(thing, Book):
        return
    thing.price()  # error: coroutine-never-awaited
    print(await thing.price())  # ok


async def price_of_both(one: object, other: Book | Plain) -> None:
    if isinstance(one, Book) and isinstance(other, Plain):
        one.price()  # error: coroutine-never-awaited
        other.price()  # ok
        await one.price()  # ok
        other = Book()
    if isinstance(one, Book):
        one = Plain()
        one.price()  # ok


async def price_in_expression(thing: object) -> None:
    print(thing.price() if isinstance(thing, Book) else 0)  # error: coroutine-never-awaited
    print(0 if not isinstance(thing, Book) else await thing.price())  # ok
    if isinstance(thing, Book) and thing.exists():  # error: coroutine-never-awaited
        print(thing.isbn())  # ok


async def price_asserted(thing: Entity) -> None:
    assert isinstance(thing, Book)
    thing.price()  # error: coroutine-never-awaited
    await thing.price()  # ok


async def case_narrowed():
    await price_or_none(Book())  # ok
    await price_of_optional(Book())  # ok
    await refresh_either(Book())  # ok
    await refresh_either(Author())  # ok
    await refresh_any(Book())  # ok
    await price_of_object(Book())  # ok
    await price_of_unknown(Book())  # ok
    await price_after_return(Book())  # ok
    await price_of_both(Book(), Plain())  # ok
    await price_in_expression(Book())  # ok
    await price_asserted(Book())  # ok


async def case_chains():
    author = Author()
    books = await author.books()  # ok
    books[0].price()  # error: coroutine-never-awaited
    for book in await author.books():  # ok
        book.price()  # error: coroutine-never-awaited
        for other in await book.authors():  # ok
            other.books()  # error: coroutine-never-awaited
    main = await author.main_book()  # ok
    if main and main.exists():  # error: coroutine-never-awaited
        print(main.isbn())  # ok
    (await author.books())[0].price()  # error: coroutine-never-awaited
    await (await author.books())[0].price()  # ok
    names = [other.name for other in await books[0].authors()]  # ok
    print(names)


async def case_unpacked_for():
    with contextlib.suppress(TypeError):
        for book in Author().books():  # error: coroutine-never-awaited
            print(book)
    with contextlib.suppress(TypeError):
        print([book.title for book in Author().books()])  # error: coroutine-never-awaited
    with contextlib.suppress(TypeError):
        print(list(Author().books()), len(Author().books()))  # error: coroutine-never-awaited
    with contextlib.suppress(TypeError):
        first, *rest = Author().books()  # error: coroutine-never-awaited
    with contextlib.suppress(TypeError):
        print(Author().books()[0])  # error: coroutine-never-awaited


# Events.

Listener: TypeAlias = Callable[["Event"], Coroutine[Any, Any, None]]
MaybeAsync: TypeAlias = Callable[["Event"], Awaitable[None] | None]


@dataclass(frozen=True)
class Event:
    name: str = "sold"
    book: Book = field(default_factory=Book)

    async def acknowledge(self) -> None:
        await asyncio.sleep(0)


class Bus:
    def __init__(self) -> None:
        self._listeners: dict[str, list[Listener]] = {}
        self._any: list[MaybeAsync] = []

    def subscribe(self, name: str, listener: Listener) -> None:
        self._listeners.setdefault(name, []).append(listener)

    def on(self, name: str) -> Callable[[Listener], Listener]:
        def decorate(listener: Listener) -> Listener:
            self.subscribe(name, listener)
            return listener

        return decorate

    async def publish(self, event: Event) -> None:
        for listener in self._listeners.get(event.name, []):
            await listener(event)  # ok
        event.acknowledge()  # error: coroutine-never-awaited

    async def publish_carelessly(self, event: Event) -> None:
        for listener in self._listeners.get(event.name, []):
            listener(event)  # error: coroutine-never-awaited
        for listener in self._listeners[event.name]:
            listener(event)  # error: coroutine-never-awaited

    async def publish_at_once(self, event: Event) -> None:
        await asyncio.gather(*(listener(event) for listener in self._listeners[event.name]))  # ok
        for listener in self._listeners[event.name]:
            asyncio.create_task(listener(event))  # error: task-never-awaited

    async def publish_to_any(self, event: Event) -> None:
        for listener in self._any:
            result = listener(event)  # ok
            if result is not None:
                await result  # ok


BUS = Bus()


@BUS.on("sold")
async def on_sold(event: Event) -> None:
    event.acknowledge()  # error: coroutine-never-awaited
    print(event.book.price())  # error: coroutine-never-awaited
    await asyncio.sleep(0.01)


@BUS.on("returned")
async def on_returned(event: Event) -> None:
    await event.acknowledge()  # ok
    print(await event.book.price())  # ok


async def case_bus():
    await BUS.publish(Event())  # ok
    await BUS.publish_carelessly(Event())  # ok
    await BUS.publish_at_once(Event())  # ok
    BUS._any.append(lambda event: None)
    await BUS.publish_to_any(Event())  # ok
    on_sold(Event())  # error: coroutine-never-awaited
    BUS.publish(Event())  # error: coroutine-never-awaited
    await on_returned(Event())  # ok


# Streams, contexts, pools.


class Connection:
    async def __aenter__(self) -> Connection:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def execute(self, query: str) -> list[Row]:
        return [Row(1, "Emma")]

    async def fetchone(self, query: str) -> Row | None:
        return Row(1, "Emma")

    async def commit(self) -> None:
        await asyncio.sleep(0)

    async def rollback(self) -> None:
        await asyncio.sleep(0)

    async def stream(self, query: str) -> AsyncIterator[Row]:
        yield Row(1, "Emma")

    def cursor(self) -> Connection:
        return self

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        yield self


class Row(NamedTuple):
    id: int
    title: str


class Pool:
    def acquire(self) -> Connection:
        return Connection()

    async def connect(self) -> Connection:
        return Connection()

    async def close(self) -> None:
        pass

    @classmethod
    async def create(cls, size: int = 1) -> Pool:
        return cls()


async def case_pool():
    pool = await Pool.create()  # ok
    async with pool.acquire() as connection:  # ok
        connection.execute("select")  # error: coroutine-never-awaited
        rows = await connection.execute("select")  # ok
        print(rows[0].title)
        async with connection.transaction() as transaction:  # ok
            transaction.execute("insert")  # error: coroutine-never-awaited
            await transaction.execute("insert")  # ok
        connection.commit()  # error: coroutine-never-awaited
        await connection.commit()  # ok
    pool.close()  # error: coroutine-never-awaited


async def case_pool_created():
    pool = Pool.create()  # error: coroutine-never-awaited
    print(pool)


async def case_pool_created_and_used():
    with contextlib.suppress(AttributeError):
        pool = Pool.create()  # error: coroutine-never-awaited
        async with pool.acquire() as connection:
            print(connection)


async def case_rows():
    connection = await Pool().connect()  # ok
    row = await connection.fetchone("select")  # ok
    if row:
        print(row.title)
    async for each in connection.stream("select"):  # ok
        print(each.id)
    with contextlib.suppress(TypeError):
        for each in connection.execute("select"):  # error: coroutine-never-awaited
            print(each)
    if connection.fetchone("select") is None:  # error: coroutine-never-awaited
        print("nothing")
    if not (found := connection.fetchone("select")):  # error: coroutine-never-awaited
        print(found)
    connection.cursor().commit()  # error: coroutine-never-awaited
    await connection.cursor().commit()  # ok


async def case_committed_in_try():
    connection = Connection()
    try:
        await connection.execute("update")  # ok
    except OSError:
        connection.rollback()  # error: coroutine-never-awaited; unconfirmed: nothing is raised here
        raise
    else:
        connection.commit()  # error: coroutine-never-awaited


async def case_row_missing():
    connection = Connection()
    with contextlib.suppress(AttributeError):
        print(connection.fetchone("select").title)  # error: coroutine-never-awaited
    with contextlib.suppress(AttributeError):
        print((await connection.fetchone("select")).title)  # ok


# States and dispatch.


class State(enum.Enum):
    OPEN = "open"
    SOLD = "sold"

    async def announce(self) -> None:
        print(self.value)


class Machine:
    def __init__(self) -> None:
        self.state = State.OPEN
        self.actions: dict[State, Callable[[], Coroutine[Any, Any, State]]] = {
            State.OPEN: self.sell,
            State.SOLD: self.take_back,
        }

    async def sell(self) -> State:
        return State.SOLD

    async def take_back(self) -> State:
        return State.OPEN

    async def step(self) -> None:
        self.state = await self.actions[self.state]()  # ok
        self.state.announce()  # error: coroutine-never-awaited
        self.actions[self.state]()  # error: coroutine-never-awaited
        action = self.actions.get(self.state)
        if action:
            action()  # error: coroutine-never-awaited
            await action()  # ok

    async def match(self, command: str) -> None:
        match command:
            case "sell":
                self.sell()  # error: coroutine-never-awaited
            case "take back":
                await self.take_back()  # ok
            case _ if self.take_back():  # error: coroutine-never-awaited
                print("?")


async def case_machine():
    machine = Machine()
    await machine.step()  # ok
    await machine.match("sell")  # ok
    await machine.match("what?")  # ok
    State.OPEN.announce()  # error: coroutine-never-awaited
    for state in State:
        await state.announce()  # ok


# Awaitables that are no coroutines.


class Query:
    """Does nothing until it is awaited."""

    def __init__(self, text: str) -> None:
        self.text = text

    def where(self, text: str) -> Query:
        return Query(f"{self.text} {text}")

    def __await__(self):
        return self.run().__await__()

    async def run(self) -> list[Row]:
        return [Row(1, self.text)]


async def case_query():
    rows = await Query("all").where("new")  # ok
    print(rows)
    Query("all").run()  # error: coroutine-never-awaited
    query = Query("all").where("old")  # ok
    await query  # ok


# Code that is right.


class Quiet:
    def __init__(self, tasks: list[asyncio.Task[None]]) -> None:
        self.tasks = tasks
        self.later: list[Coroutine[Any, Any, None]] = []

    def keep(self, book: Book) -> None:
        self.later.append(book.refresh())  # ok: kept on the object

    def hand_out(self, book: Book) -> Coroutine[Any, Any, None]:
        return book.refresh()  # ok

    def hand_out_one_of(self, book: Book, author: Author) -> Awaitable[None]:
        pending = book.refresh() if book else author.refresh()  # ok
        return pending

    def spawn(self, book: Book) -> asyncio.Task[None]:
        task = asyncio.create_task(book.refresh())  # ok
        self.tasks.append(task)
        return task

    async def wait(self) -> None:
        for coroutine in self.later:
            await coroutine  # ok
        while self.tasks:
            await self.tasks.pop()  # ok


async def case_quiet():
    quiet = Quiet([])
    quiet.keep(Book())  # ok
    await quiet.hand_out(Book())  # ok
    await quiet.hand_out_one_of(Book(), Author())  # ok
    quiet.spawn(Book())  # ok
    await quiet.wait()  # ok


async def with_retry(make: Callable[[], Awaitable[V]], times: int = 3) -> V:
    for _ in range(times - 1):
        with contextlib.suppress(OSError):
            return await make()  # ok
    return await make()  # ok


async def first_of(*awaitables: Coroutine[Any, Any, V]) -> V:
    tasks = [asyncio.ensure_future(awaitable) for awaitable in awaitables]  # ok
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)  # ok
    for task in pending:
        task.cancel()
    return done.pop().result()


async def limited(limit: int, *coroutines: Coroutine[Any, Any, V]) -> list[V]:
    semaphore = asyncio.Semaphore(limit)

    async def one(coroutine: Coroutine[Any, Any, V]) -> V:
        async with semaphore:  # ok
            return await coroutine  # ok

    return await asyncio.gather(*(one(coroutine) for coroutine in coroutines))  # ok


async def case_tools():
    print(await with_retry(lambda: Book().price()))  # ok
    print(await with_retry(Book().price))  # ok
    print(await with_retry(functools.partial(Book().price, "USD")))  # ok
    print(await first_of(Book().price(), Book().price("USD")))  # ok
    print(await limited(2, Book().price(), Book().price("USD")))  # ok
    with_retry(Book().price)  # error: coroutine-never-awaited
    limited(2)  # error: coroutine-never-awaited
    prices = limited(2)  # error: coroutine-never-awaited
    print(prices)


Told: TypeAlias = Callable[[str], None]
ToldLater: TypeAlias = Callable[[str], Awaitable[None]]


def announcing(tell: Told | ToldLater) -> Callable[[str], Any]:
    if inspect.iscoroutinefunction(tell):

        async def announce(name: str) -> None:
            await tell(name)  # ok

    else:

        def announce(name: str) -> None:
            tell(name)  # ok

    return announce


def told(tell: Told | ToldLater, other: ToldLater | Told) -> None:
    tell("Emma")  # ok
    other("Ulysses")  # ok


def told_later(tell: ToldLater, other: ToldLater | Callable[[str], Coroutine[Any, Any, None]]) -> None:
    tell("Emma")  # error: coroutine-never-awaited
    other("Ulysses")  # error: coroutine-never-awaited


async def announced(name: str) -> None:
    await asyncio.sleep(0)


async def case_either():
    announcing(print)("Emma")  # ok
    await announcing(announced)("Emma")  # ok
    told(print, print)
    told_later(announced, announced)
