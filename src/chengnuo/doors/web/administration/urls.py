"""Keeping the house: units, posts, staff, settings, logs."""

from __future__ import annotations

from django.urls import URLPattern, path

from chengnuo.doors.web.administration.views import (
    access_log,
    house,
    ledger,
    posts,
    privacy,
    staff,
    standing,
    waiting,
)

urlpatterns: list[URLPattern] = [
    path("house/", house.overview, name="house"),
    path("house/units/new/", house.new_unit, name="house-unit-new"),
    path("house/staff/", staff.staff_list, name="house-staff"),
    path("house/staff/new/", staff.hire, name="house-hire"),
    path("house/staff/<str:badge>/", staff.person, name="house-person"),
    path("house/staff/<str:badge>/<slug:what>/", staff.act, name="house-person-act"),
    path("house/posts/new/", posts.new_post, name="house-post-new"),
    path("house/posts/<id:post_id>/", posts.post, name="house-post"),
    path("house/posts/<id:post_id>/<slug:what>/", posts.act, name="house-post-act"),
    path("house/waiting/", waiting.waiting, name="house-waiting"),
    path(
        "house/waiting/<id:change_id>/<slug:what>/",
        waiting.decide,
        name="house-waiting-act",
    ),
    path("house/settings/", house.settings, name="house-settings"),
    path("house/standing/", standing.page, name="house-standing"),
    path("house/standing/<id:aside_id>/", standing.try_again, name="house-try-again"),
    path("house/unassigned/", house.unassigned_list, name="house-unassigned"),
    path("house/unassigned/<id:unassigned_id>/settle/", house.settle, name="house-settle"),
    path("access-log/", access_log.access_log, name="access-log"),
    path("access-log/sheet/", access_log.download, name="access-log-sheet"),
    path("privacy/", privacy.privacy, name="privacy"),
    path("privacy/<int:pk>/copy/", privacy.copy, name="privacy-copy"),
    path("privacy/<slug:what>/", privacy.act, name="privacy-act"),
    path("ledger/", ledger.checkpoints, name="ledger"),
    path("ledger/<id:size>/", ledger.checkpoint_file, name="ledger-file"),
]
