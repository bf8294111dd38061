#!/usr/bin/env bash
# Look the locked dependencies up in the advisory database, by pip-audit (pip install pip-audit, in an environment of its own).
#   0  none of them has a known hole      1  some have; they are listed      77  nothing could be looked up here, and why
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
audit=${PIP_AUDIT:-pip-audit}
command -v "$audit" > /dev/null || { echo "not audited: pip-audit is not installed; PIP_AUDIT may name it" >&2; exit 77; }
found=$(mktemp)
trap 'rm -f "$found" "$found.log"' EXIT
status=0
timeout 300 "$audit" --require-hashes --disable-pip --progress-spinner off --format json --requirement requirements.lock \
  > "$found" 2> "$found.log" || status=$?
python3 - "$found" "$found.log" "$status" << 'PYTHON'
import json, pathlib, sys
try:
    packages = json.loads(pathlib.Path(sys.argv[1]).read_text())["dependencies"]
except (ValueError, KeyError):
    words = pathlib.Path(sys.argv[2]).read_text().strip().splitlines() or [f"pip-audit ended with status {sys.argv[3]}"]
    print(f"not audited: the advisory service does not answer: {words[-1]}", file=sys.stderr)
    sys.exit(77)
looked_up = [one for one in packages if "vulns" in one]
left_out = [one["name"] for one in packages if "skip_reason" in one]
if not looked_up or len(left_out) > len(packages) / 10:
    print(f"not audited: the advisory service knows {len(looked_up)} of {len(packages)} packages, so it is not PyPI's own", file=sys.stderr)
    sys.exit(77)
holes = [(one, hole) for one in looked_up for hole in one["vulns"]]
for one, hole in holes:
    print(f"{one['name']} {one['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'no version yet'}")
print(f"{len(looked_up)} packages audited, {len(holes)} known holes" + (f"; left out: {', '.join(left_out)}" if left_out else ""))
sys.exit(1 if holes else 0)
PYTHON
