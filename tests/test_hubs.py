"""The daemon and a real little hub: asked, asked back, sent to; polled the more seldom while the hub sends."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from support_channels import webhook_server
from support_cli import Folder
from support_daemon import NOW, Rig, rig, rss, run, until
from support_end_to_end import Desk, bombing, news, wait_for
from support_hub import Hub, call, free_port
from support_server import Reply, ScriptedServer

from monitor.errors import FetchError, StoreError
from monitor.feeds.fetch import Fetcher
from monitor.listener import Request
from monitor.model import Feed
from monitor.store import feeds as feed_rows
from monitor.store import hubs as hub_rows

PUSH = rss("9 killed in Mastung")


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def hub() -> Iterator[Hub]:
    with Hub() as running:
        yield running


def offer(server: ScriptedServer, hub: Hub, *items: str, path: str = "/dawn") -> Reply:
    """A feed's answer that names the hub in its Link header."""
    return Reply(body=rss(*items), headers={"ETag": f'"{len(items)}"', "Link": f'<{hub.url}>; rel="hub", <{server.url(path)}>; rel="self"'})


@contextlib.asynccontextmanager
async def desk(folder: Path, server: ScriptedServer, port: int, *, tick: bool = True, **options: Any) -> AsyncIterator[Rig]:
    """A daemon whose callback is where its listener is, with its first poll and its first look at the hubs done."""
    extra = f'[websub]\ncallback = "http://127.0.0.1:{port}/hubs"\nlisten = "127.0.0.1:{port}"\n'
    async with rig(folder, server, "dawn", extra=extra, **options) as r:
        await r.daemon.hubs.listen()
        await r.poll()
        if tick:
            await r.daemon.hubs_tick()
        yield r


async def sent(hub: Hub, body: bytes, **how: Any) -> list[int]:
    return await asyncio.to_thread(hub.send, body, **how)


async def known(r: Rig) -> Any:
    """The one subscription, as it is stored."""
    return (await r.daemon.db.call(hub_rows.subscriptions)).get(r.server.url("/dawn"))


@pytest.mark.parametrize("asks_back", ["at once", "later"])
def test_what_a_hub_sends_is_alerted_at_once_and_polls_become_seldom(
    server: ScriptedServer, hub: Hub, tmp_path: Path, asks_back: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The way of a poll's body, in one transaction; the feed's validators stay those of its server."""
    server.script("/dawn", offer(server, hub, "calm"))
    hub.asks_back = asks_back

    async def story() -> Path:
        async with desk(tmp_path, server, free_port()) as r:
            await until(lambda: hub.subscribed)
            (form,) = hub.asked
            assert (form["hub.mode"], form["hub.topic"], len(form["hub.secret"])) == ("subscribe", server.url("/dawn"), 64)
            assert len(form["hub.callback"].rpartition("/")[2]) == 43
            before = await r.daemon.db.call(feed_rows.feed_state, server.url("/dawn"))
            assert await sent(hub, PUSH) == [200]
            assert await sent(hub, PUSH) == [200]
            assert await r.daemon.db.call(feed_rows.feed_state, server.url("/dawn")) == before
            r.later(minutes=4)
            await r.deliver()
            assert len(r.out.to("desk")) == 1
            assert ((await known(r)).pushes, (await known(r)).missed) == (2, 0)
            await r.daemon.hubs_tick()
            polls = len(server.asked("/dawn"))
            for _ in range(12):
                await r.round(minutes=6)
            assert len(server.asked("/dawn")) == polls + 2, "the one that was due, and one after an hour"
            assert len(r.out.to("desk")) == 1, "the poll finds nothing that the hub had not sent"
            return r.config

    folder = Folder(run(story()).parent)
    monkeypatch.setattr("monitor.cli.schedule.now_utc", lambda: NOW + dt.timedelta(hours=2))
    (form,) = folder.lines("feeds", "schedule", "dawn", "--json")
    assert "WebSub" in " ".join(form["reasons"])
    assert form["polls_a_day"] == 24
    words = folder.run("feeds", "schedule", "dawn").output
    assert "127.0.0.1" in words
    for secret in (hub.asked[0]["hub.secret"], hub.asked[0]["hub.callback"].rpartition("/")[2]):
        assert secret not in words + str(form)


def test_what_is_not_signed_by_the_hub_is_ignored(
    server: ScriptedServer, hub: Hub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A 2xx, as the standard has it, and nothing is stored; no body is read from who does not know a callback."""
    server.script("/dawn", offer(server, hub, "calm"))

    async def story() -> None:
        async with desk(tmp_path, server, free_port()) as r:
            (callback,) = hub.subscribed
            assert await sent(hub, PUSH, secret="another") == [202]
            assert (await asyncio.to_thread(call, callback, PUSH))[0] == 202
            elsewhere = callback.rpartition("/")[0] + "/guessed"
            assert (await asyncio.to_thread(call, elsewhere, PUSH))[0] == 413
            assert (await asyncio.to_thread(call, elsewhere))[0] == 404
            assert (await asyncio.to_thread(call, callback))[0] == 404, "a question without words"
            await r.deliver()
            assert r.out.to("desk") == []
            assert (await known(r)).pushes == 0
            assert await sent(hub, b"<html>a page</html>") == [200], "signed, and no feed: sending it again would not help"
            assert (await known(r)).pushes == 0

    run(story())
    said = "".join(capsys.readouterr())
    assert hub.asked[0]["hub.secret"] not in said
    assert hub.asked[0]["hub.callback"].rpartition("/")[2] not in said


def test_a_lease_is_renewed_and_without_one_polls_are_as_before(server: ScriptedServer, hub: Hub, tmp_path: Path) -> None:
    """A hub that is silent is asked again, ever more seldom; when its lease is over the feed is polled at its interval."""
    server.script("/dawn", offer(server, hub, "calm"))
    hub.lease = "36000"

    async def story() -> None:
        async with desk(tmp_path, server, free_port()) as r:
            await sent(hub, PUSH)
            r.later(hours=6)
            await r.daemon.hubs_tick()
            assert len(hub.asked) == 1
            r.later(hours=2)
            await r.daemon.hubs_tick()
            assert len(hub.asked) == 2, "at seven tenths of ten hours"
            hub.status = 500
            r.later(hours=8)
            await r.daemon.hubs_tick()
            assert ((await known(r)).state, (await known(r)).last_error) == ("active", "HTTP 500 Internal Server Error")
            r.later(hours=3)
            await r.poll()
            polls = len(server.asked("/dawn"))
            await r.daemon.hubs_tick()
            for _ in range(10):
                await r.round(minutes=6)
            assert len(server.asked("/dawn")) > polls + 5

    run(story())


def test_a_hub_that_has_too_much_to_do_is_left_alone(server: ScriptedServer, hub: Hub, tmp_path: Path) -> None:
    """For as long as it asks, whichever feed is next."""
    server.script("/dawn", offer(server, hub, "calm"))
    hub.status, hub.headers = 429, {"Retry-After": "7200"}

    async def story() -> None:
        async with desk(tmp_path, server, free_port()) as r:
            r.later(minutes=119)
            await r.daemon.hubs_tick()
            assert len(hub.asked) == 1
            hub.status = 202
            r.later(minutes=2)
            await r.daemon.hubs_tick()
            assert len(hub.asked) == 2
            assert len(hub.subscribed) == 1

    run(story())


def test_a_hub_that_denies_is_asked_again_after_a_day(server: ScriptedServer, hub: Hub, tmp_path: Path) -> None:
    """And says why in `feeds schedule`."""
    server.script("/dawn", offer(server, hub, "calm"))
    hub.asks_back = "denies"

    async def story() -> Path:
        async with desk(tmp_path, server, free_port()) as r:
            assert hub.answers == [(200, b"")]
            assert (await known(r)).state == "denied"
            r.later(hours=23)
            await r.daemon.hubs_tick()
            assert len(hub.asked) == 1
            r.later(hours=2)
            await r.daemon.hubs_tick()
            assert len(hub.asked) == 2
            return r.config

    assert "the hub denies it: not for you" in Folder(run(story()).parent).run("feeds", "schedule", "dawn").output


def test_a_feed_that_is_removed_is_unsubscribed(server: ScriptedServer, hub: Hub, tmp_path: Path) -> None:
    """The hub asks back, and then the subscription is forgotten; one that is turned off likewise. What still comes is gone."""
    server.script("/dawn", offer(server, hub, "calm"))

    async def story() -> None:
        async with desk(tmp_path, server, free_port()) as r:
            (callback,) = hub.subscribed
            text = r.config.read_text()
            r.config.write_text(text.replace("allow_private = true", "allow_private = true\nenabled = false"))
            await r.daemon.reload()
            hub.asks_back = "never"
            await r.daemon.hubs_tick()
            assert [form["hub.mode"] for form in hub.asked] == ["subscribe", "unsubscribe"]
            assert await sent(hub, PUSH) == [410]
            hub.asks_back = "at once"
            r.later(minutes=16)
            await r.daemon.hubs_tick()
            assert hub.subscribed == {}
            assert await known(r) is None
            assert (await asyncio.to_thread(call, callback, PUSH))[0] == 413
            r.config.write_text(text)
            await r.daemon.reload()
            await r.daemon.hubs_tick()
            assert len(hub.subscribed) == 1, "it is back"

    run(story())


def test_a_hub_that_stops_sending_is_found_out_by_the_next_poll(server: ScriptedServer, hub: Hub, tmp_path: Path) -> None:
    """It found what was not sent: the feed is polled as before, and at once, until the hub sends again."""
    count = [1]

    def news(_: object) -> Reply:
        count[0] += 1
        return offer(server, hub, *(f"calm {n}" for n in range(count[0])))

    server.script("/dawn", news)

    async def story() -> None:
        async with desk(tmp_path, server, free_port()) as r:
            await sent(hub, PUSH)
            await r.daemon.hubs_tick()
            await r.round(minutes=70)
            await r.daemon.hubs_tick()
            assert (await known(r)).missed == 1
            polls = len(server.asked("/dawn"))
            for _ in range(5):
                await r.round(minutes=6)
            assert len(server.asked("/dawn")) == polls + 5
            await r.daemon.hubs_tick()
            assert await sent(hub, rss("9 killed in Mastung", "calm again")) == [200]
            await r.daemon.hubs_tick()
            await r.round(minutes=6)
            polls = len(server.asked("/dawn"))
            for _ in range(5):
                await r.round(minutes=6)
            assert len(server.asked("/dawn")) == polls

    run(story())


def test_a_restart_keeps_the_subscription_and_relies_on_it_when_it_sends(server: ScriptedServer, hub: Hub, tmp_path: Path) -> None:
    """No hub is asked anew; until it sends again the feed is polled as before, as it may have given up meanwhile."""
    server.script("/dawn", offer(server, hub, "calm"))
    port = free_port()

    async def story() -> None:
        async with desk(tmp_path, server, port) as r:
            await sent(hub, PUSH)
        async with desk(tmp_path, server, port) as r:
            assert len(hub.asked) == 1
            polls = len(server.asked("/dawn"))
            for _ in range(3):
                await r.round(minutes=6)
            assert len(server.asked("/dawn")) == polls + 3
        async with desk(tmp_path, server, port, tick=False) as r:
            assert await sent(hub, PUSH) == [200], "before it has looked at the hubs"
            assert ((await known(r)).pushes, (await known(r)).missed) == (2, 0)

    run(story())


def test_another_callback_is_told_to_the_hubs(server: ScriptedServer, hub: Hub, tmp_path: Path) -> None:
    """Subscriptions of the old one send elsewhere; "off" ends all of it, and the listener is closed."""
    server.script("/dawn", offer(server, hub, "calm"))
    port = free_port()

    async def story() -> None:
        async with desk(tmp_path, server, port) as r:
            text = r.config.read_text()
            r.config.write_text(text.replace("/hubs", "/here"))
            await r.daemon.reload()
            await r.daemon.hubs_tick()
            assert [form["hub.callback"].split("/")[3] for form in hub.asked] == ["hubs", "here"]
            assert len({form["hub.callback"] for form in hub.asked}) == 2
            r.config.write_text(text.replace(f'"http://127.0.0.1:{port}/hubs"', '"off"'))
            await r.daemon.reload()
            await r.daemon.hubs_tick()
            with pytest.raises(OSError, match="refused"):
                await asyncio.to_thread(call, f"http://127.0.0.1:{port}/hubs/x")

    run(story())


def test_a_hub_is_told_to_send_again_while_the_database_refuses(
    server: ScriptedServer, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A 503: what was sent is not lost."""
    server.script("/dawn", offer(server, hub, "calm"))

    async def story() -> None:
        async with desk(tmp_path, server, free_port()) as r:
            with monkeypatch.context() as patch:

                def refuses(*_: object, **__: object) -> None:
                    raise StoreError("database or disk is full")

                patch.setattr("monitor.pipeline.store_poll", refuses)
                assert await sent(hub, PUSH) == [503]
            assert await sent(hub, PUSH) == [200]
            r.later(minutes=4)
            await r.deliver()
            assert len(r.out.to("desk")) == 1

    run(story())


def test_a_push_waits_for_the_poll_of_its_feed_and_a_poll_for_the_push(server: ScriptedServer, hub: Hub, tmp_path: Path) -> None:
    """Both write the feed's state: one after the other, and the feed keeps its turn."""
    server.script("/dawn", offer(server, hub, "calm"), Reply(body=rss("calm", "more"), headers={"ETag": '"2"'}, delay_s=0.3))

    async def story() -> None:
        async with desk(tmp_path, server, free_port()) as r:
            r.later(minutes=6)
            await r.daemon.poll_tick()
            assert await sent(hub, PUSH) == [200]
            state = await r.daemon.db.call(feed_rows.feed_state, server.url("/dawn"))
            assert state.etag == '"2"'
            assert r.daemon.poller.next_at() == state.next_due_at

    run(story())


def test_who_leaves_and_comes_back_is_subscribed_anew(server: ScriptedServer, hub: Hub, tmp_path: Path) -> None:
    """Before the hub has asked back about the end; and a hub that never asks back is told so three times."""
    server.script("/dawn", offer(server, hub, "calm"))

    async def story() -> None:
        async with desk(tmp_path, server, free_port()) as r:
            on = r.config.read_text()
            off = on.replace("allow_private = true", "allow_private = true\nenabled = false")
            for text, asks_back in ((off, "never"), (on, "at once"), (off, "never")):
                hub.asks_back = asks_back
                r.config.write_text(text)
                await r.daemon.reload()
                await r.daemon.hubs_tick()
            assert [form["hub.mode"] for form in hub.asked] == ["subscribe", "unsubscribe", "subscribe", "unsubscribe"]
            assert len({form["hub.callback"] for form in hub.asked}) == 1
            for _ in range(5):
                r.later(hours=2)
                await r.daemon.hubs_tick()
            assert [form["hub.mode"] for form in hub.asked[3:]] == ["unsubscribe"] * 3
            assert await known(r) is None

    run(story())


def test_a_hub_that_one_answer_leaves_out_goes_on_sending(server: ScriptedServer, hub: Hub, tmp_path: Path) -> None:
    """Its lease runs on, and is not renewed while the feed names no hub; another hub takes its place."""
    server.script("/dawn", offer(server, hub, "calm"), Reply(body=rss("calm", "calmer")))
    hub.lease = "36000"

    async def story() -> None:
        async with desk(tmp_path, server, free_port()) as r:
            await r.round(minutes=6)
            await r.daemon.hubs_tick()
            assert len(hub.asked) == 1
            assert await sent(hub, PUSH) == [200]
            r.later(hours=9)
            await r.daemon.hubs_tick()
            assert len(hub.asked) == 1, "not renewed"
            with Hub() as other:
                server.script("/dawn", offer(server, other, "calm", "calmer", "calmest"))
                await r.poll()
                await r.daemon.hubs_tick()
                await r.daemon.hubs_tick()
                assert [form["hub.mode"] for form in hub.asked] == ["subscribe", "unsubscribe"]
                assert [form["hub.mode"] for form in other.asked] == ["subscribe"]
            server.script("/dawn", Reply(body=rss("calm")))
            await r.round(minutes=70)
            r.later(days=11)
            await r.daemon.hubs_tick()
            assert await known(r) is None

    run(story())


def test_an_answer_that_could_not_be_kept_is_not_given(
    server: ScriptedServer, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hub that asks back while the database refuses hears 503, and asks again; a method of no use is refused."""
    server.script("/dawn", offer(server, hub, "calm"))
    hub.asks_back = "never"

    async def story() -> None:
        async with desk(tmp_path, server, free_port()) as r:
            hub.asks_back = "at once"
            with monkeypatch.context() as patch:

                def refuses(*_: object, **__: object) -> None:
                    raise StoreError("database or disk is full")

                patch.setattr("monitor.store.hubs.save_subscription", refuses)
                await asyncio.to_thread(hub.ask_back, hub.asked[0])
                r.later(hours=1)
                await r.daemon.hubs_tick()
            assert [status for status, _ in hub.answers] == [503]
            await asyncio.to_thread(hub.ask_back, hub.asked[0])
            assert (await known(r)).state == "active"
            callback = hub.asked[0]["hub.callback"]
            put = await r.daemon.hubs.answer(Request(method="PUT", path="/hubs/" + callback.rpartition("/")[2]))
            assert put.status == 405

    run(story())


def test_a_stop_does_not_wait_for_what_is_being_read(
    server: ScriptedServer, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hub is told 202 after a while; what is cut off comes again with the next poll."""
    server.script("/dawn", offer(server, hub, "calm"))
    monkeypatch.setattr("monitor.hubs.PATIENCE_S", 0.1)

    async def story() -> None:
        async with desk(tmp_path, server, free_port()) as r:

            async def endless(*_: object) -> None:
                await asyncio.sleep(60)

            r.daemon.poller.worker.parse = endless  # type: ignore[method-assign,assignment]
            assert await sent(hub, PUSH) == [202]

    run(story())


# ---------------------------------------------------------------- the form, and where it may go


def posted(url: str, *, allow_private: bool = True) -> None:
    async def story() -> None:
        fetcher = Fetcher(user_agent="x", spacing_s=0)
        try:
            await fetcher.post(Feed(name="hub", url=url, allow_private=allow_private), url, {"hub.secret": "s3cret"}, now=NOW)
        finally:
            await fetcher.aclose()

    run(story())


def test_a_form_goes_only_where_a_feed_may_lead(hub: Hub) -> None:
    """A stranger's feed names the hub: this machine and private networks are barred, unless the feed may be private."""
    hub.asks_back = "never"
    with pytest.raises(FetchError, match="public internet only") as caught:
        posted(hub.url, allow_private=False)
    assert caught.value.barred
    assert hub.asked == []
    posted(hub.url)
    assert hub.asked == [{"hub.secret": "s3cret"}]


def test_a_form_follows_a_307_and_no_other_redirect(hub: Hub) -> None:
    """A 302 of a POST would be a GET; what the form says is in no error."""
    with Hub() as other:
        hub.asks_back = other.asks_back = "never"
        hub.status, hub.headers = 307, {"Location": other.url}
        posted(hub.url)
        assert other.asked == [{"hub.secret": "s3cret"}]
        hub.status = 302
        with pytest.raises(FetchError, match="HTTP 302") as caught:
            posted(hub.url)
        assert "s3cret" not in str(caught.value)
        hub.status, hub.headers = 308, {"Location": hub.url}
        with pytest.raises(FetchError, match="more than 5 redirects"):
            posted(hub.url)


# ---------------------------------------------------------------- the real program


@pytest.mark.timeout(300)
def test_a_real_daemon_tells_what_its_hub_sends(server: ScriptedServer, hub: Hub, tmp_path: Path) -> None:
    """Asked, asked back, sent to, alerted, in a process of its own; with everything logged, neither key nor callback shows."""
    port = free_port()
    with webhook_server() as hook:
        server.script("/dawn", Reply(body=news(("calm", "Calm day", "Nothing.")), headers={"Link": f'<{hub.url}>; rel="hub"'}))
        one = Desk(tmp_path / "desk")
        extra = f'[websub]\ncallback = "http://127.0.0.1:{port}/hubs"\nlisten = "127.0.0.1:{port}"\n'
        one.write({"dawn": server.url("/dawn")}, {"hook": hook.url}, interval="1h", extra=extra)
        one.config.write_text(one.config.read_text().replace('format = "text"\n', 'format = "text"\nlevel = "debug"\n'))
        with one.running() as daemon:
            daemon.wait_for_line("hub .*status=asked")
            assert hub.send(news(bombing("Seven"))) == [200]
            daemon.wait_for_line("deliver channel=hook .*status=sent")
            wait_for(lambda: hook.posts)
            shown = [
                one.command(*words).stdout for words in (["feeds", "schedule", "dawn"], ["feeds", "status"], ["feeds", "status", "--json"])
            ]
            said = daemon.log + "".join(shown) + one.command("status").stdout
            daemon.signal(signal.SIGTERM)
            assert daemon.ends_within(10) == 0
    assert "Mastung" in str(hook.posts[0])
    assert [" ".join(words.replace("│", " ").split()).count("sent once") for words in shown] == [1, 1, 1]
    (form,) = hub.asked
    for secret in (form["hub.secret"], form["hub.callback"].rpartition("/")[2]):
        assert secret not in said
