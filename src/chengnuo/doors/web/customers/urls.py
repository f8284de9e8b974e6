"""Customers, their premises and the archive."""

from __future__ import annotations

from django.urls import URLPattern, path

from chengnuo.doors.web.customers.views import archive, customer, steps

urlpatterns: list[URLPattern] = [
    path("customers/", customer.customer_list, name="customers"),
    path("customers/new/", customer.new, name="customer-new"),
    path("customers/archive/", archive.archive, name="customer-archive"),
    path("customers/archive/rows/", archive.rows, name="customer-archive-rows"),
    path("customers/archive/sheet/", archive.sheet, name="customer-archive-sheet"),
    path("customers/<id:pk>/", customer.customer, name="customer"),
    path("customers/<id:pk>/edit/", customer.edit, name="customer-edit"),
    path("customers/<id:pk>/in-full/", customer.reveal, name="customer-reveal"),
    path("customers/<id:pk>/steps/<slug:what>/", steps.step, name="customer-step"),
]
