"""Signing in and one's own settings."""

from __future__ import annotations

from django.urls import URLPattern, path

from chengnuo.doors.web.account.views import account, signing

urlpatterns: list[URLPattern] = [
    path("sign-in/", signing.sign_in, name="sign-in"),
    path("sign-in/code/", signing.sign_in_code, name="sign-in-code"),
    path("password/", account.password, name="password"),
    path("second-factor/", account.own_second_factor, name="second-factor"),
    path("own/", account.own_settings, name="own-settings"),
    path("awake/", account.awake, name="awake"),
    path("sign-out/", signing.sign_out, name="sign-out"),
    path("language/", signing.language, name="language"),
    path("theme/", signing.theme, name="theme"),
]
