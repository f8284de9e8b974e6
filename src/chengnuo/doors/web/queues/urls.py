"""The queues of a unit, and its load."""

from __future__ import annotations

from django.urls import URLPattern, path

from chengnuo.doors.web.queues import views

urlpatterns: list[URLPattern] = [
    path("queues/", views.queue, name="queues"),
    path("queues/hand-over/", views.hand_over, name="queue-hand-over"),
    path("queues/load/", views.load, name="queue-load"),
    path("queues/load/rows/", views.load_rows, name="queue-load-rows"),
    path("live/queue/", views.queue_live, name="queue-live"),
]
