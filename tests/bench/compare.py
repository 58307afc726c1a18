"""How fast it is, beside other tools: a table, plots, and all figures as JSON.

usage: python tests/bench/compare.py [--edits N] [--tools FOLDER] [--peers NAMES] [--json FILE] [--plot FILE]
                                     [--file ROOT FILE]... [--folder FOLDER]... [--sizes]

`--file` measures typing in a file of a project, `--folder` a check of a whole one, cold and again; `--sizes` how the
work of the processors grows with the length of a file and with the number of files, in code that is made up. The newest
releases of the peers are installed from PyPI into an environment of their own. Machines are noisy: compare within one
run only.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

try:
    import resource
except ImportError:
    # Windows has none.
    resource = None  # type: ignore[assignment]

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from client import measure

import peers
from spooky_asyncio.inference.memory import Memory
from spooky_asyncio.source import Source
from spooky_asyncio.workspace.project import Project

OURS = "spooky-asyncio"


@dataclass(frozen=True)
class Peer:
    name: str
    server: tuple[str, ...]
    check: tuple[str, ...]


PEERS = (
    Peer("ty", ("ty", "server"), ("ty", "check", "--no-progress")),
    Peer("pyrefly", ("pyrefly", "lsp"), ("pyrefly", "check")),
    Peer("pyright", ("pyright-langserver", "--stdio"), ("pyright",)),
)

FUNCTION = '''

async def fetch_{number}(session, names):
    """One of many that are right, but for one in fifty."""
    found = {{}}
    for name in names:
        if name in found:
            continue
        response = await session.get(name)
        found[name] = response.strip() if response else ""
    await asyncio.sleep(0)
    return found


async def all_{number}(session, groups):
    results = await asyncio.gather(*(fetch_{number}(session, group) for group in groups))
    {lost}
    return [result for result in results if result]
'''
LINES = len(FUNCTION.splitlines())

BY_LINES = (100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)
BY_FILES = (10, 100, 1_000, 10_000)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="measure, beside other tools")
    parser.add_argument("--edits", type=int, default=15)
    parser.add_argument("--tools", type=Path, default=peers.cache_folder())
    parser.add_argument("--peers", default=",".join(peer.name for peer in PEERS), help="names, or nothing for none")
    parser.add_argument("--file", nargs=2, action="append", default=[], metavar=("ROOT", "FILE"), type=Path)
    parser.add_argument("--folder", action="append", default=[], type=Path)
    parser.add_argument("--sizes", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args(arguments)
    if options.plot and not options.sizes:
        parser.error("what --plot draws is measured with --sizes")
    tools = list(_installed(options.tools, options.peers.split(",")))
    figures: dict[str, Any] = {
        "typing": list(_typing(options.file, tools, options.edits)),
        "checks": list(_checks(options.folder, tools)),
        "edits": list(_by_edits()) if options.sizes else [],
        "lines": list(_by_lines(tools)) if options.sizes else [],
        "files": list(_by_files(tools)) if options.sizes else [],
    }
    print(_tables(figures))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1), "utf-8")
    if options.plot:
        _plot(figures, options.plot)
    return 0


@dataclass(frozen=True)
class _Tool:
    """One that can be run, by the commands of its server and of a check."""

    name: str
    server: tuple[str, ...]
    check: tuple[str, ...]


def _installed(folder: Path, names: Sequence[str]) -> Iterator[_Tool]:
    module = (sys.executable, "-m", "spooky_asyncio")
    # A Python that does not find it would be the fastest tool of all.
    subprocess.run([*module, "--version"], env=peers.environment(True), stdout=subprocess.DEVNULL, check=True)
    # As pip does: where a checkout must not be written to, each start would compile all of it.
    subprocess.run(
        [sys.executable, "-m", "compileall", "-q", str(peers.ROOT / "server" / "spooky_asyncio")], check=True
    )
    yield _Tool(OURS, (*module, "server"), (*module, "check"))
    python = peers.make_environment(folder) if any(names) else Path(sys.executable)
    for peer in PEERS:
        if peer.name in names:
            tool = next(tool for tool in peers.TOOLS if tool.name == peer.name)
            version = peers.install(tool, python)
            if version:
                server, check = (
                    (str(python.parent / command[0]), *command[1:]) for command in (peer.server, peer.check)
                )
                yield _Tool(f"{peer.name} {version}", server, check)


def _typing(files: Sequence[tuple[Path, Path]], tools: Sequence[_Tool], edits: int) -> Iterator[dict[str, Any]]:
    for root, file in files:
        for tool in tools:
            peers.say(f"{tool.name}: typing in {file.name}")
            try:
                latency = measure(tool.server, root.resolve(), file.resolve(), edits, peers.environment(False))
            except (OSError, TimeoutError) as error:
                peers.say(f"{tool.name}: {error}")
                continue
            yield {"tool": tool.name, "file": f"{file.parent.name}/{file.name}", **asdict(latency)}


def _checks(folders: Sequence[Path], tools: Sequence[_Tool]) -> Iterator[dict[str, Any]]:
    for folder in folders:
        for tool in tools:
            peers.say(f"{tool.name}: checking {folder.name}")
            with tempfile.TemporaryDirectory() as cache:
                times = [_timed(tool, folder.resolve(), cache) for _ in range(2)]
            yield {"tool": tool.name, "folder": folder.name, "cold": times[0], "again": times[1]}


def _timed(tool: _Tool, folder: Path, cache: str, clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds for a check of a folder."""
    environment = {**peers.environment(tool.name == OURS), "SPOOKY_CACHE_DIR": cache}
    begun = clock()
    done = subprocess.run(
        [*tool.check, str(folder)], cwd=cache, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    seconds = clock() - begun
    if done.returncode not in (0, 1):
        peers.say(f"{tool.name} has ended with {done.returncode}: {done.stderr[-300:].decode(errors='replace')}")
    return seconds


def _worked() -> float:
    """Seconds that processors have worked for the processes that were waited for: whatever else a machine does takes
    nothing away from it. Where the system does not tell, seconds."""
    if resource is None:
        return time.perf_counter()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def made_up(functions: int) -> str:
    """So many pairs of functions, one in fifty of which has an error."""
    lost = ("asyncio.sleep(1)", "await asyncio.sleep(1)")
    return "import asyncio\n" + "".join(
        FUNCTION.format(number=number, lost=lost[number % 50 != 0]) for number in range(functions)
    )


def _by_edits() -> Iterator[dict[str, float]]:
    """Seconds of work from an edit of one function to what is found then, in a process that has checked the file."""
    with tempfile.TemporaryDirectory() as folder:
        project = Project.at(Path(folder))
        project.memory = Memory()
        for lines in BY_LINES:
            path = Path(folder) / f"file_{lines}.py"
            text = made_up(lines // LINES)
            report = project.check(Source.from_text(text, path))
            times = []
            for word in ("break", "continue", "break", "continue", "break"):
                begun = time.process_time()
                report = project.check_next(report, text.replace("continue", word, 1), path)
                times.append(time.process_time() - begun)
            peers.say(f"{lines} lines: {statistics.median(times):.3f} s for an edit")
            yield {"lines": lines, "seconds": statistics.median(times)}


def _by_lines(tools: Sequence[_Tool]) -> Iterator[dict[str, Any]]:
    """Seconds of work for a check of one file of so many lines, and for another one."""
    for lines in BY_LINES:
        yield from _sized("lines", lines, {"module.py": made_up(lines // LINES)}, tools)


def _by_files(tools: Sequence[_Tool]) -> Iterator[dict[str, Any]]:
    """Seconds of work for a check of so many files, and for another one."""
    for files in BY_FILES:
        yield from _sized("files", files, {f"module_{number}.py": made_up(5) for number in range(files)}, tools)


def _sized(what: str, size: int, texts: Mapping[str, str], tools: Sequence[_Tool]) -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in texts.items():
            (Path(folder) / name).write_text(text, "utf-8")
        for tool in tools:
            with tempfile.TemporaryDirectory() as cache:
                cold, again = (_timed(tool, Path(folder), cache, _worked) for _ in range(2))
            peers.say(f"{tool.name}: {size} {what}: {cold:.1f} s")
            yield {what: size, "tool": tool.name, "cold": cold, "again": again}


def _tables(figures: dict[str, Any]) -> str:
    lines = []
    if figures["typing"]:
        lines += ["| file | tool | first diagnostics, ms | keystroke, median ms | 95 % ms | memory, MB |"]
        lines += ["| --- | --- | --: | --: | --: | --: |"]
        for row in figures["typing"]:
            memory = "" if row["memory"] is None else f"{row['memory']:.0f}"
            values = (row["file"], row["tool"], *(f"{row[name]:.0f}" for name in ("first", "median", "p95")), memory)
            lines.append(f"| {' | '.join(values)} |")
    if figures["checks"]:
        lines += ["", "| folder | tool | cold, s | again, s |", "| --- | --- | --: | --: |"]
        lines += [f"| {r['folder']} | {r['tool']} | {r['cold']:.1f} | {r['again']:.1f} |" for r in figures["checks"]]
    if figures["edits"]:
        lines += ["", "| lines | edit, s |", "| --: | --: |"]
        lines += [f"| {row['lines']:,} | {row['seconds']:.3f} |" for row in figures["edits"]]
    for name in ("lines", "files"):
        if figures[name]:
            lines += ["", f"| {name} | tool | cold, s | again, s |", "| --: | --- | --: | --: |"]
            lines += [f"| {r[name]:,} | {r['tool']} | {r['cold']:.2f} | {r['again']:.2f} |" for r in figures[name]]
    return "\n".join(lines)


def _plot(figures: dict[str, Any], file: Path) -> None:
    os.environ.setdefault("MPLBACKEND", "agg")
    from matplotlib import pyplot  # type: ignore[import-not-found, unused-ignore]

    figure, axes = pyplot.subplots(1, 2, figsize=(9, 3.8), layout="constrained")
    for axis, name, title in zip(axes, ("lines", "files"), ("one file, by its lines", "by files"), strict=True):
        series = _series(figures, name)
        for label, points in series.items():
            # Ours stand out; what is no first check is thinner.
            ours, first = label.startswith(OURS), "," not in label
            style = {
                "color": "C3" if ours else None,
                "linewidth": 2 if first else 1,
                "linestyle": "-" if first else ":",
            }
            axis.loglog(*zip(*points, strict=True), marker="o" if first else ".", label=label, **style)
        (start, _), *_, (end, most) = next(iter(series.values()))
        axis.loglog([start, end], [most * start / end, most], color="0.8", zorder=0, label="as the size")
        axis.set(title=title, xlabel=name, ylabel="processor seconds")
        axis.grid(alpha=0.3)
    # Those of one file are all that there are.
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize="small")
    figure.savefig(file, dpi=110)


def _series(figures: dict[str, Any], name: str) -> dict[str, list[tuple[float, float]]]:
    """Sizes and seconds, by what the plot says of them."""
    series: dict[str, list[tuple[float, float]]] = {}
    for row in figures[name]:
        series.setdefault(row["tool"], []).append((row[name], row["cold"]))
        if row["tool"] == OURS:
            series.setdefault(f"{OURS}, unchanged", []).append((row[name], row["again"]))
    if name == "lines":
        series[f"{OURS}, after an edit"] = [(row["lines"], row["seconds"]) for row in figures["edits"]]
    return series


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
