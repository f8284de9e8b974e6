"""The list of rooms: what each declares in its `manifest.py`, handed to those who need it.

The settings name this list, as they name the addresses; a new room adds its line here. The lower
rooms come first.
"""

from __future__ import annotations

from chengnuo.callbacks import manifest as callbacks
from chengnuo.cases import manifest as cases
from chengnuo.conduct import manifest as conduct

ROOMS = (cases, callbacks, conduct)
FORM_HANDLERS = tuple(handler for room in ROOMS for handler in room.FORM_HANDLERS)
