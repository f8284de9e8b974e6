"""The WSGI application, for granian or any other WSGI server."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from chengnuo.config.collecting import spare_what_stays

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengnuo.config.settings")

application = get_wsgi_application()
spare_what_stays()
