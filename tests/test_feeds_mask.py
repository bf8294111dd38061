"""Addresses are shown without their secrets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.mask import masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://desk:sesame@news.example/rss", "https://***@news.example/rss"),
        ("https://desk:p@ss@news.example/rss", "https://***@news.example/rss"),
        ("https://token@news.example/rss", "https://***@news.example/rss"),
        ("https://n.example/rss?token=abc&page=2", "https://n.example/rss?token=***&page=2"),
        ("https://n.example/rss?page=2&API_KEY=abc#x", "https://n.example/rss?page=2&API_KEY=***#x"),
        ("https://n.example/rss?access_token=a%20b&auth=c;sig=d", "https://n.example/rss?access_token=***&auth=***"),
        ("GET http://a:b@x.example/ failed, then http://c:d@y.example/", "GET http://***@x.example/ failed, then http://***@y.example/"),
        ("https://n.example/rss?monkey=1&keyword=blast", "https://n.example/rss?monkey=1&keyword=blast"),
        ("mail to desk@n.example about https://n.example/@desk", "mail to desk@n.example about https://n.example/@desk"),
    ],
)
def test_user_names_passwords_and_tokens_are_hidden(text: str, shown: str) -> None:
    """In every address of a text; what is no secret is left."""
    assert masked(text) == shown


@given(st.text(st.sampled_from("ab:/@?&=#;. token"), max_size=60))
def test_masking_twice_changes_nothing(text: str) -> None:
    """So that it can be done wherever a message passes."""
    assert masked(masked(text)) == masked(text)
