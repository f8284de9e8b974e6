"""Accountability: proceedings, breaches, pay sheets."""

from __future__ import annotations

from django.urls import URLPattern, path

from chengnuo.doors.web.conduct.views import annulling, paysheets, proceedings

urlpatterns: list[URLPattern] = [
    path("conduct/", proceedings.conduct, name="conduct"),
    path("breaches/<id:breach_id>/", annulling.breach, name="breach"),
    path("conduct/start/<id:breach_id>/", proceedings.start, name="conduct-start"),
    path(
        "conduct/start/answer/<id:rating>/",
        proceedings.start_on_answer,
        name="conduct-start-answer",
    ),
    path("conduct/pay/", paysheets.pay, name="pay"),
    path("conduct/pay/behind/", paysheets.behind, name="pay-behind"),
    path("conduct/pay/sheet/", paysheets.workbook_of, name="pay-sheet"),
    path("conduct/pay/sign/", paysheets.sign, name="pay-sign"),
    path("conduct/<str:number>/", proceedings.proceeding, name="proceeding"),
    path("conduct/<str:number>/statement/", proceedings.statement, name="proceeding-statement"),
    path("conduct/<str:number>/<slug:what>/", proceedings.act, name="proceeding-act"),
]
