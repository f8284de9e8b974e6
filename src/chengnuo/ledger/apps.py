"""The ledger as a Django application."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "chengnuo.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
