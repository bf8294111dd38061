"""One message to one destination, by Apprise: the only module that knows it. A Slack bot's goes by `slack_bot` instead.

Apprise answers a send with True or False and says why in its log alone. So a send runs in a thread of its own with that log
captured, and the words of a `DeliveryError` are made here from the few facts in it: addresses, payloads and replies never
leave this module. Retries are the outbox's.
"""

from __future__ import annotations

import datetime as dt
import difflib
import importlib
import logging
import re
import threading
import warnings
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

import apprise
from apprise.attachment.memory import AttachMemory
from apprise.plugins.base import NotifyBase

from monitor.alerts import slack_bot
from monitor.alerts.refusal import refusal
from monitor.errors import DeliveryError, UsageError
from monitor.model import Message
from monitor.waits import retry_after_s

Format = Literal["auto", "text", "html", "slack"]

_WEB_HOOKS = ("json", "jsons", "xml", "xmls", "form", "forms")
_MAIL = ("mailto", "mailtos")
# Beyond this a reader no longer reads; services' own limits come on top.
_MAX_CHARACTERS = 20_000
_MAX_HTML = 32_000
_CUT = "\n[…]"

_REASONS = ("Socket Exception", "I/O Exception", "Response Details")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A checked destination. `url` is the secret; `shown` may be printed."""

    url: str = field(repr=False)
    service: str  # "Slack", "E-Mail", "JSON"
    shown: str
    format: Format = "auto"


def check_target(url: str, *, format: Format = "auto") -> Target:
    """Check that an Apprise URL leads to exactly one destination. Nothing is sent.

    Raises:
        UsageError: it leads to none or to several, or a part of it would be ignored; the message shows no secret.
    """
    if slack_bot.owns(url):
        _, place = slack_bot.check(url)
        if format not in ("auto", "slack"):
            raise UsageError(f'{slack_bot.SERVICE}: a bot writes in Slack\'s own markup, not as {format}; leave "format" out')
        return Target(url=url, service=slack_bot.SERVICE, shown=f"Slack ({slack_bot.SCHEME}://…/{place})", format=format)
    scheme = urlsplit(url).scheme.lower() if "://" in url else ""
    with _captured() as log:
        plugin = _plugin(url)
        if plugin is None:
            raise UsageError(_no_target(url, scheme))
        dropped = any(entry.startswith("Dropped") for entry in log)
    service = str(plugin.service_name)
    if dropped or (scheme in _MAIL and _recipients(url) > len(plugin.targets)):
        raise UsageError(f"{service}: a recipient is no address that can be used; expected name@example.org")
    count = len(plugin)
    if count != 1:
        remedy = "make a channel of each, so that a failure of one does not repeat the message to the others"
        raise UsageError(f"{service}: the URL has {count or 'no'} targets; expected one; {remedy if count else 'add one'}")
    if scheme in _MAIL and (plugin.cc or plugin.bcc):
        raise UsageError(f"{service}: cc and bcc are targets of their own; expected one; make a channel of each")
    _no_ignored_keys(url, scheme, plugin)
    return Target(url=url, service=service, shown=_shown(plugin, scheme), format=format)


def deliver(message: Message, target: Target, *, timeout_s: float) -> str | None:
    """Send one message. Blocks for at most `timeout_s` seconds; call it off the event loop.

    Returns what the service calls the message that opens the incident's thread, where it can be answered; else None.

    Raises:
        DeliveryError: not delivered, or not known to be. `permanent` where trying again cannot help; after a time-out the
            message may still arrive.
    """
    outcome: list[DeliveryError | str | None] = []

    def run() -> None:
        send = _send_by_bot if slack_bot.owns(target.url) else _send
        outcome.append(send(message, target, timeout_s=timeout_s))

    # A thread of its own: Apprise's shared pool of six fills up with calls that were given up but run on.
    thread = threading.Thread(target=run, name="monitor-deliver", daemon=True)
    thread.start()
    thread.join(timeout_s)
    if not outcome:
        raise DeliveryError(f"{target.service}: no answer within {timeout_s:g} s; it may have arrived", ambiguous=True)
    if isinstance(outcome[0], DeliveryError):
        raise outcome[0]
    return outcome[0]


# ---------------------------------------------------------------- sending


def _send_by_bot(message: Message, target: Target, *, timeout_s: float) -> DeliveryError | str:
    try:
        return slack_bot.post(message, target.url, timeout_s=timeout_s)
    except DeliveryError as error:
        return error
    except Exception as error:  # slack_sdk taken away in the meantime, or a fault of its own
        return DeliveryError(f"{target.service}: failed with {type(error).__name__}", ambiguous=True)


def _send(message: Message, target: Target, *, timeout_s: float) -> DeliveryError | None:
    with _captured() as log:
        try:
            # A fresh instance each time: one that is used again holds its second message back for seconds.
            plugin = _plugin(target.url)
            if plugin is None:
                return DeliveryError(f"{target.service}: its URL is no longer valid; check the channel", permanent=True)
            _tame(plugin, message, timeout_s=timeout_s)
            sent = _handed_over(plugin, message, target)
        except Exception as error:  # a service's plugin may raise anything
            return DeliveryError(f"{target.service}: failed with {type(error).__name__}")
        finally:
            _LOCAL.plain = None
            asked_s, _LOCAL.asked_s = getattr(_LOCAL, "asked_s", None), None
        return None if sent else refusal(target.service, log, asked_s=asked_s)


def _handed_over(plugin: Any, message: Message, target: Target) -> bool:
    slack = target.service == "Slack" and hasattr(plugin, "use_blocks")
    limit = min(_MAX_CHARACTERS, plugin.body_maxlen)
    wanted = _form(message, target, slack=slack, html_limit=min(_MAX_HTML, plugin.body_maxlen))
    title = " ".join(message.title.split())
    if wanted == "slack":
        body = _cut(message.slack, limit)
        if not slack:
            return bool(plugin.notify(body=body, title="", notify_type=apprise.NotifyType.WARNING))
        # notify() would escape or reinterpret markup; `slack` is escaped already, has its own headline and goes out as it is.
        return bool(
            plugin.send(
                body=body,
                title="",
                notify_type=apprise.NotifyType.WARNING,
                body_format=apprise.NotifyFormat.MARKDOWN,
                body_passthrough=False,
            )
        )
    text = _cut(message.text, limit)
    attach = None
    if wanted == "html":
        _LOCAL.plain = text
        body, body_format = message.html, apprise.NotifyFormat.HTML
        if message.pictures and plugin.protocol == "mailto":
            attach, plugin.inline = _attached(message), True
    else:
        # Services with a title of their own show it above the text, which begins with it as well.
        body, body_format = text.removeprefix(title).lstrip("\n") or text, apprise.NotifyFormat.TEXT
    return bool(plugin.notify(body=body, title=title, notify_type=apprise.NotifyType.WARNING, body_format=body_format, attach=attach))


def _attached(message: Message) -> apprise.AppriseAttachment:
    """The pictures, which the mail's HTML shows by their names (RFC 2387)."""
    attached = apprise.AppriseAttachment()
    for picture in message.pictures:
        attached.add(AttachMemory(content=picture.content, name=picture.name, mimetype=picture.type))  # type: ignore[no-untyped-call]
    return attached


def _form(message: Message, target: Target, *, slack: bool, html_limit: int) -> Literal["text", "html", "slack"]:
    """Which of a message's forms goes out: as the channel's format says, or as suits the service."""
    mail = urlsplit(target.url).scheme.lower() in _MAIL
    if target.format == "slack" or (target.format == "auto" and slack):
        return "slack"
    wants_html = target.format == "html" or (target.format == "auto" and mail)
    # A cut through HTML breaks its tags, so what is too long goes out as text.
    return "html" if wants_html and message.html and len(message.html) <= html_limit else "text"


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    head = text[: max(0, limit - len(_CUT))]
    # Not in the middle of a word, a link or an entity.
    return head[: max(head.rfind("\n"), head.rfind(" "), 1)].rstrip() + _CUT


def _plugin(url: str) -> Any | None:
    """A fresh plugin without Apprise's own retries, redirects, pictures and name, or None where the URL is not usable."""
    asset = apprise.AppriseAsset(
        app_id="Monitor",
        app_desc="Monitor",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        # A redirected POST becomes a GET, and that is reported as a success.
        http_redirects=False,
        async_mode=False,
        pgp_autogen=False,
        pem_autogen=False,
    )
    plugin = apprise.Apprise.instantiate(url, asset=asset)
    if not isinstance(plugin, NotifyBase):
        return None
    plugin.redirects = False
    plugin.retry = 0
    plugin.optional = False  # else a failure is reported as a success
    plugin.request_rate_per_sec = 0
    return plugin


def _tame(plugin: Any, message: Message, *, timeout_s: float) -> None:
    plugin.socket_connect_timeout = plugin.socket_read_timeout = timeout_s
    plugin.overflow_mode = apprise.OverflowMode.TRUNCATE
    plugin._format_override = None
    if hasattr(plugin, "include_image"):
        plugin.include_image = False
    if plugin.protocol == "mailto":
        for name, value in _mail_headers(message).items():
            plugin.headers.setdefault(name, value)
    elif plugin.protocol in ("json", "form", "xml") and message.thread:
        # Whoever receives it by a webhook of their own can tell one incident's messages.
        plugin.payload_extras.setdefault("thread", message.thread)


def _mail_headers(message: Message) -> dict[str, str]:
    """The message's own headers, one line each; mails of one incident refer to one id that none of them has."""
    headers = {name: " ".join(value.split()) for name, value in message.headers.items() if re.fullmatch(r"[A-Za-z0-9-]+", name)}
    if message.thread:
        thread = "<" + re.sub(r"[^A-Za-z0-9._-]", "-", message.thread) + "@incident.monitor.invalid>"
        headers.setdefault("References", thread)
        headers.setdefault("In-Reply-To", thread)
    headers.setdefault("Auto-Submitted", "auto-generated")
    headers.pop("Message-ID", None)  # Apprise writes its own; two are one too many
    return headers


_LOCAL = threading.local()
with warnings.catch_warnings():
    # It asks for a module that Python 3.13 drops, to see whether that is there.
    warnings.simplefilter("ignore", DeprecationWarning)
    _MAIL_MODULE: Any = importlib.import_module("apprise.plugins.email.base")
_convert_between = _MAIL_MODULE.convert_between


def _converted(source: object, target: object, content: str) -> str:
    plain: str | None = getattr(_LOCAL, "plain", None)
    if plain is not None and (source, target) == (apprise.NotifyFormat.HTML, apprise.NotifyFormat.TEXT):
        return plain
    return str(_convert_between(source, target, content))


# Apprise makes a mail's plain part out of the HTML and drops every link's address on the way; the message has a better one.
_MAIL_MODULE.convert_between = _converted


# Apprise drops the headers of an answer, and with them how long the service asks to be left alone.
_SESSION: Any = importlib.import_module("requests").Session
_session_send = _SESSION.send


def _noted(session: Any, request: Any, **options: Any) -> Any:
    answer = _session_send(session, request, **options)
    _LOCAL.asked_s = retry_after_s(answer.headers.get("Retry-After"), now=dt.datetime.now(dt.UTC))
    return answer


_SESSION.send = _noted


# ---------------------------------------------------------------- what a URL may not be


def _no_target(url: str, scheme: str) -> str:
    if not scheme:
        return "not an Apprise URL; expected SERVICE://…, such as slack://… or mailtos://…"
    known = {
        name for plugin in apprise.Apprise().details()["schemas"] for key in ("protocols", "secure_protocols") for name in plugin[key] or ()
    }
    if scheme not in known:
        close = difflib.get_close_matches(scheme, known, n=1)
        return f'"{scheme}" is no service that Apprise knows' + (f'; did you mean "{close[0]}"?' if close else "; see its list of services")
    return f"the {scheme}:// URL is not complete; expected the form that Apprise's page for {scheme} gives"


def _recipients(url: str) -> int:
    """How many recipients a mail URL means to name; Apprise leaves out those it cannot read."""
    parts = urlsplit(url)
    named = [unquote(part) for part in parts.path.split("/")] + [value for name, value in parse_qsl(parts.query) if name.lower() == "to"]
    return sum(bool(piece.strip()) for text in named for piece in re.split("[,;]", text))


def _no_ignored_keys(url: str, scheme: str, plugin: Any) -> None:
    """A query key without its prefix would be dropped without a word, and with it the token it carries."""
    if scheme not in _WEB_HOOKS:
        return
    known = set(plugin.template_args) | {"to", "from", "user", "pass", "tag"}
    for pair in urlsplit(url).query.split("&"):
        name = unquote(pair.partition("=")[0])
        if name and name[:1] not in "+-:" and name.lower() not in known:
            raise UsageError(
                f'{plugin.service_name}: query key "{name}" would be dropped; '
                f"expected -{name} for the address, +{name} for a header or :{name} for the payload"
            )


def _shown(plugin: Any, scheme: str) -> str:
    """The destination in a few words: the service, and the host or the mailbox where those are no secret."""
    if scheme in _MAIL:
        return f"mail to {plugin.targets[0][1]}"
    if scheme in _WEB_HOOKS:
        port = f":{plugin.port}" if plugin.port else ""
        return f"{scheme}://{plugin.host}{port}/…"
    return f"{plugin.service_name} ({scheme}://…)"


# ---------------------------------------------------------------- Apprise's log


class _Captured(logging.Handler):
    """Keeps what Apprise logs on a thread that asked for it; everything else is dropped, as it holds addresses and payloads."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.local = threading.local()

    def emit(self, record: logging.LogRecord) -> None:
        entries: list[str] | None = getattr(self.local, "entries", None)
        if entries is None or len(entries) >= 200:
            return
        words = record.getMessage()[:4000]
        # A logged payload is news text, in which "timed out" or "error=404" says nothing of the send.
        if record.levelno >= logging.WARNING or words.startswith(_REASONS):
            entries.append(words)


_HANDLER = _Captured()


class _captured:  # noqa: N801 - a context manager
    def __enter__(self) -> list[str]:
        log = logging.getLogger("apprise")
        # Set each time: whoever configures logging after this must not open it again.
        log.setLevel(logging.DEBUG)
        log.propagate = False
        log.handlers[:] = [_HANDLER]
        # requests' connections log their paths, and a webhook's path is its password.
        logging.getLogger("urllib3").setLevel(logging.CRITICAL)
        entries: list[str] = []
        _HANDLER.local.entries = entries
        return entries

    def __exit__(self, *_: object) -> None:
        _HANDLER.local.entries = None
