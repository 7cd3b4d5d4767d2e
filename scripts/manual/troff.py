# SPDX-License-Identifier: Apache-2.0
"""Text in, requests of man(7) out. What is printed is what was given, whatever characters are in it."""
import re
import textwrap

# What a formatter would take for a quote, an accent or a hyphen where a command has to be copied.
LITERAL = {"\\": "\\e", "-": "\\-", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti"}
PROSE = {"\\": "\\e", "^": "\\(ha", "~": "\\(ti"}
# What has to be typed as it stands: in backticks, or an option.
TYPED = re.compile(r"`([^`]+)`|(?<![\w-])(--?[A-Za-z][\w-]*)")


def escaped(text, table):
    return "".join(
        table.get(char, char) if ord(char) < 128 else f"\\[u{ord(char):04X}]" for char in text)


def literal(text):
    return escaped(text, LITERAL)


def bold(text):
    return f"\\fB{literal(text)}\\fP"


def italic(text):
    return f"\\fI{literal(text)}\\fP"


def prose(text):
    """A paragraph in lines of at most 78 characters; a sentence begins a line, so that its space is right."""
    marked, at = "", 0
    for found in TYPED.finditer(text):
        marked += escaped(text[at:found.start()], PROSE) + bold(found[1] or found[2])
        at = found.end()
    marked += escaped(text[at:], PROSE)
    lines = []
    for sentence in re.split(r"(?<=[.!?]) +(?=[A-Z\\])", " ".join(marked.split())):
        lines += textwrap.wrap(sentence, 78, break_long_words=False, break_on_hyphens=False)
    return "\n".join(guarded(line) for line in lines)


def code(lines):
    """Lines that stay as they are."""
    return "\n".join([".EX", *(guarded(literal(line)) for line in lines), ".EE"])


def guarded(line):
    """A line that begins with a dot or an apostrophe would be a request."""
    return "\\&" + line if line[:1] in (".", "'") else line
