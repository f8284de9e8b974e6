"""What other authorities send on."""

from __future__ import annotations

from django.urls import URLPattern, path

from chengnuo.doors.web.referrals.views import referrals, sheets

urlpatterns: list[URLPattern] = [
    path("cases/<str:number>/reply/", referrals.reply, name="outside-reply"),
    path("outside/", referrals.outside, name="outside"),
    path("outside/new/", referrals.take_in, name="outside-take-in"),
    path("outside/known/", referrals.known, name="outside-known"),
    path("outside/sheets/", sheets.sheets, name="outside-sheets"),
    path("outside/sheets/take/", sheets.take, name="outside-take"),
    path("outside/sheets/answers/", sheets.give_back, name="outside-give-back"),
]
