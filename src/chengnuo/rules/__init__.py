"""The law of the house as pure functions: calendars, clocks, proofs and `react`.

Only the standard library is imported here, and nothing reads the time: every moment comes in as an
argument (`at=`, `now=`), aware of its time zone.
"""
