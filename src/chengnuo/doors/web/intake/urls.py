"""Taking matters in, and what is alike."""

from __future__ import annotations

from django.urls import URLPattern, path

from chengnuo.doors.web.intake.views import calling, linking, lodging

urlpatterns: list[URLPattern] = [
    path("intake/", lodging.intake, name="intake"),
    path("intake/fields/", lodging.fields, name="intake-fields"),
    path("intake/promises/", lodging.promises, name="intake-promises"),
    path("intake/emergency/", lodging.emergency, name="intake-emergency"),
    path("intake/caller/", calling.card, name="intake-caller"),
    path("intake/outages/", calling.outages, name="intake-outages"),
    path("intake/contact/", calling.contact, name="intake-contact"),
    path("cases/<str:number>/taken/", lodging.taken, name="case-taken"),
    path("intake/suggestions/", linking.suggestions, name="intake-suggest"),
    path("intake/duplicates/", linking.alike, name="intake-duplicates"),
    path("intake/duplicates/<str:number>/urge/", linking.urge_instead, name="intake-urge"),
]
