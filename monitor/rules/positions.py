"""YAML text → a tree of plain values that knows where each one stands.

Only the part of YAML that rule files need: mappings, lists, text, numbers, true and false. No tags, no merge keys, one
document a file, every key once. Words such as `no`, `on` or `2023-09-29` stay text, as in YAML 1.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import yaml

from monitor.errors import Location, Problem
from monitor.rules.yaml_words import bad_character, broken_yaml

MAX_BYTES = 2_000_000
MAX_DEPTH = 40
# An alias costs the reader what it stands for: twenty doubled lines would stand for a million entries.
MAX_ALIASED = 10_000

_INTEGER = re.compile(r"[-+]?[0-9]{1,18}\Z")
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONSTANTS = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    written: value for word, value in (("true", True), ("false", False)) for written in (word, word.capitalize(), word.upper())
}

Scalar = str | int | float | bool | None


@dataclass(slots=True)
class Node:
    """One value and where it begins; `keys` holds, for a mapping, each key's own position; `written` is a single value as it stands in
    the file. Lines and columns count from 1."""

    line: int
    column: int
    value: Scalar | list[Node] | dict[str, Node]
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)
    size: int = 1
    written: str = ""


class _RefusedError(Exception):
    """Carries the one problem that stops the reading of a file."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def read_yaml(path: str, text: str) -> tuple[Node | None, list[Problem]]:
    """Read one file. The node is None for an empty file, and where a problem leaves nothing to go on with.

    At most 2 MB, 40 levels, aliases that stand for 10,000 values in all.
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        return None, [Problem(Location(path), f"file has {size:,} bytes", f"at most {MAX_BYTES:,}", "split it into several files")]
    text = text.removeprefix("\ufeff")
    problems: list[Problem] = []
    surrogate = _SURROGATE.search(text)
    if surrogate:
        return None, [bad_character(path, text, surrogate.start())]
    try:
        return _Builder(path, problems).build(yaml.parse(text, Loader=_Loader)), problems
    except _RefusedError as refused:
        return None, [*problems, refused.problem]
    except yaml.YAMLError as error:
        return None, [*problems, broken_yaml(path, text, _plain_error(text) or error)]


# libyaml is ten times faster; its words differ between versions, so what is wrong is said in those of the Python parser.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _plain_error(text: str) -> yaml.YAMLError | None:
    try:
        for _ in yaml.parse(text, Loader=yaml.SafeLoader):
            pass
    except yaml.YAMLError as error:
        return error
    return None


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not come yet; `key` is the mapping's key that waits for its value."""

    node: Node
    anchor: str | None
    key: str | None = None
    key_at: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class _Builder:
    """The parser's events → the tree. A class because a tree grows from many events; nothing recurses, so depth costs no stack."""

    path: str
    problems: list[Problem]
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, Node | None] = field(default_factory=dict)
    aliased: int = 0

    def build(self, events: Iterator[Any]) -> Node | None:
        root: Node | None = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                self._close()
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._refused(event, "a second document begins", "one document a file", 'remove the line "---" or split the file')
            elif isinstance(event, yaml.NodeEvent):
                node = self._node(event)
                root = root or node
                self._place(node, event)
        return None if root is not None and root.value is None else root

    def _refused(self, event: Any, what: str, expected: str = "", remedy: str = "") -> _RefusedError:
        return _RefusedError(Problem(Location(self.path, *_position(event)), what, expected, remedy))

    def _node(self, event: Any) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            raise self._refused(event, f'tag "{tag}"', "a plain value", "remove the tag, or put the text in quotes")
        node = Node(*_position(event), _value(event))
        if isinstance(event, yaml.ScalarEvent):
            node.written = event.value
        if isinstance(event, yaml.ScalarEvent) and event.style == ">" and not event.value.strip():
            # `killed: >5` is YAML for an empty folded text.
            raise self._refused(event, 'a ">" without quotes', "a comparison in quotes", 'for example killed: "> 5"')
        if event.anchor:
            # None until a mapping or list has ended: an alias inside of what it stands for has no end.
            self.anchors[event.anchor] = node if isinstance(event, yaml.ScalarEvent) else None
        return node

    def _alias(self, event: Any) -> Node:
        name = event.anchor
        if name not in self.anchors:
            raise self._refused(event, f'alias "*{name}" has no anchor', f'"&{name}" above it', 'put a text that begins with "*" in quotes')
        node = self.anchors[name]
        if node is None:
            raise self._refused(event, f'alias "*{name}" stands inside what it stands for', remedy="write the values out")
        self.aliased += node.size
        if self.aliased > MAX_ALIASED:
            raise self._refused(
                event, "the aliases of this file stand for too much", f"at most {MAX_ALIASED:,} values", "write the values out"
            )
        # A copy, so that a mistake is shown where the alias stands.
        return Node(*_position(event), node.value, node.keys, node.size, node.written)

    def _place(self, node: Node, event: Any) -> None:
        """Put a node where it belongs: into the list, or as the mapping's next key or value."""
        if self.stack:
            parent = self.stack[-1]
            if isinstance(parent.node.value, dict):
                self._place_in_mapping(parent, parent.node.value, node, event)
            else:
                cast(list[Node], parent.node.value).append(node)
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if len(self.stack) >= MAX_DEPTH:
                raise self._refused(event, f"values are nested more than {MAX_DEPTH} deep", remedy="flatten them")
            self.stack.append(_Open(node, event.anchor))
        elif self.stack:
            self.stack[-1].node.size += node.size

    def _place_in_mapping(self, parent: _Open, mapping: dict[str, Node], node: Node, event: Any) -> None:
        if parent.key is None:
            parent.key, parent.key_at = self._key(event), (node.line, node.column)
            return
        if parent.key in mapping:
            what = f'key "{parent.key}" is already given at line {parent.node.keys[parent.key][0]}'
            self.problems.append(Problem(Location(self.path, *parent.key_at), what, remedy="keep one"))
        else:
            mapping[parent.key] = node
            parent.node.keys[parent.key] = parent.key_at
        parent.key = None

    def _key(self, event: Any) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            found = "an alias" if isinstance(event, yaml.AliasEvent) else "a list or mapping"
            raise self._refused(event, f"{found} stands where a key should", 'a word before ":"', 'put a text with "{" or "[" in quotes')
        if event.value == "<<" and not event.style:
            raise self._refused(event, 'merge key "<<"', "the keys themselves", "write them out")
        return str(event.value)

    def _close(self) -> None:
        done = self.stack.pop()
        if done.anchor:
            self.anchors[done.anchor] = done.node
        if self.stack:
            self.stack[-1].node.size += done.node.size


def _position(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _value(event: Any) -> Scalar | list[Node] | dict[str, Node]:
    if isinstance(event, yaml.MappingStartEvent):
        return {}
    if isinstance(event, yaml.SequenceStartEvent):
        return []
    return _scalar(event.value, quoted=bool(event.style))


def _scalar(written: str, *, quoted: bool) -> Scalar:
    if quoted:
        return written
    if written in _CONSTANTS:
        return _CONSTANTS[written]
    if _INTEGER.match(written):
        return int(written)
    return float(written) if _FLOAT.match(written) else written


def plain(node: Node) -> Any:
    """The value without positions, as pydantic takes it."""
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain(child) for child in node.value]
    return node.value


def as_written(node: Node) -> Any:
    """The value without positions, numbers as the text that stands there: an id of digits is no number."""
    if isinstance(node.value, list):
        return [as_written(child) for child in node.value]
    return node.written if isinstance(node.value, int | float) and not isinstance(node.value, bool) else plain(node)


def steps_in(node: Node, steps: Sequence[str | int]) -> tuple[str | int, ...]:
    """The steps without the indexes into single values: one value may stand for a list of one."""
    taken: list[str | int] = []
    at: Node | None = node
    for step in steps:
        if isinstance(step, int) and at is not None and not isinstance(at.value, list):
            continue
        taken.append(step)
        at = None if at is None else _child(at, step)
    return tuple(taken)


def value_at(path: str, node: Node, steps: Sequence[str | int]) -> Location:
    """Where the value at these keys and indexes begins; as far as the steps lead."""
    for step in steps_in(node, steps):
        child = _child(node, step)
        if child is None:
            break
        node = child
    return Location(path, node.line, node.column)


def key_at(path: str, node: Node, steps: Sequence[str | int]) -> Location:
    """Where the last key of these steps is written; where it is no key, where the value begins."""
    *before, last = steps_in(node, steps)
    for step in before:
        child = _child(node, step)
        if child is None:
            return Location(path, node.line, node.column)
        node = child
    at = node.keys.get(str(last))
    return Location(path, *at) if at else value_at(path, node, (last,))


def _child(node: Node, step: str | int) -> Node | None:
    if isinstance(node.value, dict):
        return node.value.get(str(step))
    if isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
        return node.value[step]
    return None
