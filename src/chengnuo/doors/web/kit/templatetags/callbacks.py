"""What waits of callbacks, for a desk that need not know of them."""

from __future__ import annotations

from typing import Any

from django import template

from chengnuo.doors.web.kit.callback_matters import Waits, waits

register = template.Library()


@register.simple_tag
def callbacks_waiting(ctx: Any) -> Waits:
    return waits(ctx)
