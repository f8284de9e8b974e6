"""The search for loopholes: the cheapest ways to keep, void, postpone or escape what a pack says.

Everything is played with `react` and the pack's own forms, so what is found can be done. Bounded:
what was not played is not shown to be tight (see `search.UNSEEN`).
"""
