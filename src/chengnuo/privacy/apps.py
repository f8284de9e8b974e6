"""The room privacy as a Django application."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "chengnuo.privacy"
    label = "privacy"
    default_auto_field = "django.db.models.BigAutoField"
