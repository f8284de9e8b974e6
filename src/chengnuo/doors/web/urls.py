"""Addresses of the pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from chengnuo.doors.web.views import (
    account,
    casefile,
    desk,
    duties,
    intake,
    linking,
    registers,
    regulations,
    signing,
    steps,
)

urlpatterns: list[URLPattern] = [
    path("", desk.desk, name="desk"),
    path("sign-in/", signing.sign_in, name="sign-in"),
    path("sign-in/code/", signing.sign_in_code, name="sign-in-code"),
    path("password/", account.password, name="password"),
    path("second-factor/", account.own_second_factor, name="second-factor"),
    path("awake/", account.awake, name="awake"),
    path("sign-out/", signing.sign_out, name="sign-out"),
    path("language/", signing.language, name="language"),
    path("theme/", signing.theme, name="theme"),
    path("messages/", desk.messages, name="messages"),
    path("messages/read/", desk.messages_read, name="messages-read"),
    path("dockets/<uuid:docket_id>/", desk.docket, name="docket"),
    path("intake/", intake.intake, name="intake"),
    path("intake/fields/", intake.fields, name="intake-fields"),
    path("intake/promises/", intake.promises, name="intake-promises"),
    path("intake/earlier/", intake.earlier, name="intake-earlier"),
    path("intake/suggestions/", linking.suggestions, name="intake-suggest"),
    path("intake/duplicates/", linking.alike, name="intake-duplicates"),
    path("intake/duplicates/<str:number>/urge/", linking.urge_instead, name="intake-urge"),
    path("cases/", registers.case_list, name="cases"),
    path("cases/<str:number>/", casefile.case, name="case"),
    path("cases/<str:number>/forms/<slug:form_id>/", casefile.form, name="case-form"),
    path("cases/<str:number>/sheets/<str:code>/", casefile.sheet, name="case-sheet"),
    path("cases/<str:number>/steps/<slug:what>/", steps.step, name="case-step"),
    path("cases/<str:number>/contact/", casefile.reveal, name="case-reveal"),
    path("cases/<str:number>/files/<str:sha256>/", casefile.file, name="case-file"),
    path("duties/<uuid:docket_id>/", duties.duty, name="duty"),
    path("duties/<uuid:docket_id>/forms/<slug:form_id>/", duties.form, name="duty-form"),
    path("overdue/", registers.overdue, name="overdue"),
    path("regulation/", regulations.regulation, name="regulation"),
    path("regulation/<str:digest>/", regulations.regulation, name="regulation-pinned"),
    path(
        "regulation/<str:digest>/processes/<slug:process_id>/",
        regulations.process,
        name="process",
    ),
]
