"""What a YAML parser complains of, in words that tell an analyst what to mend."""

from __future__ import annotations

import re

import yaml

from monitor.errors import Location, Problem

# The parser's words → found, expected, remedy. The first that fits is taken; {0} is the text of the first group.
_WORDS: tuple[tuple[str, str, str, str], ...] = (
    (r"found character '\\t'", "a tab", "spaces", "indent with spaces only"),
    (r"found character '>' that cannot start", 'a ">" without quotes', "a comparison in quotes", 'for example killed: ">= 5"'),
    (r"found character '(.)' that cannot start", 'a value begins with "{0}"', "text in quotes", 'write "{0}…" in quotes'),
    (
        r"mapping values are not allowed",
        'a ":" that begins no value',
        "one key and one value on a line",
        'put a text that holds ": " in quotes, or mend the indentation',
    ),
    (
        r"could not find expected ':'",
        'a line that is no "key: value"',
        'a ":" after the key',
        "add it, or indent the line as part of the value above",
    ),
    (
        r"expected <block end>, but found '-'",
        'a "-" that is indented like none above it',
        "the indentation of the entries above",
        "align it with them",
    ),
    (
        r"expected <block end>, but found '<scalar>'",
        "text after a value that has ended",
        "a new line or the end of the quotes",
        "put the whole value in quotes",
    ),
    (r"expected <block end>, but found '[}\]]'", "a closing bracket that nothing opened", "", "remove it, or put the text in quotes"),
    (
        r"expected <block end>, but found",
        "a line that is indented like none above it",
        "the indentation of the entry that it belongs to",
        "align it with the lines above",
    ),
    (
        r"expected ',' or ('\]'|'\}'), but got",
        "a list or mapping in brackets does not go on",
        '"," or {0}',
        "close what line {opened} opens",
    ),
    (r"found unexpected end of stream", "the file ends inside quotes", "a closing quote", "close the quote that line {opened} opens"),
    (r"found unexpected document separator", 'a line "---" inside quotes', "a closing quote", "close the quote that line {opened} opens"),
    (
        r"unknown escape character '(.)'",
        'an escape "\\{0}" that YAML does not know',
        "text in single quotes",
        "write the pattern in '…' instead of \"…\"",
    ),
    (r"expected escape sequence of", "an escape that is cut short", "its hexadecimal digits", "write the text in single quotes"),
    (r"expected the node content, but found", "a value is missing", "a value", "remove the stray mark"),
    (
        r"found duplicate anchor|expected alphabetic or numeric character",
        'a mark "&" or "*" without a name',
        "text in quotes",
        "put the text in quotes",
    ),
    (r"found a tab character|tab character that violate", "a tab", "spaces", "indent with spaces only"),
    (
        r"found unknown directive|directive name|expected a comment or a line break",
        "a mark that YAML does not know",
        "text in quotes",
        "put the text in quotes",
    ),
    (r"expected chomping or indentation indicators", 'text right after "|" or ">"', "the text on the next line", "move it there"),
    (
        r"found undefined tag handle|expected '!'|could not determine a constructor",
        "a tag",
        "a plain value",
        'put a text that begins with "!" in quotes',
    ),
)


def broken_yaml(path: str, text: str, error: yaml.YAMLError) -> Problem:
    """One problem for what stopped the parser."""
    if isinstance(error, yaml.reader.ReaderError):
        return bad_character(path, text, int(error.position))
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    context = getattr(error, "context_mark", None) or mark
    where = Location(path, mark.line + 1, mark.column + 1) if mark is not None else Location(path)
    said = str(getattr(error, "problem", None) or error)
    opened = str(context.line + 1) if context is not None else "?"
    if mark is not None and (unclosed := _unclosed_in(_line(text, mark.line))) is not None:
        place = Location(path, mark.line + 1, unclosed + 1)
        return Problem(place, "a quote that its value does not close", "a closing quote", 'close it right after the value: ["ttp", "bla"]')
    if mark is not None and "end of stream" not in said and (left_open := _left_open(path, text, mark.line)) is not None:
        return left_open
    if (
        mark is not None
        and re.search(r"expected (?:chomping|a comment)", said)
        and _line(text, mark.line)[: mark.column].rstrip(">|= ").endswith(":")
    ):
        return Problem(where, 'a ">" without quotes', "a comparison in quotes", 'for example killed: ">= 5"')
    for pattern, found, expected, remedy in _WORDS:
        hit = re.search(pattern, said)
        if hit:
            first = hit.group(1) if hit.groups() else ""
            words = [part.replace("{0}", first.replace("'", '"')).replace("{opened}", opened) for part in (found, expected, remedy)]
            return Problem(where, words[0], words[1], words[2])
    return Problem(where, f"this is no YAML: {said}", "a mapping of keys and lists", "compare with rules/README.md")


# A value that begins with a quote which its line does not close, and a line with a key of its own.
_OPEN_QUOTE = re.compile(r"""^\s*(?:-\s+)?(?:[\w -]+:\s+)?(?:(?P<mark>")(?:[^"\\]|\\.)*|(?P<single>')[^']*)$""")
_HAS_A_KEY = re.compile(r"^\s*(?:-\s+)?[\w-]+:\s")


def _left_open(path: str, text: str, last: int) -> Problem | None:
    """What stopped the parser at line `last` (from 0) may be a quote that a line before it left open, which that of another key closed."""
    lines = text.splitlines()[: last + 1]
    for number, line in enumerate(lines):
        opened = _OPEN_QUOTE.match(line)
        if opened is None:
            continue
        mark = opened["mark"] or opened["single"]
        closing = next((later for later in lines[number + 1 :] if mark in later), "")
        if _HAS_A_KEY.match(closing):
            return Problem(
                Location(path, number + 1, line.index(mark) + 1),
                "a quote that its line does not close, so that the text runs on to the next one",
                "a closing quote",
                "close it at the end of the text",
            )
    return None


_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)(?:"|$)')


def _unclosed_in(line: str) -> int | None:
    """Where a line with brackets opens a quote that it closes nowhere, or only with the one that should open the next value."""
    pieces = [] if "[" not in line and "{" not in line else list(_QUOTED.finditer(line))
    if not pieces or line.count('"') % 2 == 0 or "\\" in line or "#" in line:
        return None
    return next((piece.start() for piece in pieces if re.search(r"[\]}],|,\s*$|:\s*$", piece[1])), pieces[-1].start())


def _line(text: str, number: int) -> str:
    lines = text.splitlines()
    return lines[number] if number < len(lines) else ""


def bad_character(path: str, text: str, position: int) -> Problem:
    """The problem of a character that no text file should have."""
    line = text.count("\n", 0, position) + 1
    column = position - (text.rfind("\n", 0, position) + 1) + 1
    return Problem(Location(path, line, column), f"character U+{ord(text[position]):04X}", "printable text", "remove it")
