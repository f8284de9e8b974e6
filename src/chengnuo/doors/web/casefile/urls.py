"""A case: its file, steps, forms and sheets; the list of cases."""

from __future__ import annotations

from django.urls import URLPattern, path

from chengnuo.doors.web.casefile.views import case, closed, joining, live, search, steps, undoing

urlpatterns: list[URLPattern] = [
    path("cases/", search.case_list, name="cases"),
    path("cases/<str:number>/", case.case, name="case"),
    path("cases/<str:number>/forms/<slug:form_id>/", case.form, name="case-form"),
    path("cases/<str:number>/sheets/<str:code>/", case.sheet, name="case-sheet"),
    path("cases/<str:number>/steps/<slug:what>/", steps.step, name="case-step"),
    path("cases/<str:number>/undo/", undoing.undo_step, name="case-undo"),
    path("cases/<str:number>/glass/", closed.glass, name="case-glass"),
    path("cases/<str:number>/contact/", case.reveal, name="case-reveal"),
    path("cases/<str:number>/files/<str:sha256>/", case.file, name="case-file"),
    path("cases/<str:number>/files/<str:sha256>/<slug:size>/", case.picture, name="case-picture"),
    path("cases/<str:number>/joined/<slug:what>/", joining.join, name="case-join"),
    path("live/case/<str:number>/", live.case, name="case-live"),
]
