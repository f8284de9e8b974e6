"""What a leader sees: the month, registers, pauses, averages, escalations."""

from __future__ import annotations

from django.urls import URLPattern, path

from chengnuo.doors.web.overview.views import averages, escalations, month, overdue, pauses

urlpatterns: list[URLPattern] = [
    path("overview/", month.overview, name="overview"),
    path("overview/rows/", month.rows, name="overview-rows"),
    path("escalations/", escalations.escalations, name="escalations"),
    path("escalations/<id:escalation_id>/", escalations.reply, name="escalation-reply"),
    path(
        "escalations/unassigned/<id:unassigned_id>/",
        escalations.settle,
        name="escalation-settle",
    ),
    path("pauses/", pauses.pauses, name="pauses"),
    path("pauses/decide/", pauses.decide, name="pause-decide"),
    path("pauses/sheet/", pauses.sheet, name="pause-sheet"),
    path("averages/", averages.averages_page, name="averages"),
    path("averages/<uuid:pk>/", averages.average, name="average"),
    path("overdue/", overdue.overdue, name="overdue"),
    path("overdue/sheet/", overdue.overdue_sheet, name="overdue-sheet"),
]
