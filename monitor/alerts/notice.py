"""The program's own messages: its troubles, and that it is alive. Names and titles in them come from outside."""

from __future__ import annotations

from collections.abc import Collection

from monitor.alerts.inert import own_for_slack, own_for_text
from monitor.model import Message


def render_notice(title: str, lines: Collection[str]) -> Message:
    """A message of a title and some lines, inert in every form."""
    head = own_for_text(f"Monitor: {title}")
    return Message(
        title=head,
        text="\n".join([head, *(own_for_text(line) for line in lines)]),
        html="",
        slack="\n".join([f"*{own_for_slack(f'Monitor: {title}')}*", *(own_for_slack(line) for line in lines)]),
    )
