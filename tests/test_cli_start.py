"""What a user meets first: help, errors, exit status."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from support_cli import clean_environment

from monitor.cli import COMMANDS, cli
from monitor.errors import AlreadyRunning, InvalidInput, Location, Problem, UsageError

HEAVY = "apprise apscheduler feedparser httpx pebble pydantic re2 rich selectolax spacy sqlite3 sqlite_utils structlog tomlkit yaml"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No config, neither here nor in the environment nor of the system."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MONITOR_CONFIG", raising=False)
    monkeypatch.setattr("monitor.cli.common.SYSTEM_CONFIG", tmp_path / "none" / "none.toml")


def run(*words: str, stdin: str | None = None):
    return CliRunner().invoke(cli, list(words), input=stdin, prog_name="monitor")


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["analyze", "--help"], ["incidents", "list", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    """A command's help must not wait for libraries that only its work needs."""
    code = (
        "import sys\nfrom monitor.cli import cli\n"
        f"try:\n    cli({words!r})\nexcept SystemExit as end:\n    assert end.code == 0\n"
        f"print('HEAVY', sorted(set({HEAVY!r}.split()) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True, env=clean_environment())
    assert done.stdout.splitlines()[-1] == "HEAVY []"


def test_every_command_can_be_called_and_says_what_it_does() -> None:
    """Each name in the list leads to a command with the same line of help as the list gives, or a longer one."""
    with click.Context(cli) as ctx:
        for name in COMMANDS:
            command = cli.get_command(ctx, name)
            assert command is not None
            assert command.name == name
            assert command.help
    listed = run("--help").output
    assert all(f"  {name} " in listed for name in COMMANDS)


@pytest.mark.parametrize(
    "words",
    [
        ["run"],
        ["check"],
        ["backfill"],
        ["items"],
        ["items", "search", "x"],
        ["items", "show", "x"],
        ["items", "reread"],
        ["rules"],
        ["rules", "check"],
        ["rules", "test"],
        ["rules", "explain", "x"],
        ["feeds"],
        ["feeds", "status"],
        ["feeds", "add", "http://feed.example.org"],
        ["feeds", "remove", "x"],
        ["incidents"],
        ["incidents", "show", "x"],
        ["alerts"],
        ["alerts", "show", "x"],
        ["alerts", "retry", "x"],
        ["channels"],
        ["channels", "test", "x"],
        ["status"],
        ["db", "backup", "x"],
        ["db", "check"],
        ["db", "vacuum"],
    ],
    ids=" ".join,
)
def test_without_a_config_a_command_says_how_to_make_one(words: list[str]) -> None:
    """One line, exit status 2."""
    result = run(*words)
    assert result.exit_code == 2
    assert result.stderr == 'monitor: no config; make one with "monitor init DIR", or name yours with --config PATH or MONITOR_CONFIG\n'
    assert result.stdout == ""


def test_a_config_is_found_as_named_else_in_the_environment_else_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--config wins over MONITOR_CONFIG, which wins over config.toml here, which wins over the system's."""
    for name in ("named", "env", "here", "system"):
        (tmp_path / f"{name}.toml").write_text(f'[[feeds]]\nname = "{name}"\nurl = "http://{name}.example.org/"\n')
    monkeypatch.setattr("monitor.cli.common.SYSTEM_CONFIG", tmp_path / "system.toml")
    assert "system.example.org" in run("feeds").stdout
    (tmp_path / "here.toml").rename("config.toml")
    assert "here.example.org" in run("feeds").stdout
    monkeypatch.setenv("MONITOR_CONFIG", "env.toml")
    assert "env.example.org" in run("feeds").stdout
    assert "named.example.org" in run("--config", "named.toml", "feeds").stdout
    assert "named.example.org" in run("feeds", "--config", "named.toml").stdout
    assert "named.example.org" in run("feeds", "list", "--config", "named.toml").stdout


def test_a_named_config_that_is_missing_is_an_error() -> None:
    """It is never replaced by another one."""
    Path("config.toml").write_text("")
    result = run("--config", "typo.toml", "feeds")
    assert result.exit_code == 2
    assert result.stderr.startswith('typo.toml: no such config file; make one with "monitor init DIR"')


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(["chekc"], 'no command "chekc"; did you mean "check"?', id="near"),
        pytest.param(["frobnicate"], 'no command "frobnicate"; see monitor --help', id="far"),
        pytest.param(["check", "--onlin"], "No such option", id="option"),
        pytest.param(["incidents", "frob"], "frob", id="subcommand"),
    ],
)
def test_a_mistyped_word_ends_with_status_2(words: list[str], expected: str) -> None:
    """Bad usage is status 2, and a near miss is named."""
    result = run(*words)
    assert result.exit_code == 2
    assert expected in result.stderr


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        pytest.param(UsageError("no such thing"), 2, "monitor: no such thing\n", id="usage"),
        pytest.param(
            InvalidInput([Problem(Location("a.toml", 1, 2), "a is 1")], consequence="nothing loaded"),
            2,
            "a.toml:1:2: a is 1\n1 problem; nothing loaded\n",
            id="input",
        ),
        pytest.param(AlreadyRunning("another one runs"), 1, "monitor: another one runs\n", id="run time"),
        pytest.param(
            ZeroDivisionError("x"),
            1,
            "monitor: a mistake in the program: ZeroDivisionError: x; MONITOR_TRACEBACK=1 shows where\n",
            id="bug",
        ),
    ],
)
def test_errors_are_words_and_a_status(monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, words: str) -> None:
    """No traceback for anybody; the status says whose mistake it is."""

    def fail(*_: object, **__: object) -> int:
        raise error

    Path("config.toml").write_text("")
    monkeypatch.setattr("monitor.daemon.run", fail)
    result = run("run")
    assert result.exit_code == status
    assert result.stderr == words


def test_a_message_cannot_steer_the_terminal() -> None:
    """A key in a file from somebody else is shown with its escapes."""
    Path("config.toml").write_text('"\\u001b[2J\\u202e" = 1\n')
    result = run("feeds")
    assert result.exit_code == 2
    assert r'unknown key "\x1b[2J\u202e"' in result.stderr
    assert not set(result.stderr) & set("\x1b\u202e")


def test_the_services_config_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An analyst on the service's machine learns how to see it; what needs no config works all the same."""
    (tmp_path / "etc").mkdir()
    monkeypatch.setattr("monitor.cli.common.SYSTEM_CONFIG", tmp_path / "etc" / "config.toml")
    result = run("incidents")
    assert result.exit_code == 2
    assert result.stderr.endswith(f"; that of the service, {tmp_path}/etc/config.toml, can be read by sudo -u monitor monitor …\n")
    assert run("rules", "schema").exit_code == 0


def test_run_hands_on_the_daemons_status(monkeypatch: pytest.MonkeyPatch) -> None:
    """The config's path and --once reach the daemon, its status the shell."""
    asked = {}

    def daemon(path: Path, *, once: bool) -> int:
        asked.update(path=path, once=once)
        return 1

    Path("config.toml").write_text("")
    monkeypatch.setattr("monitor.daemon.run", daemon)
    assert run("run", "--once").exit_code == 1
    assert asked == {"path": Path("config.toml"), "once": True}


def test_demo_takes_no_folder_that_has_something_in_it(tmp_path: Path) -> None:
    """It would write its own config and rules into it."""
    Path("mine.txt").touch()
    result = run("demo", "--dir", str(tmp_path))
    assert result.exit_code == 2
    assert "is not empty; expected a new folder" in result.stderr


def test_the_shell_completes_commands() -> None:
    """Click's completion knows the commands without importing them."""
    env = clean_environment() | {"_MONITOR_COMPLETE": "bash_complete", "COMP_WORDS": "monitor in", "COMP_CWORD": "1"}
    done = subprocess.run([sys.executable, "-m", "monitor"], capture_output=True, text=True, timeout=30, check=False, env=env)
    assert done.stdout.split() == ["plain,init", "plain,incidents"]


def test_a_closed_pipe_ends_quietly(tmp_path: Path) -> None:
    """`monitor feeds --json | head -1` prints no traceback."""
    feeds = "".join(f'[[feeds]]\nname = "f{n}"\nurl = "http://f{n}.example.org/{"x" * 200}"\n' for n in range(2000))
    (tmp_path / "config.toml").write_text(feeds)
    command = f"{sys.executable} -m monitor feeds --json | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=30, check=False, env=clean_environment())
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""
