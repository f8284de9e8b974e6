"""The room obligations as a Django application."""

from django.apps import AppConfig


class ObligationsConfig(AppConfig):
    name = "chengnuo.obligations"
    label = "obligations"
    default_auto_field = "django.db.models.BigAutoField"
