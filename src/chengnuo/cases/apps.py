"""The room cases as a Django application."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "chengnuo.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"
