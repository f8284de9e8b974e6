"""What all pages share, as a Django application (templates, tags, static files)."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "chengnuo.doors.web.kit"
    label = "web"
