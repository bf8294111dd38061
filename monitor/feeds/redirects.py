"""Permanent redirects: adopted after they were seen several times. Pure."""

from __future__ import annotations

from monitor.model import Feed, FeedState

ADOPT_AFTER = 3  # sightings of one permanent redirect in a row


def polled_url(state: FeedState, feed: Feed) -> str:
    """The address to ask: the config's, or where a permanent redirect leads that was seen three times in a row."""
    return state.moved_to if state.moved_to and state.moved_seen >= ADOPT_AFTER else feed.url


def moved(state: FeedState, feed: Feed, permanent_url: str | None) -> tuple[str | None, int]:
    """The permanent redirect's target and how often it was seen in a row; an adopted one stays while it answers by itself."""
    if permanent_url is None:
        return (state.moved_to, state.moved_seen) if polled_url(state, feed) != feed.url else (None, 0)
    if permanent_url == state.moved_to:
        return permanent_url, state.moved_seen + 1
    return permanent_url, 1
