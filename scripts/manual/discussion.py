# SPDX-License-Identifier: Apache-2.0
"""The long text of a command's help: paragraphs, then sections under a line of capitals."""
import re

from .troff import bold, code, prose

HEADING = re.compile(r"([A-Z]{2}[A-Z ]*[A-Z])(?: \((.*)\))?")
STATUS = re.compile(r" +(\d+)  (\S.*)")
# Two statuses beside each other.
COLUMN = re.compile(r"(?<=\S) {3,}(?=\d+  \S)")


def sections(text):
    """(heading or None, remark or None, lines) for each part of the text."""
    parts = [(None, None, [])]
    for line in (text or "").splitlines():
        found = HEADING.fullmatch(line)
        if found:
            parts.append((found[1], found[2], []))
        else:
            parts[-1][2].append(line)
    return [(heading, remark, without_ends(lines)) for heading, remark, lines in parts]


def without_ends(lines):
    while lines and not lines[0].strip():
        lines = lines[1:]
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def body(heading, remark, lines):
    """The requests for what stands under a heading."""
    told = [prose(remark[0].upper() + remark[1:] + ".")] if remark else []
    if heading == "EXIT STATUS":
        return "\n".join(told + [statuses(lines)])
    if heading and heading.startswith("EXAMPLE"):
        return "\n".join(told + [examples(lines)])
    return "\n".join(told + [paragraphs(lines)])


def paragraphs(lines):
    """Text that begins at the margin is prose; what is moved in stays as it is."""
    out, block = [], []
    for line in lines + [""]:
        if line.strip():
            block.append(line)
        elif block:
            moved = all(line.startswith("  ") for line in block)
            out.append(code(block) if moved else prose(" ".join(block)))
            block = []
    return "\n.PP\n".join(out)


def statuses(lines):
    """A status and what it means, or prose where the help has them in one sentence."""
    told = []
    for line in (part for line in lines for part in columns(line)):
        found = STATUS.fullmatch(line)
        if found:
            told.append([found[1], found[2].strip()])
        elif told:
            told[-1][1] += " " + line.strip()
        else:
            return prose(" ".join(" ".join(lines).split()))
    return "\n".join(f".TP\n{bold(status)}\n{prose(meaning)}" for status, meaning in told)


def columns(line):
    first, *others = COLUMN.split(line)
    return [first, *(" " + other for other in others)]


def examples(lines):
    """A line that ends with a colon says what the lines below it do."""
    out, block = [], []
    for line in lines:
        if line.startswith("  ") and line.endswith(":") and not line.startswith("    "):
            out += ([code(block), ".PP"] if block else []) + [prose(line.strip())]
            block = []
        else:
            block.append(line)
    return "\n".join(out + ([code(block)] if block else []))
