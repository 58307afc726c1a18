"""The main function, called under `if __name__ == "__main__":` as if it were a plain one."""

import asyncio
import sys


async def collect(names):
    return sorted(names)


async def main(arguments=()):
    found = await collect(arguments)  # ok
    return len(found)


def cli():
    main(sys.argv)  # error: coroutine-never-awaited


def run():
    asyncio.run(main(sys.argv))  # ok


def status():
    return asyncio.run(main())  # ok


if __name__ == "__main__":
    main()  # error: coroutine-never-awaited
    cli()
    run()
    code = main(sys.argv[1:])  # error: coroutine-never-awaited
    code = status()
    print(main())  # error: coroutine-never-awaited
    print(asyncio.run(main()))  # ok
    asyncio.new_event_loop().run_until_complete(main())  # ok
    if sys.argv[1:]:
        sys.exit(asyncio.run(main()))  # ok
    sys.exit(main())  # error: coroutine-never-awaited
