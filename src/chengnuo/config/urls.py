"""All addresses. Each door brings its own; this page only says which doors are open."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("chengnuo.doors.portal.urls")),
    path("", include("chengnuo.doors.web.urls")),
]

# Sees which faults are the database's, and gives back what was typed.
handler400 = "chengnuo.doors.web.kit.away.refused"
handler500 = "chengnuo.doors.web.kit.away.failed"
