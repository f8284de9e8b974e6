"""The room customers as a Django application."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "chengnuo.customers"
    label = "customers"
    default_auto_field = "django.db.models.BigAutoField"
