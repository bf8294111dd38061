"""The program's own messages: its troubles, and that it is alive. What they quote of a feed is made inert where it is put in."""

from __future__ import annotations

from collections.abc import Collection

from monitor.alerts.inert import cut, for_text, own_for_slack, own_for_text
from monitor.model import Item, Message


def render_notice(title: str, lines: Collection[str]) -> Message:
    """A message of a title and some lines; names of files, commands and addresses in it can be copied."""
    head = own_for_text(f"Monitor: {title}")
    return Message(
        title=head,
        text="\n".join([head, *(own_for_text(line) for line in lines)]),
        html="",
        slack="\n".join([f"*{own_for_slack(f'Monitor: {title}')}*", *(own_for_slack(line) for line in lines)]),
    )


def unread_notice(item: Item, reason: str) -> tuple[str, str]:
    """Title and text on an item that was set aside. Its id is a feed's word, so the command to copy names its key."""
    text = f"{cut(for_text(item.title), 200)}\n{for_text(reason)}\nIt is stored unread. Try again: monitor items reread {item.key}"
    return f"item {cut(for_text(item.id), 80)} could not be read", text
