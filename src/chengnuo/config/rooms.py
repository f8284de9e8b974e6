"""The list of rooms: what each declares in its `manifest.py`, handed to those who need it.

The settings name this list, as they name the addresses; a new room adds its line here. The lower
rooms come first.
"""

from __future__ import annotations

from chengnuo.callbacks import manifest as callbacks
from chengnuo.cases import manifest as cases
from chengnuo.conduct import manifest as conduct
from chengnuo.customers import manifest as customers
from chengnuo.obligations import manifest as obligations
from chengnuo.people import manifest as people
from chengnuo.privacy import manifest as privacy

ROOMS = (people, customers, obligations, cases, callbacks, conduct, privacy)
FORM_HANDLERS = tuple(handler for room in ROOMS for handler in room.FORM_HANDLERS)
EVENTS = tuple(kind for room in ROOMS for kind in room.EVENTS)
