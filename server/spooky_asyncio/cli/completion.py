"""What the Tab key knows in a shell: what click tells of commands and options, and the names of rules.

Values behind `=`, and several between commas, are completed too, which takes some help: each shell splits what is typed
in its own way, and wants back what it has split.
"""

from __future__ import annotations

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    get_completion_class,
)

SHELLS = ("bash", "zsh", "fish", "powershell")


def script(program: click.Command, shell: str) -> str:
    """For the shell to read at its start. It asks `spooky` itself, so it needs no update. Raises
    click.ClickException."""
    completing = get_completion_class(shell)
    if completing is None:
        raise click.ClickException(f"click {_version('click')} cannot complete in {shell}; a newer one can.")
    return completing(program, {}, "spooky", "_SPOOKY_COMPLETE").source()


def rules(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The last of several names, between commas."""
    from spooky_asyncio.cli.explain import first_sentence
    from spooky_asyncio.rules import ALL_RULES

    return _last_of_several(incomplete, {rule.name: first_sentence(rule.explanation) for rule in ALL_RULES})


def severities(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The last of several `RULE=SEVERITY`: as whole ones, so that no shell thinks a word ends before the `=`."""
    from spooky_asyncio.cli.names import SEVERITIES
    from spooky_asyncio.rules import ALL_RULES

    known = [f"{rule.name}={severity}" for rule in ALL_RULES for severity in SEVERITIES]
    return _last_of_several(incomplete, dict.fromkeys(known))


def files(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Those that the shell knows, for what only begins with the name of a file, or may be one."""
    return [CompletionItem(incomplete, type="file")]


def _last_of_several(incomplete: str, known: dict[str, str | None]) -> list[CompletionItem]:
    before, comma, begun = incomplete.rpartition(",")
    return [
        CompletionItem(f"{before}{comma}{name}", help=meaning)
        for name, meaning in known.items()
        if name.startswith(begun)
    ]


class _WholeWords(ShellComplete):
    """Answers with `--option=value` where that was begun: click answers with the value alone."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        option, equals, _ = incomplete.partition("=")
        found = super().get_completions(args, incomplete)
        if not equals or not option.startswith("--"):
            return found
        return [CompletionItem(f"{option}={item.value}", item.type, item.help) for item in found]


class _Bash(_WholeWords, BashComplete):
    """Takes `=` for a word of its own, and wants what comes behind it."""

    _split_off = 0

    def get_completion_args(self) -> tuple[list[str], str]:
        args, last = super().get_completion_args()
        words = [*args, last]
        whole: list[str] = []
        for index, word in enumerate(words):
            if whole and "=" in (word, words[index - 1]):
                whole[-1] += word
            else:
                whole.append(word)
        self._split_off = len(whole[-1]) - (0 if last == "=" else len(last))
        return whole[:-1], whole[-1]

    def format_completion(self, item: CompletionItem) -> str:
        return super().format_completion(CompletionItem(item.value[self._split_off :], item.type, item.help))


class _Zsh(_WholeWords, ZshComplete):
    pass


class _Fish(_WholeWords, FishComplete):
    # Values have commas too.
    source_template = FishComplete.source_template.replace('string split ","', 'string split --max 1 ","')


for _completing in (_Bash, _Zsh, _Fish):
    add_completion_class(_completing)


def _version(distribution: str) -> str:
    from importlib import metadata

    return metadata.version(distribution)
