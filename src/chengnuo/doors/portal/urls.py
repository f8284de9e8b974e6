"""Addresses of the public pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from chengnuo.doors.portal import views

urlpatterns: list[URLPattern] = [
    path("public/", views.start, name="public"),
    path("public/<slug:company>/commitments/", views.commitments, name="public-commitments"),
    path("public/<slug:company>/progress/", views.progress, name="public-progress"),
    path("rate/<str:token>/", views.rate, name="public-rate"),
]
