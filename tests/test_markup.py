"""HTML as feeds carry it → plain text."""

from __future__ import annotations

import pytest

from monitor.markup import plain_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<svg><text>logo</text></svg>Blast <b>kills four</b>", "Blast kills four"),
        ("<svg>Blast kills four", "Blast kills four"),
        ("Blast <iframe src=x>kills four</p>", "Blast kills four"),
        ("<template>Blast <svg>x</svg>kills four", "Blast kills four"),
        ("Blast kills four<script>alert(1)", "Blast kills four"),
        ("Blast kills four<style>p{", "Blast kills four"),
    ],
)
def test_what_is_never_closed_silences_nothing_that_is_said(markup: str, text: str) -> None:
    """Code is dropped all the same."""
    assert plain_text(markup) == text
