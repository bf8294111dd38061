"""The unit files are taken by systemd's own tools."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SYSTEMD = Path(__file__).parents[1] / "systemd"
UNIT = SYSTEMD / "monitor.service"

needs_analyze = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
needs_sysusers = pytest.mark.skipif(shutil.which("systemd-sysusers") is None, reason="systemd-sysusers is not installed")


def _analyze(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, timeout=30, check=False)


@needs_analyze
def test_the_unit_passes_systemd_analyze_verify(tmp_path: Path) -> None:
    """`systemd-analyze verify` has nothing to say once the program is where the unit looks for it."""
    unit = tmp_path / "monitor.service"
    unit.write_text(UNIT.read_text().replace("/opt/monitor/venv/bin/monitor", sys.executable))
    done = _analyze("verify", "--man=no", str(unit))
    about_us = [line for line in done.stderr.splitlines() if "monitor" in line]
    assert done.returncode == 0, done.stderr
    assert about_us == []


@needs_analyze
def test_the_unit_is_exposed_no_more_than_1_2() -> None:
    """Redis ships at 1.2, nginx at 9.6; a daemon that reads hostile feeds has no excuse."""
    done = _analyze("security", "--offline=true", "--threshold=12", "--no-pager", str(UNIT))
    assert done.returncode == 0, done.stdout[-400:] + done.stderr


@needs_sysusers
def test_the_sysusers_file_makes_the_user_of_the_unit(tmp_path: Path) -> None:
    """`systemd-sysusers` makes the account that `User=` names, with the state directory as its home."""
    (tmp_path / "etc").mkdir()
    done = subprocess.run(
        ["systemd-sysusers", f"--root={tmp_path}", str(SYSTEMD / "monitor.sysusers.conf")],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    if done.returncode != 0 and "permi" in done.stderr.lower():
        pytest.skip(f"systemd-sysusers needs more rights here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    accounts = [line.split(":") for line in (tmp_path / "etc/passwd").read_text().splitlines()]
    assert [(a[0], a[5]) for a in accounts] == [("monitor", "/var/lib/monitor")]
    assert "User=monitor\n" in UNIT.read_text()


@pytest.mark.timeout(400)
def test_the_unit_starts_is_killed_hangs_and_stops_in_a_container() -> None:
    """A booted systemd runs it with its credential, restarts it after kill -9 and a hang, and never sends an alert twice."""
    done = subprocess.run(
        [str(SYSTEMD.parent / "scripts/boot_unit.sh")], capture_output=True, text=True, timeout=360, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode == 77:
        pytest.skip(done.stderr.strip().splitlines()[-1])
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "line",
    [
        "Type=notify",
        "Restart=always",
        "WatchdogSec=120",
        "StateDirectory=monitor",
        "UMask=0077",
        "User=monitor",
        "CapabilityBoundingSet=",
        "NoNewPrivileges=yes",
        "ConfigurationDirectory=monitor",
        "ExecReload=/bin/kill -HUP $MAINPID",
    ],
)
def test_the_unit_keeps_what_the_daemon_relies_on(line: str) -> None:
    """The daemon speaks sd_notify, feeds a watchdog, reloads on HUP and keeps its database in the state directory."""
    assert line in UNIT.read_text().splitlines()
