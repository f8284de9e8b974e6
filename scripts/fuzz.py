#!/usr/bin/env python3
"""The long walk of tests/fuzzing.py, on a demonstration in a folder of its own.

    python scripts/fuzz.py --requests 20000 --seed 1

Whatever is asked, no answer is a fault. Exit 1 when one was: it is told with what was asked. With
CHENGNUO_VAR the demonstration is made, or found, in that folder; what is asked there changes it.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
from pathlib import Path

import django
from django.conf import settings
from django.test.utils import setup_test_environment
from django.utils import timezone

sys.path.insert(0, str(Path(__file__).parent.parent))
EVERY = 500


def main() -> int:
    """Ask, telling how far it is."""
    asked = argparse.ArgumentParser(description="Ask every page odd things; none may be a fault.")
    asked.add_argument("--requests", type=int, default=20_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--seconds", type=int, default=4 * 3600, help="stop after so long")
    wanted = asked.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengnuo.config.settings")
    os.environ.setdefault("CHENGNUO_VAR", tempfile.mkdtemp(prefix="chengnuo-fuzz-"))
    django.setup()
    # These read the settings, which are there only now.
    from chengnuo.demo.building import prepare  # noqa: PLC0415
    from chengnuo.doors.cli.house import bring_up_to_date  # noqa: PLC0415
    from tests.fuzzing import Walker, somebody_of_everything  # noqa: PLC0415

    bring_up_to_date(verbosity=0)
    prepare(now=timezone.now())
    setup_test_environment()
    settings.DEBUG = False
    logging.disable(logging.CRITICAL)
    walker, begun, told = Walker(somebody_of_everything(), wanted.seed), time.monotonic(), 0
    while walker.answers.total() < wanted.requests and time.monotonic() - begun < wanted.seconds:
        walker.walk(min(walker.answers.total() + EVERY, wanted.requests))
        answers = ", ".join(f"{code}: {n}" for code, n in sorted(walker.answers.items()))
        print(f"{walker.answers.total()} asked ({answers}); faults: {len(walker.faults)}")
        for fault in walker.faults[told:]:
            print(f"\n--- {fault.asked}\n{fault.told}")
        told = len(walker.faults)
        sys.stdout.flush()
    return 1 if walker.faults else 0


if __name__ == "__main__":
    sys.exit(main())
