"""The settings, with a SQLite that waits one second for another writer instead of twenty."""

from chengnuo.config.settings import *  # noqa: F403
from chengnuo.config.settings import DATABASES

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"]["timeout"] = 1
