"""The room callbacks as a Django application."""

from django.apps import AppConfig


class CallbacksConfig(AppConfig):
    name = "chengnuo.callbacks"
    label = "callbacks"
    default_auto_field = "django.db.models.BigAutoField"
