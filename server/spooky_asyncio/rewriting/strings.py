"""String literals side by side, which `ruff format` (and black, some day) joins where they fit on a line."""

from __future__ import annotations

import re
import tokenize
from functools import lru_cache

from spooky_asyncio.source import split_lines, tokens

_PLAIN = re.compile(r"\w*(?:\"[^\"\\\n]*\"|'[^'\\\n]*')")
_LITERAL = re.compile(r"([fFbB]?)([\"'])(?!\2\2)(.*)\2")


@lru_cache(maxsize=256)
def literals(text: str) -> tuple[str, ...]:
    """The literals that a string consists of."""
    if _PLAIN.fullmatch(text):
        return (text,)
    found: list[str] = []
    depth = start = 0
    # In parentheses, so that each may stand on a line of its own.
    lines = split_lines(text := f"({text})")
    for token in tokens(text):
        kind = tokenize.tok_name[token.type]
        if depth == 0 and kind in ("STRING", "FSTRING_START"):
            start = sum(map(len, lines[: token.start[0] - 1])) + token.start[1]
        depth += (kind == "FSTRING_START") - (kind == "FSTRING_END")
        if depth == 0 and kind in ("STRING", "FSTRING_END"):
            found.append(text[start : sum(map(len, lines[: token.end[0] - 1])) + token.end[1]])
    return tuple(found)


def merged(parts: tuple[str, ...]) -> str | None:
    """All of them in one; None where that is not easy to say."""
    matches = [_LITERAL.fullmatch(part) for part in parts]
    prefixes = {match[1].lower() for match in matches if match}
    quotes = {match[2] for match in matches if match}
    if not all(matches) or len(quotes) > 1 or any("\\N{" in part for part in parts):
        return None
    prefix, quote = max(prefixes), quotes.pop()
    bodies = [
        re.sub(r"[{}]", r"\g<0>\g<0>", match[3]) if prefix == "f" and not match[1] else match[3]
        for match in matches
        if match
    ]
    return f"{prefix}{quote}{''.join(bodies)}{quote}"
