"""Secrets behind references, rule files in their folder, and what the package ships."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from monitor.config import load_config, read_rule_files, resolve_secret, secret_problems, shipped
from monitor.errors import InvalidInput, SecretMissing


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory of its own, so that messages show short paths; no unit's environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    return tmp_path


# ---------------------------------------------------------------- secrets


def test_each_kind_of_reference_is_resolved(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A credential of the unit, a variable, a file's first line that is no comment; a URL stands for itself."""
    (folder / "slack").write_text("\n# the desk's webhook\n  slack://a/b/c  \nsecond\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    monkeypatch.setenv("DESK_URL", " json://h \n")
    assert resolve_secret("credential:slack") == "slack://a/b/c"
    assert resolve_secret("env:DESK_URL") == "json://h"
    assert resolve_secret(f"file:{folder}/slack") == "slack://a/b/c"
    assert resolve_secret("json://127.0.0.1/a") == "json://127.0.0.1/a"


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        pytest.param(
            "credential:slack",
            "credential:slack: only the systemd unit can read it; expected $CREDENTIALS_DIRECTORY",
            id="credential outside the unit",
        ),
        pytest.param("credential:../shadow", "credential:../shadow: no credential's name", id="credential that leads elsewhere"),
        pytest.param(
            "env:NO_SUCH_VARIABLE", "env:NO_SUCH_VARIABLE: the environment has no such variable; set NO_SUCH_VARIABLE", id="variable"
        ),
        pytest.param("file:none", "file:none: cannot be read (No such file or directory); check the path and its permissions", id="file"),
        pytest.param("file:empty", "file:empty: the secret is empty; expected an address in it", id="empty file"),
    ],
)
def test_a_reference_that_leads_nowhere_is_named(folder: Path, reference: str, words: str) -> None:
    """The message names the reference and the remedy."""
    (folder / "empty").write_text("# nothing\n")
    with pytest.raises(SecretMissing) as caught:
        resolve_secret(reference)
    assert words in str(caught.value)


def channel_problems(folder: Path, url: str, *, mode: int = 0o600) -> list[str]:
    path = folder / "config.toml"
    path.write_text(f'[channels.desk]\nurl = "{url}"\n')
    path.chmod(mode)
    return [str(problem) for problem in secret_problems(load_config(Path("config.toml")))]


def test_a_credential_outside_the_unit_is_only_a_warning(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`check` by hand cannot read it; within the unit, a missing one is an error."""
    (line,) = channel_problems(folder, "credential:slack")
    assert line == (
        "config.toml:2:7: warning: [channels.desk]: credential:slack: only the systemd unit can read it; expected $CREDENTIALS_DIRECTORY"
    )
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    (line,) = channel_problems(folder, "credential:slack")
    assert line == (
        "config.toml:2:7: [channels.desk]: credential:slack: cannot be read (No such file or directory); "
        "add a LoadCredential= line to the unit"
    )


@pytest.mark.parametrize(
    ("url", "exposed"),
    [
        pytest.param("file:desk.secret", "desk.secret", id="secret file"),
        pytest.param("mailtos://user:pass@mail.example.org", "config.toml", id="password in the config"),
        pytest.param("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "config.toml", id="token in the config"),
        pytest.param("json://127.0.0.1:8080/alerts", None, id="no secret in it"),
        pytest.param("env:DESK_URL", None, id="a variable"),
    ],
)
def test_a_secret_that_everyone_can_read_is_a_warning(folder: Path, monkeypatch: pytest.MonkeyPatch, url: str, exposed: str | None) -> None:
    """The file with the secret is named, whichever it is; a private one is silent."""
    monkeypatch.setenv("DESK_URL", "json://127.0.0.1")
    secret = folder / "desk.secret"
    secret.write_text("json://127.0.0.1")
    secret.chmod(0o644)
    expected = [f"config.toml:2:7: warning: [channels.desk]: {exposed} holds a secret and everyone can read it; chmod o= {exposed}"]
    assert channel_problems(folder, url, mode=0o644) == (expected if exposed else [])
    secret.chmod(0o640)
    assert channel_problems(folder, url, mode=0o640) == []


# ---------------------------------------------------------------- rule files


def refused(folder: Path) -> str:
    with pytest.raises(InvalidInput) as caught:
        read_rule_files(folder)
    return str(caught.value)


def test_rule_files_are_read_at_any_depth_in_the_order_of_their_paths(folder: Path) -> None:
    """Hidden files, an editor's backups and other kinds are passed over; a byte order mark is dropped."""
    rules = folder / "rules"
    (rules / "more").mkdir(parents=True)
    (rules / "b.yaml").write_text("b: é", encoding="utf-8-sig")
    (rules / "a.yaml").write_text("a: 1")
    (rules / "more" / "c.yaml").write_text("c: 1")
    for other in (".hidden.yaml", "a.yaml~", "README.md"):
        (rules / other).write_text("x")
    assert list(read_rule_files(rules).items()) == [
        ("rules/a.yaml", "a: 1"),
        ("rules/b.yaml", "b: é"),
        ("rules/more/c.yaml", "c: 1"),
    ]


def test_an_empty_folder_is_a_problem_not_an_empty_rule_set(folder: Path) -> None:
    """A folder that lost its files must not silence every alert."""
    (folder / "rules").mkdir()
    assert refused(Path("rules")) == (
        'rules: the rules folder is empty; expected at least one *.yaml file; copy the shipped ones with "monitor init DIR"\n'
        "1 problem; no rules loaded"
    )


def test_a_vanished_folder_is_a_problem(folder: Path) -> None:
    """Its message says where it is named."""
    assert refused(Path("rules")).startswith("rules: no such rules folder; expected a folder of *.yaml files; name it in [rules] path")
    (folder / "rules").write_text("x")
    assert refused(Path("rules")).startswith("rules: the rules folder is a file;")


def test_a_link_that_leads_out_of_the_folder_is_refused(folder: Path) -> None:
    """A link within the folder is fine; one to elsewhere would read what nobody meant."""
    (folder / "rules").mkdir()
    (folder / "secret.yaml").write_text("x: 1")
    (folder / "rules" / "a.yaml").write_text("a: 1")
    (folder / "rules" / "inner.yaml").symlink_to("a.yaml")
    assert list(read_rule_files(folder / "rules")) == ["rules/a.yaml", "rules/inner.yaml"]
    (folder / "rules" / "outer.yaml").symlink_to(folder / "secret.yaml")
    assert refused(Path("rules")).splitlines()[0] == (
        "rules/outer.yaml: a link that leads out of the rules folder; put a copy in its place"
    )


def test_links_in_a_circle_and_what_is_no_file_are_listed(folder: Path) -> None:
    """A link to itself ended in a traceback, a pipe was waited for without end; a link to the folder above is not followed."""
    rules = folder / "rules"
    rules.mkdir()
    (rules / "b.yaml").write_text("b: 1")
    (rules / "folder.yaml").mkdir()
    (rules / "above").symlink_to(folder)
    assert list(read_rule_files(Path("rules"))) == ["rules/b.yaml"]
    (rules / "circle.yaml").symlink_to("circle.yaml")
    os.mkfifo(rules / "pipe.yaml")
    assert refused(Path("rules")).splitlines() == [
        "rules/circle.yaml: the file cannot be read (Too many levels of symbolic links); check its permissions",
        "rules/pipe.yaml: is a pipe, a socket or a device; expected a file; remove it",
        "2 problems; no rules loaded",
    ]


def test_every_file_that_cannot_be_read_is_listed(folder: Path) -> None:
    """All problems at once: too large, no UTF-8, the wrong ending, a dangling link."""
    rules = folder / "rules"
    rules.mkdir()
    (rules / "big.yaml").write_bytes(b"#" * 5_000_001)
    (rules / "latin.yaml").write_bytes(b"ok: 1\nname: caf\xe9")
    (rules / "other.yml").write_text("x: 1")
    (rules / "gone.yaml").symlink_to("nowhere.yaml")
    assert refused(Path("rules")).splitlines() == [
        "rules/big.yaml: the file is too large; expected at most 5 MB; split it",
        "rules/gone.yaml: the file cannot be read (No such file or directory); check its permissions",
        "rules/latin.yaml:2:10: byte 0xe9 is no UTF-8; save the file as UTF-8",
        "rules/other.yml: not read, as its name ends in .yml; expected *.yaml; rename it",
        "4 problems; no rules loaded",
    ]


def test_too_many_files_end_the_reading(folder: Path) -> None:
    """A folder by mistake (a home, a checkout) costs a bounded time."""
    rules = folder / "rules"
    rules.mkdir()
    for number in range(1_001):
        (rules / f"{number}.yaml").touch()
    assert refused(Path("rules")).startswith("rules: too many rule files; expected at most 1,000, of 50 MB in all")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_is_named(folder: Path) -> None:
    """The message says so instead of calling the folder empty."""
    (folder / "rules").mkdir()
    (folder / "rules" / "a.yaml").touch(mode=0o000)
    assert "rules/a.yaml: the file cannot be read (Permission denied)" in refused(Path("rules"))


def test_the_package_carries_its_rules_and_its_example() -> None:
    """In a checkout they lie at the top, in a wheel in the package; anything else is a broken installation."""
    assert shipped("rules").is_dir()
    assert shipped("config.example.toml").is_file()
    with pytest.raises(FileNotFoundError, match=r"the package lacks nothing\.txt; install it again"):
        shipped("nothing.txt")
