"""Ways to spoil a Python file: what a crash, a bad merge, a wrong encoding or half a keystroke leaves of one."""

from __future__ import annotations

import io
import random
import re
import tokenize
from collections.abc import Callable
from random import Random
from typing import TypeAlias

Spoiler: TypeAlias = "Callable[[bytes, Random], bytes | str]"
"""Makes other bytes of those of a file, or a text that no bytes stand for."""


def spoiled(data: bytes, name: str, seed: str) -> bytes | str:
    """The same for the same seed, on each Python."""
    return SPOILERS[name](data, random.Random(seed))


def _truncated(data: bytes, rng: Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _beheaded(data: bytes, rng: Random) -> bytes:
    return data[rng.randrange(len(data) + 1) :]


def _lines_swapped(data: bytes, rng: Random) -> bytes:
    lines = data.splitlines(keepends=True)
    for _ in range(rng.randint(1, 5)):
        if len(lines) > 1:
            one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
            lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def _lines_doubled(data: bytes, rng: Random) -> bytes:
    lines = data.splitlines(keepends=True)
    if lines:
        start = rng.randrange(len(lines))
        lines[start:start] = lines[start : start + rng.randint(1, 20)]
    return b"".join(lines)


def _indented_otherwise(data: bytes, rng: Random) -> bytes:
    lines = data.splitlines(keepends=True)
    for _ in range(rng.randint(1, 5)):
        if lines:
            number = rng.randrange(len(lines))
            lines[number] = rng.choice([b"", b" ", b"\t", b"    ", b"\x0c", b"        "]) + lines[number].lstrip(b" \t")
    return b"".join(lines)


def _tokens(data: bytes) -> list[tuple[int, int]]:
    """Where words and signs begin and end: good enough for broken files, too."""
    return [match.span() for match in re.finditer(rb"\w+|[^\w\s]+", data)]


def _tokens_dropped(data: bytes, rng: Random) -> bytes:
    for start, end in sorted(_some(_tokens(data), rng), reverse=True):
        data = data[:start] + data[end:]
    return data


def _tokens_swapped(data: bytes, rng: Random) -> bytes:
    tokens = _tokens(data)
    words = [data[start:end] for start, end in _some(tokens, rng)]
    for (start, end), word in zip(sorted(_some(tokens, rng), reverse=True), words, strict=False):
        data = data[:start] + word + data[end:]
    return data


def _some(items: list[tuple[int, int]], rng: Random) -> list[tuple[int, int]]:
    return rng.sample(items, min(len(items), rng.randint(1, 8)))


def _bytes_flipped(data: bytes, rng: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        if changed:
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _odd_bytes(data: bytes, rng: Random) -> bytes:
    """NUL, form feed, Ctrl-Z, escape, half a character, line ends of all kinds."""
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(data) + 1)
        odd = rng.choice([b"\0", b"\x0c", b"\x1a", b"\x1b", b"\xff", b"\xc3", b"\r", b"\x0b", b"\xe2\x80\xa8", b"\\\n"])
        data = data[:place] + odd + data[place:]
    return data


def _lone_surrogates(data: bytes, rng: Random) -> str:
    text = data.decode("utf-8", "surrogateescape")
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(text) + 1)
        text = text[:place] + chr(rng.randint(0xD800, 0xDFFF)) + text[place:]
    return text


def _in_another_encoding(data: bytes, rng: Random) -> bytes:
    text = data.decode("utf-8", "replace")
    encoding = rng.choice(ENCODINGS)
    try:
        return text.encode(encoding, "replace")
    except (UnicodeError, LookupError):
        return data


def _declared_otherwise(data: bytes, rng: Random) -> bytes:
    return f"# -*- coding: {rng.choice(ENCODINGS)} -*-\n".encode() + data


def _line_ends(data: bytes, rng: Random) -> bytes:
    ends = rng.choice([[b"\r"], [b"\r\n"], [b"\n", b"\r\n", b"\r"]])
    return b"".join(line.rstrip(b"\r\n") + rng.choice(ends) for line in data.splitlines(keepends=True))


def _all_async(data: bytes, rng: Random) -> bytes:
    """Every function may be async, and every call not awaited: what the analysis is for is everywhere in it."""
    data = re.sub(rb"\bawait ", lambda match: b"" if rng.random() < 0.5 else match[0], data)
    return re.sub(rb"\bdef (?!__)", lambda match: b"async def " if rng.random() < 0.7 else match[0], data)


def _nested(data: bytes, rng: Random) -> bytes:
    """All of it under headers, or a part of it."""
    lines = data.splitlines(keepends=True)
    header = rng.choice([b"if x:\n", b"async def f():\n", b"class C:\n", b"try:\n", b"while x:\n", b"with a as b:\n"])
    start = rng.randrange(len(lines) + 1)
    return b"".join([*lines[:start], header, *(b"    " + line for line in lines[start:])])


def _token_edits(data: bytes, rng: Random) -> bytes:
    """Half a keystroke: a character typed or erased at the end of some token."""
    try:
        tokens = list(tokenize.tokenize(io.BytesIO(data).readline))
        lines = data.splitlines(keepends=True)
        row, column = rng.choice(tokens).end
        place = sum(map(len, lines[: row - 1])) + column
    except (SyntaxError, tokenize.TokenError, IndexError, UnicodeDecodeError):
        place = rng.randrange(len(data) + 1)
    typed = rng.choice(
        [b".", b"(", b")", b"[", b"]", b"{", b'"', b"'", b'"""', b"f'{", b" await", b"=", b":", b",", b"@"]
    )
    return data[:place] + typed + data[place:] if rng.random() < 0.7 else data[: max(place - 1, 0)] + data[place:]


ENCODINGS = (
    *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "latin-1", "cp1252", "cp437"),
    *("iso-8859-15", "koi8-r", "shift_jis", "euc-jp", "iso-2022-jp", "gb18030", "big5", "hz", "euc-kr", "mac-roman"),
    *("ascii", "raw_unicode_escape", "unicode_escape", "idna", "punycode", "rot13", "base64", "hex", "zlib", "mbcs"),
    *("undefined", "no-such-encoding", "charmap"),
)

SPOILERS: dict[str, Spoiler] = {
    function.__name__.lstrip("_"): function
    for function in (
        *(_truncated, _beheaded, _lines_swapped, _lines_doubled, _indented_otherwise, _tokens_dropped, _tokens_swapped),
        *(_bytes_flipped, _odd_bytes, _lone_surrogates, _in_another_encoding, _declared_otherwise, _line_ends),
        *(_all_async, _nested, _token_edits),
    )
}
