"""The script that a project's interpreter is started with: it needs no package to be installed there.

usage: python PATH/TO/runtime/__main__.py REPORT (script | module) TARGET [ARGUMENT ...]
"""

import importlib.util
import os
import sys


def _import_package() -> None:
    """Make this package known, without its folder among those that the program imports from."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    spec = importlib.util.spec_from_file_location(
        "spooky_asyncio", os.path.join(package, "__init__.py"), submodule_search_locations=[package]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["spooky_asyncio"] = module
    spec.loader.exec_module(module)


def main() -> None:
    if sys.version_info < (3, 10):  # noqa: UP036
        # Read by whatever Python there is.
        sys.exit("spooky run: Python 3.10 or newer is needed, and this is %d.%d" % sys.version_info[:2])  # noqa: UP031
    _import_package()
    from spooky_asyncio.runtime.program import run

    report, kind, arguments = sys.argv[1], sys.argv[2], sys.argv[3:]
    run(report, kind == "module", arguments)


def _join() -> None:
    """In a process that a watched program has started: be part of it."""
    if sys.version_info >= (3, 10):  # noqa: UP036 - it may be another Python
        _import_package()
        from spooky_asyncio.runtime.program import Watched

        Watched(globals()["report"]).begin()


if __name__ == "__main__":
    main()
elif __name__ == "__spooky_child__":
    _join()
