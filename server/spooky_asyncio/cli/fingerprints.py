"""What tells a finding from all others, and stays the same when the code around it changes.

A fingerprint is a hash of the rule, of the text of the line where the finding begins, without the white space around
it, and of a number: how many findings before it in the file have the same rule and the same text. So it survives lines
that move, code that is indented anew and files that are renamed; it changes with the line itself. It tells findings
of one file apart: whoever wants more adds the file's name.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from spooky_asyncio.batch.outcome import Finding


def fingerprints(findings: Iterable[Finding]) -> list[str]:
    """One for each finding, in their order."""
    seen: Counter[tuple[Path, str, str]] = Counter()
    found = []
    for finding in findings:
        rule, line = finding.diagnostic.rule, finding.diagnostic.range.start.line
        text = finding.lines[line].strip() if line < len(finding.lines) else ""
        found.append(hashed(rule, text, str(seen[finding.path, rule, text])))
        seen[finding.path, rule, text] += 1
    return found


def hashed(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
