"""Run the benchmarks by name; all of them without a name. The database ones want PostgreSQL.

moments    due moments per second, in bulk and one by one, against a plain day-by-day loop
react      events per second through `react`
call       the screen of a call at 100,000 cases: page to saved case, one and four agents
intake     the intake verb and the intake page against bare psycopg writing the same rows
tick       1,000,000 running obligations of which 10,000 are due, one worker and two
desk       my-desk page at 1,000,000 cases
search     two characters and more in 1,000,000 cases; SQLite with 100,000
reach      the lists, queues, desk and searches of people of one unit in 1,000,000 cases
pages      every page at 10,000, 100,000 and 1,000,000 cases, their rows as large as real ones
suggest    which service a narrative means: how often right, how long; learning it; no database
"""

from __future__ import annotations

import sys

from bench import (
    desk,
    intake,
    intake_page,
    moments,
    pages,
    reach,
    reactions,
    search,
    suggest,
    ticking,
)
from bench.telling import head

ALL = {
    "moments": moments.run,
    "react": reactions.run,
    "call": intake_page.run,
    "intake": intake.run,
    "tick": ticking.run,
    "desk": desk.run,
    "search": search.run,
    "reach": reach.run,
    "pages": pages.run,
    "suggest": suggest.run,
}


def main() -> int:
    """Run what was asked for."""
    chosen = sys.argv[1:] or list(ALL)
    unknown = [name for name in chosen if name not in ALL]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}\n{__doc__}", file=sys.stderr)
        return 2
    for name in chosen:
        head(name)
        ALL[name]()
    return 0


sys.exit(main())
