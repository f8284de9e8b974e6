"""The WSGI application, for granian or any other WSGI server."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from chengnuo.config.collecting import spare_what_stays
from chengnuo.config.env import limit_statements

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengnuo.config.settings")

# Pages alone: the worker, imports and exports take the time they need.
limit_statements(settings.DATABASES["default"], seconds=settings.STATEMENT_SECONDS)
application = get_wsgi_application()
spare_what_stays()
