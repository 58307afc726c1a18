"""Help that can be read: the options of a command under headings, in place of one long list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

_OTHERS = "Other options"


class Grouped(click.Command):
    """`groups` has headings, each with the names of the parameters below it; other options come last."""

    def __init__(self, *args: Any, groups: Mapping[str, Sequence[str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self._heading_of = {name: heading for heading, names in groups.items() for name in names}

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        found: dict[str, list[tuple[str, str]]] = {heading: [] for heading in (*self._heading_of.values(), _OTHERS)}
        for parameter in self.get_params(context):
            record = parameter.get_help_record(context) if isinstance(parameter, click.Option) else None
            if record is not None:
                found[self._heading_of.get(parameter.name or "", _OTHERS)].append(record)
        for heading, records in found.items():
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)
