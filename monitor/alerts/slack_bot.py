"""Slack by a bot's token, the only module that knows slack_sdk: what Apprise cannot do, replies in a thread and edits.

The first message on an incident opens a thread; later ones answer it there, and it is edited to say what is known now.
"""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import math
import re
import ssl
import urllib.error
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from monitor.alerts.refusal import SLACK_PERMANENT
from monitor.errors import DeliveryError, UsageError
from monitor.model import Message

if TYPE_CHECKING:
    from slack_sdk import WebClient

SCHEME = "slack-bot"
SERVICE = "Slack"
BASE_URL = "https://slack.com/api/"

# Slack advises 4,000 characters and cuts a text at 40,000.
_MAX_CHARACTERS = 4_000
_CUT = "\n[…]"
# Feed text must neither call anybody nor unfold a page; what is a link or bold was marked as such by the renderer.
_INERT: dict[str, Any] = {"parse": "none", "link_names": False}
_QUIET: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False, "mrkdwn": True}
# The first message is gone, or its thread closed: the next one opens the thread anew.
_GONE = frozenset({"message_not_found", "thread_not_found", "cant_reply_to_message", "restricted_action_thread_locked"})
# It stands, but as it is: the answer goes out all the same.
_FIXED = frozenset({"cant_update_message", "edit_window_closed", "msg_too_long"})
_PAUSE_S = 30.0

_SILENT = logging.getLogger("monitor.slack_sdk")
_SILENT.propagate = False
_SILENT.setLevel(logging.CRITICAL + 1)  # it logs payloads


def owns(url: str) -> bool:
    """Whether the URL is one of a bot: `slack-bot://xoxb-…/C0123ABCD`."""
    return url.partition("://")[0].lower() == SCHEME


def check(url: str) -> tuple[str, str]:
    """The token and the id of the Slack channel. Nothing is sent.

    Raises:
        UsageError: the URL is not complete, or slack_sdk is not installed; the message shows no secret.
    """
    parts = urlsplit(url)
    token, place = parts.netloc, parts.path.strip("/")
    if not re.fullmatch(r"xoxb-[A-Za-z0-9-]{6,}", token):
        raise UsageError(f"{SERVICE}: no bot token; expected {SCHEME}://xoxb-…/C0123ABCD")
    if not re.fullmatch(r"[CGD][A-Z0-9]{5,}", place):
        # A name would be looked up anew with every message, and no message can be edited by it.
        raise UsageError(f"{SERVICE}: no channel's id after the token; expected C0123ABCD (in Slack: View channel details, at the bottom)")
    if parts.query or parts.fragment:
        raise UsageError(f"{SERVICE}: the URL takes no options; expected {SCHEME}://xoxb-…/{place}")
    if importlib.util.find_spec("slack_sdk") is None:
        raise UsageError(f"{SERVICE}: {SCHEME}:// needs slack_sdk, which is not installed; pip install 'incident-monitor[slack]'")
    return token, place


def post(message: Message, url: str, *, timeout_s: float, base_url: str | None = None) -> str:
    """Send one message; returns what Slack calls the message that opens its thread, for the next `Reply.to`.

    Blocks: two requests of `timeout_s` seconds each at most. The edit comes before the answer, as repeating it does no harm.

    Raises:
        DeliveryError: not delivered, or not known to be.
    """
    token, place = check(url)
    client = _client(token, timeout_s=timeout_s, base_url=base_url or BASE_URL)
    reply = message.reply
    # A root in another Slack channel cannot be answered: the config leads elsewhere now.
    root = reply.to.partition("/")[2] if reply is not None and reply.to.startswith(f"{place}/") else ""
    if reply is None:
        return _posted(client, place, message.slack)
    if not root or not _edited(client, place, root, reply.now):
        return _posted(client, place, reply.now)
    try:
        _posted(client, place, message.slack, thread_ts=root, reply_broadcast=reply.broadcast)
    except _ThreadGone:
        return _posted(client, place, reply.now)
    return f"{place}/{root}"


class _ThreadGone(DeliveryError):
    """The message that opens the thread was deleted."""


def _posted(client: WebClient, place: str, text: str, **thread: Any) -> str:
    answer = _called(client, "chat.postMessage", {"channel": place, "text": _fitted(text), **_INERT, **_QUIET, **thread})
    return f"{place}/{answer.get('ts', '')}"


def _edited(client: WebClient, place: str, root: str, text: str) -> bool:
    """Make the first message say what is known now; False where it is gone."""
    try:
        _called(client, "chat.update", {"channel": place, "ts": root, "text": _fitted(text), **_INERT})
    except _ThreadGone:
        return False
    except _Unedited:
        return True
    return True


class _Unedited(DeliveryError):
    """The workspace does not let the message be edited."""


def _called(client: WebClient, method: str, body: dict[str, Any]) -> dict[str, Any]:
    from slack_sdk.errors import SlackApiError, SlackClientError

    try:
        answer = client.api_call(method, json=body)
    except SlackApiError as error:
        raise _refusal(error) from None
    except SlackClientError as error:
        raise DeliveryError(f"{SERVICE}: failed with {type(error).__name__}") from None
    except urllib.error.URLError as error:
        raise _unreachable(error.reason) from None
    except OSError as error:
        raise _unreachable(error) from None
    except Exception as error:  # its words may hold the token
        words = f"{SERVICE}: answered what cannot be read ({type(error).__name__}); it may have arrived"
        raise DeliveryError(words, ambiguous=True) from None
    data = answer.data
    return data if isinstance(data, dict) else {}


def _refusal(error: Any) -> DeliveryError:
    """Slack's own code for why, or the HTTP status where it gives none."""
    response = error.response
    data = response.data if isinstance(response.data, dict) else {}
    code = str(data.get("error", ""))
    code = code if re.fullmatch(r"[a-z_]{3,40}", code) else ""
    status = int(response.status_code)
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return DeliveryError(f"{SERVICE}: asks to wait (429)", retry_after_s=_retry_after_s(response.headers), down=True)
    if not code:
        maybe = not 300 <= status < 500
        return DeliveryError(f"{SERVICE}: answered {status}" + ("; it may have arrived" if maybe else ""), ambiguous=maybe)
    words = f"{SERVICE}: refused it ({code})"
    if code in _GONE:
        return _ThreadGone(words)
    if code in _FIXED:
        return _Unedited(words)
    permanent = code in SLACK_PERMANENT
    return DeliveryError(words + (_remedy(code) if permanent else ""), permanent=permanent)


def _remedy(code: str) -> str:
    if code == "not_in_channel":
        return "; invite the bot to the channel"
    if code == "missing_scope":
        return "; give the bot the scope chat:write"
    if code in ("channel_not_found", "is_archived"):
        return "; check the channel's id, and invite the bot there"
    if code.startswith(("restricted", "access", "ekm")):
        return "; the workspace does not let the bot write there"
    return "; check the bot's token"


def _retry_after_s(headers: Any) -> float:
    found = next((value for name, value in dict(headers).items() if str(name).lower() == "retry-after"), "")
    # slack_sdk gives a header as the list of its values, or as one.
    value = found[0] if isinstance(found, list) and found else found
    with contextlib.suppress(TypeError, ValueError):
        seconds = float(str(value))
        if math.isfinite(seconds) and seconds > 0:
            return seconds
    return _PAUSE_S


def _unreachable(reason: object) -> DeliveryError:
    import socket

    if isinstance(reason, TimeoutError):
        return DeliveryError(f"{SERVICE}: no answer in time; it may have arrived", ambiguous=True)
    if isinstance(reason, ConnectionRefusedError):
        return DeliveryError(f"{SERVICE}: connection refused", down=True)
    if isinstance(reason, socket.gaierror):
        return DeliveryError(f"{SERVICE}: no such host", down=True)
    if isinstance(reason, ssl.SSLError):
        return DeliveryError(f"{SERVICE}: no secure connection", down=True)
    return DeliveryError(f"{SERVICE}: the connection broke; it may have arrived", ambiguous=True)


def _client(token: str, *, timeout_s: float, base_url: str) -> WebClient:
    from slack_sdk import WebClient

    # Retries are the outbox's.
    return WebClient(token=token, base_url=base_url, timeout=max(1, math.ceil(timeout_s)), retry_handlers=[], logger=_SILENT)


def _fitted(text: str) -> str:
    if len(text) <= _MAX_CHARACTERS:
        return text
    head = text[: _MAX_CHARACTERS - len(_CUT)]
    return head[: max(head.rfind("\n"), head.rfind(" "), 1)].rstrip() + _CUT
