"""What Apprise logged of a send that failed → a `DeliveryError` in words made here: no address, payload or reply goes through. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.errors import DeliveryError

_HTTP_STATUS = re.compile(r"error=(\d{3})\b")
_SMTP_REPLY = re.compile(r"\((\d{3}), b?['\"](.{0,200}?)['\"]\)|was refused: (\d{3})")
_SLACK_ERROR = re.compile(r"Response Details:\s*b?['\"](?:\{.*?\"error\":\s*\"([a-z_]{3,40})\"|([a-z_]{3,40})['\"])")
# Slack answers these with 200 or 400; waiting mends none of them.
SLACK_PERMANENT = frozenset(
    {
        *("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "invalid_token", "no_permission"),
        *("missing_scope", "channel_not_found", "not_in_channel", "is_archived", "channel_is_archived", "user_not_found"),
        *("restricted_action", "restricted_action_read_only_channel", "not_allowed_token_type", "access_denied", "ekm_access_denied"),
        *("action_prohibited", "no_service", "no_team", "team_disabled", "no_active_hooks", "invalid_payload"),
    }
)
_HTTP_PERMANENT = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    410: "Gone",
    413: "Payload Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
}
# A sign in the log, the words for it, and whether the message may have arrived all the same.
_CONNECTION = (
    ("Read timed out", "no answer in time", True),
    ("timed out", "no connection in time", False),
    ("Connection refused", "connection refused", False),
    ("Name or service not known", "no such host", False),
    ("nodename nor servname", "no such host", False),
    ("Temporary failure in name resolution", "the host's name cannot be looked up", False),
    ("NameResolutionError", "no such host", False),
    ("CERTIFICATE_VERIFY_FAILED", "its certificate is not valid", False),
    ("SSLError", "no secure connection", False),
    ("Network is unreachable", "network unreachable", False),
    ("No route to host", "no route to the host", False),
    ("Connection unexpectedly closed", "the connection was closed", True),
    ("RemoteDisconnected", "the connection was closed without an answer", True),
    ("Connection aborted", "the connection broke", True),
    ("Connection reset", "the connection broke", True),
)
_SMTP_UNABLE = {
    "STARTTLS extension not supported": "the server offers no STARTTLS; use mailto:// or mode=ssl",
    "AUTH extension not supported": "the server takes no user name and password; leave them out",
    "No suitable authentication method": "the server offers no way to log in that is known here",
}


def refusal(service: str, log: Sequence[str]) -> DeliveryError:
    """Why a send failed: `log` holds Apprise's warnings and the details it logs of replies and exceptions, payloads left out."""
    text = "\n".join(log)
    # The last refusal counts: a service may be asked twice (whose channel? then the message).
    status = next((found for entry in reversed(log) if (found := _HTTP_STATUS.search(entry))), None)
    slack = _SLACK_ERROR.search(text) if service == "Slack" else None
    if slack is not None:
        code = slack[1] or slack[2]
        permanent = code in SLACK_PERMANENT
        # Apprise does not hand back how long Slack asks to wait; it is seldom more than this.
        pause_s = 30.0 if "limited" in code else None
        return DeliveryError(f"{service}: refused it ({code})" + _remedy(permanent), permanent=permanent, retry_after_s=pause_s)
    if status is not None:
        return _http_error(service, int(status[1]))
    reply = _SMTP_REPLY.search(text)
    if reply is not None:
        code = int(reply[1] or reply[3])
        permanent = 500 <= code < 600
        return DeliveryError(f"{service}: the server refused it ({code}{_smtp_words(code)})" + _remedy(permanent), permanent=permanent)
    for sign, words in _SMTP_UNABLE.items():
        if sign in text:
            return DeliveryError(f"{service}: {words}", permanent=True)
    for sign, words, ambiguous in _CONNECTION:
        if sign in text:
            return DeliveryError(f"{service}: {words}" + ("; it may have arrived" if ambiguous else ""), ambiguous=ambiguous)
    return DeliveryError(f"{service}: not delivered")


def _http_error(service: str, status: int) -> DeliveryError:
    if 300 <= status < 400:
        return DeliveryError(f"{service}: answered {status}, a redirect, which is not followed; use the address it leads to")
    if status == 429:
        return DeliveryError(f"{service}: answered 429 (Too Many Requests)", retry_after_s=30.0)
    permanent = status in _HTTP_PERMANENT
    words = f" ({_HTTP_PERMANENT[status]})" if permanent else ""
    return DeliveryError(f"{service}: answered {status}{words}" + _remedy(permanent), permanent=permanent)


def _smtp_words(code: int) -> str:
    words = {
        535: "user name or password",
        534: "authentication",
        530: "authentication needed",
        550: "no such mailbox",
        552: "size",
        554: "policy",
    }
    return f", {words[code]}" if code in words else ""


def _remedy(permanent: bool) -> str:
    return "; check the channel's URL" if permanent else ""
