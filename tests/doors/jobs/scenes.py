"""The scenes of the killing test, each a process of its own on the database of the environment.

python -m tests.doors.jobs.scenes prepare FOLDER NUMBER   a company, and matters that are overdue
python -m tests.doors.jobs.scenes lodge STOP SEED         take matters in until a file appears
python -m tests.doors.jobs.scenes settle                  what is left to do, without being killed
python -m tests.doors.jobs.scenes inspect                 what is in the database, as JSON
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengnuo.config.settings")
django.setup()


from chengnuo.cases.intake.lodging import Request, lodge  # noqa: E402
from chengnuo.cases.models import Case  # noqa: E402
from chengnuo.doors.cli.house import bring_up_to_date  # noqa: E402
from chengnuo.doors.jobs.deliver import deliver  # noqa: E402
from chengnuo.ledger.models import Entry, OutboxMessage  # noqa: E402
from chengnuo.ledger.queries import organisations, verify  # noqa: E402
from chengnuo.ledger.services import LEASE  # noqa: E402
from chengnuo.obligations.models import Breach, Obligation  # noqa: E402
from chengnuo.obligations.ticking import tick  # noqa: E402
from chengnuo.people.models import Message, Organisation  # noqa: E402
from tests.companies import house, rule, small_pack  # noqa: E402

LEVELS = """
warn: [0.3, 0.6]
escalate:
  - {after: {amount: 0, unit: minute}, to: line-1}
  - {after: {amount: 2, unit: second}, to: service}
"""
SOON = "kind: within, start: case.lodged, owed_by: network"
RULES = rule(
    "repaired-soon", f"{SOON}, stop: repair.completed, limit: {{amount: 4, unit: second}}"
) + rule("arrived-at-once", f"{SOON}, stop: crew.arrived, limit: {{amount: 1, unit: second}}")


def prepare(folder: str, number: str) -> None:
    bring_up_to_date(verbosity=0)
    house(small_pack(Path(folder), RULES, more=LEVELS), code="K")
    company = Organisation.objects.get(code="K")
    long_ago = datetime.now(UTC) - timedelta(hours=2)
    for index in range(int(number)):
        take(company, f"first-{index}", long_ago)


def take(company: Organisation, token: str, at: datetime) -> None:
    request = Request(service="leak", channel="phone", narrative="冒水", token=token)
    lodge(company=company, request=request, at=at, now=datetime.now(UTC), by=None)


def lodge_on(stop: str, seed: str) -> None:
    """Say each token once it is safe: what was said must be there afterwards."""
    company, rng, number = Organisation.objects.get(code="K"), random.Random(seed), 0
    while not Path(stop).exists():
        at = datetime.now(UTC) - timedelta(seconds=rng.choice([0, 0, 3, 60, 3600]))
        take(company, f"load-{number}", at)
        print(f"load-{number}", flush=True)
        number += 1
        time.sleep(rng.uniform(0.0, 0.06))


def settle() -> None:
    """Let everything become due, and let the leases of the dead run out."""
    time.sleep(8)
    now = datetime.now(UTC)
    while tick(now=now) or deliver(now=now + LEASE + timedelta(seconds=1)):
        pass


def inspect() -> None:
    json.dump(found(), sys.stdout)


def found() -> dict[str, Any]:
    obligations = {o.pk: o for o in Obligation.objects.all()}
    names = {(str(o.docket_id), o.key): o.pk for o in obligations.values()}
    decided: Counter[str] = Counter()
    for entry in Entry.objects.exclude(subject=None):
        for d in entry.data.get("decided", []):
            if d["decision"] in ("broken", "warned", "escalated"):
                what = "" if d["decision"] != "escalated" else str(d["level"])
                what = f"{d['share']}" if d["decision"] == "warned" else what
                row = names[str(entry.subject), d["key"]]
                decided[f"{row} {d['decision']} {what}"] += 1
    breaches = Counter(Breach.objects.values_list("obligation_id", flat=True))
    sent = list(OutboxMessage.objects.values_list("key", flat=True))
    kinds = Counter(key.split(":")[1] for key in sent)
    return {
        "cases": list(Case.objects.values_list("token", flat=True)),
        "lodged": Entry.objects.filter(kind="case.lodged").count(),
        "obligations": len(obligations),
        "unbroken": sum(o.broken_at is None for o in obligations.values()),
        "wrongly dated": sum(o.broken_at != o.due_at for o in obligations.values()),
        "low levels": sum(o.level != 2 for o in obligations.values()),
        "breaches": len(breaches),
        "broken twice": [str(k) for k, n in breaches.items() if n > 1],
        "decided twice": [k for k, n in decided.items() if n > 1],
        "decided": dict(Counter(k.split()[1] for k in decided)),
        "told": dict(kinds),
        "undelivered": OutboxMessage.objects.filter(delivered_at=None).count(),
        "messages": sorted(Message.objects.exclude(kind="digest").values_list("key", flat=True))
        == sorted(sent),
        "number of messages": len(sent),
        "faults": [f.what for o in organisations() for f in verify(organisation_id=o)],
    }


SCENES = {"prepare": prepare, "lodge": lodge_on, "settle": settle, "inspect": inspect}

if __name__ == "__main__":
    SCENES[sys.argv[1]](*sys.argv[2:])
