"""Django's settings. What differs between installations comes from the environment (env.py).

CHENGNUO_ENV        demo (the default) | development | production
CHENGNUO_SECRET_KEY required in production; elsewhere made on first start and kept in var/
CHENGNUO_DATA_KEYS  the keys that personal data is sealed with; without it the file data_keys in
                    var/ (0600), which production wants made beforehand: `chengnuo keys make`
CHENGNUO_ERASE_DUE  on: the worker erases personal data that was kept long enough
CHENGNUO_CHECKPOINT_KEY    what checkpoints of the ledger are signed with; made and kept in var/
CHENGNUO_CHECKPOINT_HOURS  how often the worker signs one, 24 by default; 0: never
CHENGNUO_CHECKPOINT_MAIL   addresses to which each is mailed, with commas
CHENGNUO_MAIL_SERVER       smtp://user:password@host:587 (STARTTLS), smtps:// or plain:// for mail
CHENGNUO_MAIL_FROM         who writes that mail
CHENGNUO_VAR        where the database, the files and the key are kept
DATABASE_URL        postgresql://user:password@host/name, hosts with commas; without it, SQLite
CHENGNUO_POOLER     on: the database is reached through PgBouncer or its like
CHENGNUO_STATEMENT_SECONDS  a page asks the database no longer than so, 30 s by default, 0: no end
CHENGNUO_HOSTS      names this installation answers to, with commas; loopback only by default
CHENGNUO_ORIGINS    https://… origins whose forms are accepted, when a proxy hides the real one
CHENGNUO_HTTPS      production answers over HTTPS only; `off` for a closed network without it
CHENGNUO_PROXY      on: trust X-Forwarded-Proto and X-Forwarded-For of the proxy in front
CHENGNUO_MAP_LINK      where an address opens on the map, {place} being the address or the point
CHENGNUO_IDLE_MINUTES  who does nothing for so long is signed out, 30 by default
CHENGNUO_ADDRESS    https://… under which customers reach this installation: links in messages
CHENGNUO_RATING_DAYS  how many days a link for a rating is good for, 7 by default
CHENGNUO_BODY_MB    the most that one request may bring, files and all, 64 by default
CHENGNUO_SMS_DAYS   files of short messages that the gateway has taken are kept so long, 7 days
CHENGNUO_UPLOAD_HOURS  a sheet that is uploaded and not taken in is kept so long, 24 hours
CHENGNUO_TIME_ZONE  the utility's time zone, Asia/Shanghai by default
CHENGNUO_DEBUG      Django's debug pages; refused in production
CHENGNUO_LOG_LEVEL  DEBUG | INFO | WARNING | ERROR
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from chengnuo.config import secret
from chengnuo.config.env import Environment, behind_a_pooler
from chengnuo.doors.web.desks import DESKS
from chengnuo.vault import keys

env = Environment()

PACKAGE = Path(__file__).resolve().parent.parent
_CHECKOUT = PACKAGE.parent.parent
# In a checkout var/ stands beside pyproject.toml; an installed wheel keeps it where it is started.
_HOME = _CHECKOUT if (_CHECKOUT / "pyproject.toml").is_file() else Path.cwd()

ENVIRONMENT = env.choice("CHENGNUO_ENV", {"demo", "development", "production"}, "demo")
PRODUCTION = ENVIRONMENT == "production"
VAR = env.path("CHENGNUO_VAR", _HOME / "var")
try:
    # Customers' data: nobody else on this machine.
    VAR.mkdir(mode=0o700, parents=True, exist_ok=True)
except OSError as error:
    raise ImproperlyConfigured(
        f"CHENGNUO_VAR={VAR}: {error.strerror}; name a folder that may be written here"
    ) from None

DEBUG = env.flag("CHENGNUO_DEBUG", default=False)
if DEBUG and PRODUCTION:
    raise ImproperlyConfigured("CHENGNUO_DEBUG shows everything to everybody; not in production")

# --- Keys, hosts, transport -------------------------------------------------------------------

_secret_key = env.text("CHENGNUO_SECRET_KEY")
SECRET_KEY = (
    secret.checked(_secret_key, "CHENGNUO_SECRET_KEY")
    if _secret_key or PRODUCTION
    else secret.kept_in(VAR / "secret_key")
)

_data_keys = env.text("CHENGNUO_DATA_KEYS")
try:
    DATA_KEYS = (
        keys.Ring(_data_keys)
        if _data_keys
        else keys.kept_in(VAR / "data_keys", make=not PRODUCTION)
    )
except keys.NoKeys as error:
    raise ImproperlyConfigured(str(error)) from None

ERASE_DUE = env.flag("CHENGNUO_ERASE_DUE", default=False)

# Signs checkpoints of the ledger. With a new one, old checkpoints are checked by the public key
# that was kept with them.
_checkpoint_key = env.text("CHENGNUO_CHECKPOINT_KEY")
CHECKPOINT_KEY = (
    secret.checked(_checkpoint_key, "CHENGNUO_CHECKPOINT_KEY")
    if _checkpoint_key
    else secret.kept_in(VAR / "checkpoint_key")
)
CHECKPOINT_EVERY = timedelta(
    hours=env.number("CHENGNUO_CHECKPOINT_HOURS", 24, minimum=0, maximum=744)
)
CHECKPOINTS = VAR / "checkpoints"

ALLOWED_HOSTS = env.words("CHENGNUO_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
if PRODUCTION and "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("CHENGNUO_HOSTS=* answers to any name; list the real ones")
CSRF_TRUSTED_ORIGINS = env.words("CHENGNUO_ORIGINS")

HTTPS_ONLY = env.flag("CHENGNUO_HTTPS", default=PRODUCTION)
SECURE_SSL_REDIRECT = HTTPS_ONLY
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS_ONLY else 0
# The utility's other services are not ours to bind, so neither subdomains nor preloading.
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
BEHIND_PROXY = env.flag("CHENGNUO_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

SESSION_COOKIE_NAME = "chengnuo_session"
SESSION_COOKIE_AGE = 12 * 60 * 60  # a shift
SESSION_COOKIE_SECURE = HTTPS_ONLY
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "chengnuo_csrf"
CSRF_COOKIE_SECURE = HTTPS_ONLY
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_NAME = "chengnuo_language"
LANGUAGE_COOKIE_AGE = 31_536_000

# --- Rooms --------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "chengnuo.ledger",
    "chengnuo.people",
    "chengnuo.customers",
    "chengnuo.obligations",
    "chengnuo.cases",
    "chengnuo.callbacks",
    "chengnuo.conduct",
    "chengnuo.privacy",
    "chengnuo.doors.web.kit",
    "chengnuo.doors.portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "chengnuo.config.headers.SecurityHeaders",
    "chengnuo.doors.web.kit.bounded.BoundedBody",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "chengnuo.config.plain.PlainText",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Every page asks who is there; the few open ones say so (@login_not_required).
    "chengnuo.doors.web.kit.gate.Door",
    # Who is there, but idle, or with a password or a second factor still to come.
    "chengnuo.doors.web.kit.gate.SessionGate",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "chengnuo.config.urls"
WSGI_APPLICATION = "chengnuo.config.wsgi.application"
# What all rooms declare; whoever serves a part of it reads it here.
HOUSE = "chengnuo.config.rooms.HOUSE"
# The same of the desks, for the pages of others.
PAGES = "chengnuo.doors.web.pages.PAGES"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "doors/web" / desk / "templates" for desk in DESKS],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Data ---------------------------------------------------------------------------------------

_DATABASE = env.database("DATABASE_URL", VAR / "chengnuo.sqlite3")
if env.flag("CHENGNUO_POOLER", default=False):
    _DATABASE = behind_a_pooler(_DATABASE)
DATABASES = {"default": _DATABASE}
# How long a page may keep the database; `wsgi.py` says it to the server. Nought: for ever.
STATEMENT_SECONDS = env.number("CHENGNUO_STATEMENT_SECONDS", 30, minimum=0, maximum=3600)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Who is there -------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.Staff"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # reads what an older system left
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
    {"NAME": "chengnuo.people.passwords.NotAboutOneself"},
    {"NAME": "chengnuo.people.passwords.AsTheHouseAsks"},
    {"NAME": "chengnuo.people.passwords.NotAgain"},
]
# What a telephone opens by itself; a house that wants a map of its own names it. No page asks it
# anything: the address goes there when somebody presses.
MAP_LINK = env.text("CHENGNUO_MAP_LINK", "geo:0,0?q={place}")
IDLE_MINUTES = env.number("CHENGNUO_IDLE_MINUTES", 30, minimum=2, maximum=12 * 60)
# A demonstration is entered in one step; a real house is not kept without a second factor.
SECOND_FACTOR_FOR_ADMINISTRATORS = PRODUCTION
OTP_TOTP_ISSUER = "Chengnuo"
# Wrong codes are counted by people.signing, together with wrong passwords.
OTP_TOTP_THROTTLE_FACTOR = 0
OTP_STATIC_THROTTLE_FACTOR = 0
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"

# --- Language and time --------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("CHENGNUO_TIME_ZONE", "Asia/Shanghai")
if TIME_ZONE not in available_timezones():
    raise ImproperlyConfigured(f"CHENGNUO_TIME_ZONE={TIME_ZONE!r}: no such time zone")

# --- Messages to customers -----------------------------------------------------------------------

# A link that leads a customer to his own machine is worse than none: the first name we answer to.
_OURS = f"https://{ALLOWED_HOSTS[0]}" if PRODUCTION else "http://localhost:8000"
PUBLIC_ADDRESS = env.text("CHENGNUO_ADDRESS", _OURS).rstrip("/")
RATING_LINK_VALID = timedelta(days=env.number("CHENGNUO_RATING_DAYS", 7, minimum=1, maximum=90))
# Short messages are appended here, for the utility's own gateway to take up.
SMS_FILE = VAR / "sms.jsonl"
# The file of a day is closed and named anew; what the gateway has taken (`….taken`) goes after it.
SMS_KEPT = timedelta(days=env.number("CHENGNUO_SMS_DAYS", 7, minimum=1, maximum=365))

# --- Mail -----------------------------------------------------------------------------------------

CHECKPOINT_MAIL = env.words("CHENGNUO_CHECKPOINT_MAIL")
DEFAULT_FROM_EMAIL = env.text("CHENGNUO_MAIL_FROM", f"chengnuo@{ALLOWED_HOSTS[0]}")
_mail = env.mail("CHENGNUO_MAIL_SERVER")
if CHECKPOINT_MAIL and not _mail:
    raise ImproperlyConfigured("CHENGNUO_CHECKPOINT_MAIL needs CHENGNUO_MAIL_SERVER to send by")
EMAIL_HOST = _mail.get("host", "")
EMAIL_PORT = _mail.get("port", 0)
EMAIL_HOST_USER = _mail.get("user", "")
EMAIL_HOST_PASSWORD = _mail.get("password", "")
EMAIL_USE_TLS = _mail.get("starttls", False)
EMAIL_USE_SSL = _mail.get("tls", False)
EMAIL_TIMEOUT = 20

# --- Static files and uploads -------------------------------------------------------------------

STATIC_URL = "static/"
STATICFILES_DIRS = [
    folder for desk in DESKS if (folder := PACKAGE / "doors/web" / desk / "static").is_dir()
]
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
MEDIA_ROOT = VAR / "files"
UPLOADS_WAIT = timedelta(hours=env.number("CHENGNUO_UPLOAD_HOURS", 24, minimum=1, maximum=720))
BODY_LARGEST = env.number("CHENGNUO_BODY_MB", 64, minimum=1, maximum=1024) * 1024**2
# Badge, password and a code; a few words with a rating.
BODY_OF_A_STRANGER = 256 * 1024
# Production serves what `collectstatic` gathered under names that change with their content, to be
# kept by browsers for ever. Elsewhere files come straight out of the package: nothing to gather.
WHITENOISE_USE_FINDERS = not PRODUCTION
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if PRODUCTION
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}

# --- Logs ---------------------------------------------------------------------------------------

LOG_LEVEL = env.choice("CHENGNUO_LOG_LEVEL", {"DEBUG", "INFO", "WARNING", "ERROR"}, "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "chengnuo": {"level": LOG_LEVEL},
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}

env.refuse_unread()
