# SPDX-License-Identifier: Apache-2.0
"""One command as the parser of arguments describes it, and its manual page."""
from .discussion import body, sections
from .troff import bold, italic, literal, prose

FILES = [
    ("/etc/pg_backctl/pg_backctl.yaml", "The configuration: stores, policy, schedule, notifications."),
    ("/var/lib/pg_backctl/history.sqlite",
     "What was proven when, for root and for the service. Others have theirs below $XDG_STATE_HOME/pg_backctl,"
     " else in ~/.local/state/pg_backctl."),
    (".env", "Variables that the environment does not set, read from the directory where the program is started."),
]
VARIABLES = [
    (["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"], "The key that reads the store."),
    (["AWS_REGION", "AWS_DEFAULT_REGION"], "The region of the store."),
    (["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"], "The address of a store that is not AWS."),
    (["AWS_CA_BUNDLE"], "A file of the certificate authorities to trust instead of the system's."),
    (["XDG_STATE_HOME"], "Where the history is kept, in a folder pg_backctl."),
]
# What ends in a dot is no end of a sentence here.
ANY_OPTIONS = f"[{italic('option')} ...]\\&"


def page(command, version, date):
    """The page's name and its text."""
    words = [*command.get("superCommands", []), command["commandName"]]
    name = "-".join(words)
    if not command.get("abstract"):
        raise ValueError(f"the help of '{' '.join(words)}' says in no line what it does")
    parts = sections(command.get("discussion"))
    blocks = [
        f'.TH {literal(name.upper())} 1 "{date}" "pg_backctl {version}" "User Commands"',
        ".nh\n.ad l",
        f".SH NAME\n{literal(name)} \\-\n{prose(lowered(command['abstract']))}",
        f".SH SYNOPSIS\n{synopsis(words, command)}",
        description(command, parts[0]),
        positionals(command),
        options(command),
        inner_commands(words, command),
        *(f".SH {told[0]}\n{body(*told)}" for told in parts[1:]),
        *(program_only() if len(words) == 1 else []),
        see_also(words, command),
    ]
    return name, "\n".join(block for block in blocks if block) + "\n"


def lowered(sentence):
    """What stands behind a page's name: no sentence, so neither a capital nor a full stop."""
    first = sentence[0].lower() if sentence[1:2].islower() else sentence[0]
    return (first + sentence[1:]).rstrip(".")


def shown(command, *kinds):
    return [a for a in command.get("arguments", []) if a.get("shouldDisplay", True) and a["kind"] in kinds]


def shown_commands(command):
    return [c for c in command.get("subcommands", []) if c.get("shouldDisplay", True) and c["commandName"] != "help"]


def synopsis(words, command):
    line = [bold(" ".join(words))]
    if shown_commands(command):
        return "\n".join([*line, italic("command"), ANY_OPTIONS])
    required = [a for a in shown(command, "option") if not a.get("isOptional")]
    line += [spelled(a) for a in required]
    line.append(ANY_OPTIONS)
    for argument in shown(command, "positional"):
        value = italic(argument["valueName"]) + (" ..." if argument.get("isRepeating") else "")
        line.append(f"[{value}]" if argument.get("isOptional") else value)
    return "\n".join(line)


def description(command, first):
    told = [prose(command["abstract"]), *([body(*first)] if first[2] else [])]
    return ".SH DESCRIPTION\n" + "\n.PP\n".join(told)


def positionals(command):
    told = [f".TP\n{italic(a['valueName'])}\n{meaning(a)}" for a in shown(command, "positional")]
    return "\n".join([".SH ARGUMENTS", *told]) if told else ""


def options(command):
    """Under the titles of the help, those without a title first."""
    groups = {None: []}
    for argument in shown(command, "option", "flag"):
        groups.setdefault(argument.get("sectionTitle"), []).append(argument)
    blocks = []
    for title, arguments in groups.items():
        blocks += [f".SS {literal(title)}"] if title else []
        blocks += [f".TP\n{spelled(argument)}\n{meaning(argument)}" for argument in arguments]
    return "\n".join([".SH OPTIONS", *blocks]) if blocks else ""


def spelled(argument):
    """Every way to write an option, short ones first, and what it takes."""
    names = sorted(argument["names"], key=lambda name: name["kind"] != "short")
    written = ", ".join(
        bold(("--" if name["kind"] == "long" else "-") + name["name"]) for name in names)
    return f"{written} {italic(argument['valueName'])}" if argument["kind"] == "option" else written


def meaning(argument):
    text = argument.get("abstract") or argument.get("discussion")
    if not text:
        raise ValueError(f"the help says nothing of '{argument['valueName']}'")
    default = argument.get("defaultValue")
    if default and "default" not in text:
        text += f" The default is {default}."
    return prose(text)


def inner_commands(words, command):
    told = []
    for inner in shown_commands(command):
        name = "-".join([*words, inner["commandName"]])
        told.append(f".TP\n{bold(name)}(1)\n{prose(inner.get('abstract', ''))}")
    return "\n".join([".SH COMMANDS", *told]) if told else ""


def program_only():
    files = [f".TP\n{italic(path)}\n{prose(text)}" for path, text in FILES]
    variables = [f".TP\n{', '.join(bold(n) for n in names)}\n{prose(text)}" for names, text in VARIABLES]
    return ["\n".join([".SH FILES", *files]), "\n".join([".SH ENVIRONMENT", *variables])]


def see_also(words, command):
    if len(words) == 1:
        others = ["pg_basebackup", "pg_verifybackup"]
    else:
        others = ["-".join(words[:-1])]
    return ".SH SEE ALSO\n" + ",\n".join(f"{bold(name)}(1)" for name in others)
