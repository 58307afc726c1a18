"""Text in, diagnostics out: runs the rules over the life cycles of one file. Does no I/O of its own."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field, replace

from spooky_asyncio.analysis.callees import Callees, OpenModule
from spooky_asyncio.analysis.lifecycle import LifeCycles
from spooky_asyncio.inference import Inference
from spooky_asyncio.model import Diagnostic, Fix, Severity
from spooky_asyncio.rewriting.edits import merged
from spooky_asyncio.rules import RULES, Finding, Rule
from spooky_asyncio.settings import Settings
from spooky_asyncio.source import Source

log = logging.getLogger(__name__)

_SUPPRESSION = re.compile(r"#\s*spooky:\s*ignore(?:\[([^\]]*)\])?")


@dataclass(frozen=True)
class Report:
    """What the rules say of one version of one file."""

    source: Source
    findings: tuple[tuple[Diagnostic, Finding, Rule], ...] = ()
    failures: tuple[str, ...] = ()
    """A line for each thing that went wrong inside: a file with failures may have more errors than diagnostics."""
    lifecycles: LifeCycles | None = field(default=None, repr=False)

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """In the order of the text."""
        return [diagnostic for diagnostic, _, _ in self.findings]

    def fixes(self, diagnostic: Diagnostic) -> list[Fix]:
        """The fixes of one of `diagnostics`, built now; at most one of them is preferred, and that one comes first."""
        for known, finding, rule in self.findings:
            if known == diagnostic and self.lifecycles is not None:
                fixes = [replace(fix, edits=merged(fix.edits)) for fix in rule.fixes(finding, self.lifecycles)]
                return sorted(fixes, key=lambda fix: not fix.preferred)
        return []


def analyze(source: Source, settings: Settings, inference: Inference, open_module: OpenModule | None = None) -> Report:
    """Check one file. Never raises for what is in the file: a rule that fails is named in the report's failures."""
    where = source.path or "untitled file"
    try:
        lifecycles = LifeCycles(Callees(source, inference, open_module), inference)
        lifecycles.lives  # noqa: B018 - the analysis runs here, so that its failure is not taken for a rule's
    except Exception as error:
        log.exception("analysis of %s failed", where)
        return Report(source, failures=(f"{where}: internal error in the analysis: {_described(error)}",))
    found: list[tuple[Diagnostic, Finding, Rule]] = []
    failures: list[str] = []
    for rule in RULES:
        severity = settings.severity[rule.name]
        if severity is None:
            continue
        try:
            for finding in rule.check(lifecycles):
                diagnostic = _diagnostic(rule, finding, severity, source)
                if not _is_suppressed(source, diagnostic):
                    found.append((diagnostic, finding, rule))
        except Exception as error:
            log.exception("rule %s failed on %s", rule.name, where)
            failures.append(f"{where}: internal error in {rule.name}: {_described(error)}")
    found.sort(key=lambda item: (item[0].range, item[0].rule))
    return Report(source, tuple(found), tuple(failures), lifecycles)


def _diagnostic(rule: Rule, finding: Finding, severity: Severity, source: Source) -> Diagnostic:
    return Diagnostic(
        rule=rule.name,
        message=finding.message,
        range=source.range(finding.node),
        severity=severity,
        url=rule.url,
        related=finding.related,
        complaint=finding.complaint,
    )


def _is_suppressed(source: Source, diagnostic: Diagnostic) -> bool:
    first, last = diagnostic.range.start.line, diagnostic.range.end.line
    for line in {first, last}:
        if "spooky:" not in source.line(line):
            continue
        match = _SUPPRESSION.search(source.comments.get(line, ""))
        if match and (match[1] is None or diagnostic.rule in re.split(r"[\s,]+", match[1].strip())):
            return True
    return False


def _described(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0]
