"""Completion scripts for shells, written from an argparse parser: `dovetail --completion bash`.

A shell completes by a command's name, so there is a script for `dovetail` and none for `python -m dovetail`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from shlex import quote
from typing import Any, NamedTuple, cast

_FILES = "files"
_DIRECTORIES = "directories"
_NOTHING = "nothing"

_BY_METAVAR = {"PATH": _FILES, "DIR": _DIRECTORIES, "HOST::GUEST": _DIRECTORIES}
"""What completes the value of an option; nothing is known about other placeholders."""


class Option(NamedTuple):
    """An option as shells need to know it."""

    flags: Sequence[str]
    help: str
    placeholder: str | None
    """What stands for the value in messages; None where the option takes no value."""
    choices: Sequence[str]
    completes: str
    repeated: bool


class Command(NamedTuple):
    """One of the commands, or with an empty name what comes before them."""

    name: str
    help: str
    options: Sequence[Option]


class PrintCompletion(argparse.Action):
    """The option that prints the script for a shell and ends, as `--help` does."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        """Part of argparse's protocol."""
        print(script(parser, str(values)), end="")
        parser.exit()


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """The script that makes a shell, one of `SHELLS`, complete the parser's program."""
    root, *commands = _commands(parser)
    return SHELLS[shell](parser.prog, root, commands)


def _commands(parser: argparse.ArgumentParser) -> list[Command]:
    found = [Command("", parser.description or "", _options(parser))]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            # The class is generic in the kind of parser, which a check at run time cannot tell.
            action = cast("argparse._SubParsersAction[argparse.ArgumentParser]", action)
            helps = {choice.dest: choice.help or "" for choice in action._get_subactions()}
            found += [Command(name, helps.get(name, ""), _options(inner)) for name, inner in action.choices.items()]
    return found


def _options(parser: argparse.ArgumentParser) -> list[Option]:
    return [_option(action) for action in parser._actions if action.option_strings]


def _option(action: argparse.Action) -> Option:
    placeholder = None
    if action.nargs != 0:
        placeholder = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    return Option(
        flags=action.option_strings,
        help=action.help or "",
        placeholder=placeholder,
        choices=[str(choice) for choice in action.choices or ()],
        completes=_BY_METAVAR.get(placeholder or "", _NOTHING),
        repeated=isinstance(action, argparse._AppendAction),
    )


_BASH = """\
# Completes `{prog}` in bash. Put this into ~/.bashrc: source <({prog} --completion bash)
_{prog}_reply() {{
    local found
    while IFS= read -r found; do
        COMPREPLY+=("$found")
    done < <(compgen "$@")
}}

_{prog}_names() {{
    # Without programmable completion, in a test say, there is nothing to set.
    compopt -o filenames 2>/dev/null
    _{prog}_reply "$1" -- "$2"
}}

_{prog}() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}} command= index
    COMPREPLY=()
    # bash takes `--option=value` for three words.
    if [[ $word == = ]]; then
        word=
    elif [[ $previous == = ]]; then
        previous=${{COMP_WORDS[COMP_CWORD - 2]}}
    fi
    # Options before the command print something and end, so the command is the first word.
    ((COMP_CWORD > 1)) && command=${{COMP_WORDS[1]}}
    for ((index = 1; index < COMP_CWORD; index++)); do
        if [[ ${{COMP_WORDS[index]}} == -- ]]; then
            _{prog}_names -f "$word"
            return
        fi
    done
    case "$command $previous" in
{values}
    esac
    case "$command $word" in
{words}
        *) _{prog}_names -f "$word" ;;
    esac
}}

complete -F _{prog} {prog}
"""


def _bash(prog: str, root: Command, commands: Sequence[Command]) -> str:
    values: list[str] = []
    words: list[str] = []
    for command in (root, *commands):
        for option in command.options:
            if option.placeholder is None:
                continue
            patterns = "|".join(quote(f"{command.name} {flag}") for flag in option.flags)
            if option.choices:
                reply = f'_{prog}_reply -W {quote(" ".join(option.choices))} -- "$word"; '
            else:
                names = {_FILES: f'_{prog}_names -f "$word"; ', _DIRECTORIES: f'_{prog}_names -d "$word"; '}
                reply = names.get(option.completes, "")
            # A value at the front has the option for its command: `dovetail --completion ba`.
            patterns = f"*' {option.flags[0]}'" if not command.name else patterns
            values.append(f"        {patterns}) {reply}return ;;")
        flags = quote(" ".join(_flags(command)))
        words.append(f"""        {quote(command.name + " -")}*) _{prog}_reply -W {flags} -- "$word" ;;""")
    all_commands = quote(" ".join(command.name for command in commands))
    words.append(f"""        ' '*) _{prog}_reply -W {all_commands} -- "$word" ;;""")
    return _BASH.format(prog=prog, values="\n".join(values), words="\n".join(words))


_ZSH = """\
#compdef {prog}
# Completes `{prog}` in zsh. Put this into ~/.zshrc, after compinit: source <({prog} --completion zsh)
_{prog}() {{
    local curcontext=$curcontext state line
    local -a commands
    _arguments -C \\
{options}
        '1:command:->command' \\
        '*::argument:->argument'
    case $state in
        command)
            commands=(
{names}
            )
            _describe command commands
            ;;
        argument)
            case $line[1] in
{arguments}
            esac
            ;;
    esac
}}

# As a file on $fpath this is the function itself.
if [[ $funcstack[1] == _{prog} ]]; then
    _{prog} "$@"
else
    compdef _{prog} {prog}
fi
"""


def _zsh(prog: str, root: Command, commands: Sequence[Command]) -> str:
    arguments: list[str] = []
    for command in commands:
        specs = "".join(f"                        {spec} \\\n" for spec in _zsh_specs(command.options))
        arguments.append(
            f"                {command.name})\n"
            f"                    _arguments \\\n{specs}                        '*:file:_files'\n"
            f"                    ;;"
        )
    return _ZSH.format(
        prog=prog,
        options="\n".join(f"        {spec} \\" for spec in _zsh_specs(root.options)),
        names="\n".join(f"                {quote(f'{command.name}:{command.help}')}" for command in commands),
        arguments="\n".join(arguments),
    )


def _zsh_specs(options: Iterable[Option]) -> Iterable[str]:
    for option in options:
        value = ""
        if option.placeholder is not None:
            actions = {_FILES: "_files", _DIRECTORIES: "_files -/", _NOTHING: " "}
            action = f"({' '.join(option.choices)})" if option.choices else actions[option.completes]
            value = f":{_zsh_text(option.placeholder)}:{action}"
        # `=` lets the value follow in the same word, too, which argparse takes for long options.
        for flag in option.flags:
            equals = "=" if value and flag.startswith("--") else ""
            others = "*" if option.repeated else f"({' '.join(option.flags)})"
            yield quote(f"{others}{flag}{equals}[{_zsh_text(option.help)}]{value}")


def _zsh_text(text: str) -> str:
    for special in "\\:[]":
        text = text.replace(special, "\\" + special)
    return text


def _fish(prog: str, root: Command, commands: Sequence[Command]) -> str:
    lines = [
        f"# Completes `{prog}` in fish. Keep this as ~/.config/fish/completions/{prog}.fish",
        f"complete -c {prog} -f",
    ]
    for command in commands:
        lines.append(f"complete -c {prog} -n __fish_use_subcommand -a {command.name} -d {_fish_quote(command.help)}")
    for command in (root, *commands):
        seen = f"__fish_seen_subcommand_from {command.name}" if command.name else "__fish_use_subcommand"
        start = f"complete -c {prog} -n {_fish_quote(seen)}"
        lines += [f"{start} {_fish_option(option)}" for option in command.options]
        if command.name:
            lines.append(f"{start} -F")
    return "\n".join(lines) + "\n"


def _fish_option(option: Option) -> str:
    parts = [f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}" for flag in option.flags]
    if option.choices:
        parts.append(f"-x -a {_fish_quote(' '.join(option.choices))}")
    elif option.completes == _FILES:
        parts.append("-r -F")
    elif option.completes == _DIRECTORIES:
        parts.append("-x -a '(__fish_complete_directories)'")
    elif option.placeholder is not None:
        parts.append("-x")
    return " ".join([*parts, f"-d {_fish_quote(option.help)}"])


def _fish_quote(text: str) -> str:
    """Single quotes, in which fish knows two escapes where other shells know none."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _flags(command: Command) -> list[str]:
    return [flag for option in command.options for flag in option.flags]


SHELLS: dict[str, Callable[[str, Command, Sequence[Command]], str]] = {"bash": _bash, "zsh": _zsh, "fish": _fish}
"""The shells that there are scripts for."""
