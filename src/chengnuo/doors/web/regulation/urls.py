"""The regulation, who may do what, and its loopholes."""

from __future__ import annotations

from django.urls import URLPattern, path

from chengnuo.doors.web.regulation import views

urlpatterns: list[URLPattern] = [
    path("regulation/", views.regulation, name="regulation"),
    path("regulation/<str:digest>/", views.regulation, name="regulation-pinned"),
    path("regulation/<str:digest>/rights/", views.rights, name="rights"),
    path("regulation/<str:digest>/loopholes/", views.loopholes, name="loopholes"),
    path(
        "regulation/<str:digest>/processes/<slug:process_id>/",
        views.process,
        name="process",
    ),
]
