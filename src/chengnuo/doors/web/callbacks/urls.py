"""Calling customers back, and what they said."""

from __future__ import annotations

from django.urls import URLPattern, path

from chengnuo.doors.web.callbacks.views import calls, matters, rates, register

urlpatterns: list[URLPattern] = [
    path("callbacks/", calls.callback_list, name="callback-list"),
    path("callbacks/bad/", matters.bad, name="callback-bad"),
    path("callbacks/bad/<id:pk>/", matters.decide, name="callback-decide"),
    path("callbacks/visits/", matters.visits, name="callback-visits"),
    path("callbacks/rates/", rates.rates, name="callback-rates"),
    path("callbacks/rates/rows/", rates.rates_rows, name="callback-rates-rows"),
    path("callbacks/rates/sheet/", rates.rates_sheet, name="callback-rates-sheet"),
    path("callbacks/samples/", rates.samples, name="callback-samples"),
    path("callbacks/register/", register.callbacks, name="callbacks"),
    path("callbacks/register/sheet/", register.callback_sheet, name="callback-sheet"),
    path("callbacks/<uuid:pk>/", calls.call, name="callback-call"),
    path("callbacks/<uuid:pk>/take/", calls.take_it, name="callback-take"),
    path("callbacks/<uuid:pk>/hand-on/", calls.hand_it_on, name="callback-hand-on"),
    path("callbacks/<uuid:pk>/number/", calls.number, name="callback-number"),
    path("callbacks/<uuid:pk>/attempt/", calls.attempted, name="callback-attempt"),
    path("callbacks/<uuid:pk>/answers/", calls.answers, name="callback-answers"),
    path("callbacks/<uuid:pk>/visit/<slug:what>/", calls.visit_step, name="callback-visit"),
]
