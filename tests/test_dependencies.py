"""What looks after the dependencies: the audit claims nothing that it did not look up, the bill of materials lists the whole lock."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKED = re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE)


def ran(script: str, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [str(ROOT / "scripts" / script), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=os.environ | env)


def found(*holes: str, known: int = 10) -> str:
    """What pip-audit says of ten packages, of which the service knows some, and the first has holes."""
    packages = [{"name": f"p{n}", "version": "1.0", "vulns": []} for n in range(known)]
    packages[0:1] = [{**one, "vulns": [{"id": hole, "fix_versions": ["1.1"]} for hole in holes]} for one in packages[0:1]]
    packages += [{"name": f"p{n}", "skip_reason": "not found"} for n in range(known, 10)]
    return json.dumps({"dependencies": packages})


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        pytest.param(found(), 0, "10 packages audited, 0 known holes", id="none"),
        pytest.param(found("CVE-1", "CVE-2"), 1, "p0 1.0: CVE-1, mended in 1.1", id="two holes"),
        pytest.param(found(known=0), 77, "not audited: the advisory service knows 0 of 10 packages", id="a mirror without advisories"),
        pytest.param(found(known=8), 77, "not audited: the advisory service knows 8 of 10 packages", id="half an answer"),
        pytest.param("no route to host", 77, "not audited: the advisory service does not answer: no route to host", id="no network"),
    ],
)
def test_an_audit_says_what_it_could_look_up(tmp_path: Path, answer: str, status: int, words: str) -> None:
    """Status 1 for a hole; 77, and no word of safety, where the service was not reached or does not know the packages."""
    tool = tmp_path / "pip-audit"
    stream, code = ("", status == 1) if answer.startswith("{") else (" >&2", True)
    tool.write_text(f"#!/bin/sh\ncat{stream} << 'END'\n{answer}\nEND\nexit {int(code)}\n")
    tool.chmod(0o755)
    done = ran("audit_dependencies.sh", PIP_AUDIT=str(tool))
    assert done.returncode == status, done.stderr
    assert words in done.stdout + done.stderr
    assert (status == 77) == ("audited, " not in done.stdout)


@pytest.mark.parametrize(
    ("script", "name"), [("audit_dependencies.sh", "PIP_AUDIT"), ("make_sbom.sh", "CYCLONEDX_PY")], ids=["audit", "materials"]
)
def test_a_tool_that_is_missing_is_named(script: str, name: str) -> None:
    """Status 77, as for a test that cannot run here."""
    done = ran(script, **{name: "/nowhere/tool"})
    assert (done.returncode, done.stdout) == (77, "")
    assert f"is not installed; {name} may name it" in done.stderr


def test_the_bill_of_materials_lists_the_whole_lock(tmp_path: Path) -> None:
    """Each package with its version and hashes, and the same file from the same lock."""
    if shutil.which(os.environ.get("CYCLONEDX_PY", "cyclonedx-py")) is None:
        pytest.skip("cyclonedx-py is not installed; CYCLONEDX_PY may name it")
    for name in ("one.json", "two.json"):
        done = ran("make_sbom.sh", str(tmp_path / name))
        assert done.returncode == 0, done.stderr
    one = (tmp_path / "one.json").read_bytes()
    assert one == (tmp_path / "two.json").read_bytes()
    made = json.loads(one)
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    assert sorted((part["name"], part["version"]) for part in made["components"]) == sorted(LOCKED)
    assert all(part["purl"].startswith("pkg:pypi/") and part["externalReferences"][0]["hashes"] for part in made["components"])
