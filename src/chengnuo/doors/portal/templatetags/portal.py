"""Filters of the public pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template

from chengnuo.doors.portal import words

register = template.Library()


@register.filter
def say(text: Any) -> str:
    return words.say(text)


@register.filter
def moment(at: datetime | None) -> str:
    return words.moment(at)


@register.filter
def deadline(at: datetime | None) -> str:
    return words.deadline(at)


@register.filter
def day(on: date) -> str:
    return words.day(on)
