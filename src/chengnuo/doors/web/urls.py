"""Addresses of the pages, desk by desk."""

from __future__ import annotations

from importlib import import_module

from django.urls import URLPattern, register_converter

from chengnuo.doors.web.desks import DESKS
from chengnuo.doors.web.kit.converters import Id

register_converter(Id, "id")

urlpatterns: list[URLPattern] = [
    pattern
    for desk in DESKS
    for pattern in import_module(f"chengnuo.doors.web.{desk}.urls").urlpatterns
]
