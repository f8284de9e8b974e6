"""What lies with me, its messages, and duties without a case."""

from __future__ import annotations

from django.urls import URLPattern, path

from chengnuo.doors.web.desk.views import duties, live, own

urlpatterns: list[URLPattern] = [
    path("", own.desk, name="desk"),
    path("messages/", own.messages, name="messages"),
    path("messages/read/", own.messages_read, name="messages-read"),
    path("dockets/<uuid:docket_id>/", own.docket, name="docket"),
    path("duties/<uuid:docket_id>/", duties.duty, name="duty"),
    path("duties/<uuid:docket_id>/forms/<slug:form_id>/", duties.form, name="duty-form"),
    path("live/desk/", live.desk, name="desk-live"),
]
