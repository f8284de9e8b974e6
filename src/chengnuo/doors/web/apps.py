"""The pages as a Django application (templates, static files)."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "chengnuo.doors.web"
    label = "web"
