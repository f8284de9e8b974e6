"""The public pages as a Django application (templates, static files)."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "chengnuo.doors.portal"
    label = "portal"
