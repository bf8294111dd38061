"""What Apprise logged of a send that failed → a `DeliveryError` in words made here: no address, payload or reply goes through. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.errors import DeliveryError

# Where a service is asked too often and does not say how long to wait.
_PAUSE_S = 30.0
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
# Not this message but the service is in trouble.
_HTTP_DOWN = {429: "Too Many Requests", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}
# A sign in the log, the words for it, and whether the message may have arrived all the same; where it cannot, nothing can.
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


def refusal(service: str, log: Sequence[str], *, asked_s: float | None = None) -> DeliveryError:
    """Why a send failed: `log` holds Apprise's warnings and the details it logs of replies and exceptions, payloads left out.

    `asked_s` is the Retry-After of the last answer.
    """
    text = "\n".join(log)
    # The last refusal counts: a service may be asked twice (whose channel? then the message).
    status = next((found for entry in reversed(log) if (found := _HTTP_STATUS.search(entry))), None)
    slack = _SLACK_ERROR.search(text) if service == "Slack" else None
    if slack is not None:
        code = slack[1] or slack[2]
        permanent = code in SLACK_PERMANENT
        # Apprise does not hand back how long Slack asks to wait; it is seldom more than this.
        limited = "limited" in code
        return DeliveryError(
            f"{service}: refused it ({code})" + _remedy(permanent),
            permanent=permanent,
            retry_after_s=(asked_s or _PAUSE_S) if limited else asked_s,
            down=limited,
        )
    if status is not None:
        return _http_error(service, int(status[1]), asked_s=asked_s)
    reply = _SMTP_REPLY.search(text)
    if reply is not None:
        code = int(reply[1] or reply[3])
        permanent = 500 <= code < 600
        words = f"{service}: the server refused it ({code}{_smtp_words(code)})" + _remedy(permanent)
        return DeliveryError(words, permanent=permanent, down=code == 421)
    for sign, words in _SMTP_UNABLE.items():
        if sign in text:
            return DeliveryError(f"{service}: {words}", permanent=True)
    for sign, words, ambiguous in _CONNECTION:
        if sign in text:
            return DeliveryError(
                f"{service}: {words}" + ("; it may have arrived" if ambiguous else ""), ambiguous=ambiguous, down=not ambiguous
            )
    return DeliveryError(f"{service}: not delivered")


def _http_error(service: str, status: int, *, asked_s: float | None) -> DeliveryError:
    if 300 <= status < 400:
        return DeliveryError(f"{service}: answered {status}, a redirect, which is not followed; use the address it leads to")
    if status in _HTTP_DOWN:
        wait = f", asked to wait {asked_s:g} s" if asked_s is not None else ""
        pause_s = _PAUSE_S if status == 429 and asked_s is None else asked_s
        return DeliveryError(f"{service}: answered {status} ({_HTTP_DOWN[status]}){wait}", retry_after_s=pause_s, down=True)
    permanent = status in _HTTP_PERMANENT
    words = f" ({_HTTP_PERMANENT[status]})" if permanent else ""
    return DeliveryError(f"{service}: answered {status}{words}" + _remedy(permanent), permanent=permanent, retry_after_s=asked_s)


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
