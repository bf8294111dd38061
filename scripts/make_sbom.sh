#!/usr/bin/env bash
# Write the software bill of materials of the locked dependencies: CycloneDX 1.6, by cyclonedx-py (pip install cyclonedx-bom, in an
# environment of its own; CYCLONEDX_PY may name it). The same lock gives the same file.
#   scripts/make_sbom.sh [FILE]       default: dist/sbom.cdx.json
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
make=${CYCLONEDX_PY:-cyclonedx-py}
command -v "$make" > /dev/null || { echo "no SBOM made: cyclonedx-py is not installed; CYCLONEDX_PY may name it" >&2; exit 77; }
file=${1:-dist/sbom.cdx.json}
mkdir -p "$(dirname "$file")"
"$make" requirements --pyproject pyproject.toml --spec-version 1.6 --output-reproducible --output-format JSON --output-file "$file" requirements.lock
python3 -c 'import json, sys; print(sys.argv[1] + ":", len(json.load(open(sys.argv[1]))["components"]), "components")' "$file"
