"""The room conduct as a Django application."""

from django.apps import AppConfig


class ConductConfig(AppConfig):
    name = "chengnuo.conduct"
    label = "conduct"
    default_auto_field = "django.db.models.BigAutoField"
