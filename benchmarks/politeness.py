"""What site owners would say of the reader: the daemon polls sites on a loopback server that judge each request, under a fast clock.

python benchmarks/politeness.py [--days 7] [--interval 30m] [--seed 1]

Each site asks for one thing (max-age, ttl, Retry-After, a pause at night ...) and keeps its own book of what it gave and was asked.
The exit status is 1 where one has a complaint.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from support_judge import RULES, Score, simulate

from monitor import log
from monitor.config.sections import duration_s


def report(score: Score, *, cpu_s: float) -> str:
    by_rule = score.by_rule()
    statuses = ", ".join(f"{count:,} × {status}" for status, count in sorted(score.statuses.items()))
    lines = [
        f"{score.days:g} days, {score.requests:,} requests ({statuses}), {cpu_s:.0f} s of CPU for both sides",
        f"{score.found:,} of {score.shown:,} items shown were taken; {score.published:,} were published",
        "",
        *(f"{rule:26} {by_rule[rule]:4} violations" for rule in RULES),
        *(f"{rule:26} {count:4} violations" for rule, count in by_rule.items() if rule not in RULES),
        "",
        f"avoidable violations: {len(score.violations)}",
        *(f"  {v.at:%a %d %H:%M:%S} {v.site}: {v.rule}: {v.words}" for v in score.violations[:20]),
    ]
    return "\n".join(lines)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--days", type=float, default=7.0)
    options.add_argument("--interval", default="30m")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    log.configure(style="text", level="critical")
    started = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "desk"
        score = asyncio.run(
            simulate(config, days=chosen.days, interval=chosen.interval, interval_s=duration_s(chosen.interval), seed=chosen.seed)
        )
    print(report(score, cpu_s=time.process_time() - started))
    return 1 if score.violations or score.found != score.shown else 0


if __name__ == "__main__":
    sys.exit(main())
