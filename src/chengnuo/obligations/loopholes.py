"""Every installed release is searched for loopholes once, in the background; again when the search
itself comes to find more."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef

from chengnuo.obligations.models import PackRelease, ReleaseSearch
from chengnuo.obligations.regulation import pack_of
from chengnuo.packs.loopholes.search import SEARCH, searched


def search_releases(*, now: datetime) -> int:
    """Search one release that was not searched yet as today; how many were. It takes some
    seconds."""
    done = ReleaseSearch.objects.filter(release=OuterRef("pk"), report__search=SEARCH)
    release = PackRelease.objects.filter(~Exists(done)).only("digest").first()
    if release is None:
        return 0
    report = searched(pack_of(release.digest), digest=release.digest)
    ReleaseSearch.objects.update_or_create(
        release=release, defaults={"report": report.as_dict(), "searched_at": now}
    )
    return 1


def search_of(*, digest: str) -> ReleaseSearch | None:
    """What was found in a release; None while it waits."""
    return ReleaseSearch.objects.filter(release=digest).first()
