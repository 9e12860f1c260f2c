"""Settings of every process. Values come from the environment, typed; a wrong one stops the start.

README.md lists each variable. Without DATABASE_URL, REDIS_URL and EMAIL_URL the addresses are
those of the servers that `manage.py up` starts under the data folder.
"""

from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
import dj_email_url
from environs import Env

from leadercrm.core.admin_kit import theme
from leadercrm.embedded.addresses import broker_url, embedded_addresses, embedded_secret_key
from leadercrm.oauth.provider import PROVIDER
from leadercrm.schedule import SCHEDULE

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("LEADERCRM_DATA_DIR", str(BASE_DIR / "var"))).resolve()
EMBEDDED = embedded_addresses(DATA_DIR)

DEBUG = False
SECRET_KEY = env.str("LEADERCRM_SECRET_KEY", "") or embedded_secret_key(DATA_DIR)
# Former keys: links on papers that were handed out under them still open (leadercrm.tenancy.sealed).
SECRET_KEY_FALLBACKS: list[str] = env.list("LEADERCRM_FORMER_SECRET_KEYS", [])
ALLOWED_HOSTS = env.list("LEADERCRM_ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
# Whether webhooks may go to hosts of one's own network, and without TLS: leadercrm.core.outbound.
OUTBOUND_PRIVATE = env.bool("LEADERCRM_OUTBOUND_PRIVATE", False)
PUBLIC_URL = env.str("LEADERCRM_PUBLIC_URL", "").rstrip("/")
TRUSTED_PROXIES = env.int("LEADERCRM_TRUSTED_PROXIES", 0)
RATE_LIMITS = env.str("LEADERCRM_RATE_LIMITS", "on", validate=lambda v: v in ("on", "off")) == "on"

# --- Applications. A shared application has its tables in `public`, a tenant's in every schema.
SHARED_APPS = [
    *("django.contrib.contenttypes", "leadercrm.tenancy", "leadercrm.postal", "leadercrm.operators"),
    "leadercrm.oauth",
]
TENANT_APPS = [
    *("leadercrm.core", "leadercrm.accounts", "leadercrm.notifications", "leadercrm.webhooks"),
    *("leadercrm.agents", "leadercrm.lists"),
    *("crm", "billing", "marketing", "events"),
]
# Django's admin and auth are there as code: their tables are made nowhere. What they would keep is our
# audit's (admin's log), and our users' and tokens' (users, groups, sessions).
# django-tenants gives the backend, router and tenant base class; as an installed app it would open a
# database connection while Django starts, and bring commands that migrate one schema at a time.
TOOLS = [
    *("unfold.apps.BasicAppConfig", "django.contrib.admin.apps.SimpleAdminConfig"),
    *("django.contrib.auth", "django.contrib.messages", "django.contrib.staticfiles"),
    *(
        "rest_framework",
        "django_filters",
        "oauth2_provider",
        "leadercrm.backoffice",
        "leadercrm.embedded",
        "leadercrm.demo",
        "leadercrm.mcp",
    ),
]
# Without migrations Django neither makes the admin's log nor asks for migrations of what we change of it.
# So for the authorization server's toolkit: what it keeps is in models of ours, or, its tokens, nowhere.
MIGRATION_MODULES = {"admin": None, "oauth2_provider": None}
INSTALLED_APPS = [*SHARED_APPS, *TENANT_APPS, *TOOLS]
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Tenancy
TENANT_MODEL = "tenancy.Tenant"
# What carries out an agent's call that was approved, by the door that it came through: leadercrm.agents.
AGENT_DOORS = {"mcp": "leadercrm.mcp.approved.carry_out", "api": "leadercrm.api.agents.carry_out"}
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
PG_EXTRA_SEARCH_PATHS = ["extensions"]
# One SET per binding instead of one per cursor; the isolation storm watches over it.
TENANT_LIMIT_SET_CALLS = True
# Schemas kept ready for registrations, and what migrate_fleet needs: leadercrm.tenancy.provisioning, .fleet.
SPARE_TENANTS = env.int("LEADERCRM_SPARE_TENANTS", 10, validate=lambda number: 0 <= number <= 1000)
FLEET_LOCK_TIMEOUT_MS = env.int("LEADERCRM_FLEET_LOCK_TIMEOUT_MS", 1000, validate=lambda ms: ms > 0)
PG_DUMP = env.str("LEADERCRM_PG_DUMP", "")

# --- Servers
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **dj_database_url.parse(env.str("DATABASE_URL", "") or EMBEDDED.database_url),
        "ENGINE": "leadercrm.tenancy.backend",
        # A backend grows with each tenant that it meets, so it is not kept for ever.
        "CONN_MAX_AGE": 600,
        # The look-up of the credential is the health check: see tenancy.credentials.
        "CONN_HEALTH_CHECKS": False,
        "ATOMIC_REQUESTS": False,
    }
}
DATABASES["default"].setdefault("OPTIONS", {}).update(
    {
        "connect_timeout": 5,
        "application_name": "leadercrm",
        # Statements are kept prepared only where the code asks for it (tenancy.backend), and not by psycopg,
        # which would throw away all that the server keeps whenever a transaction is rolled back.
        "prepare_threshold": None,
        "options": (
            f"-c statement_timeout={env.int('LEADERCRM_STATEMENT_TIMEOUT_MS', 5000)}"
            " -c lock_timeout=3000 -c idle_in_transaction_session_timeout=30000"
            # Kept statements are planned once. By its own rule PostgreSQL would plan most of them anew
            # each time, which takes longer than running them.
            " -c plan_cache_mode=force_generic_plan"
        ),
    }
)
REDIS_URL = env.str("REDIS_URL", "") or EMBEDDED.redis_url
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_FUNCTION": "django_tenants.cache.make_key",
    }
}
mail = dj_email_url.parse(env.str("EMAIL_URL", "") or EMBEDDED.email_url)
EMAIL_BACKEND = {"django.core.mail.backends.smtp.EmailBackend": "leadercrm.core.mail_server.Backend"}.get(
    mail["EMAIL_BACKEND"], mail["EMAIL_BACKEND"]
)
EMAIL_HOST, EMAIL_PORT = mail["EMAIL_HOST"], mail["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = mail["EMAIL_HOST_USER"], mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = mail["EMAIL_USE_TLS"], mail["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 10
# Where the embedded sink keeps what it took; none when mail goes to a server of yours.
MAIL_SINK_DIR = None if env.str("EMAIL_URL", "") else DATA_DIR / "mail"
DEFAULT_FROM_EMAIL = env.str("LEADERCRM_FROM_EMAIL", "Leader CRM <no-reply@leadercrm.mx>")

# --- Campaigns (marketing.delivery). Rates are mails per second, 0 is no limit.
CAMPAIGN_RETURN_PATH = env.str("LEADERCRM_BOUNCE_ADDRESS", "") or parseaddr(DEFAULT_FROM_EMAIL)[1]
# Where undeliverable mails come back to (leadercrm.core.returned_mail); empty where they come by another way.
BOUNCE_MAILBOX = env.str("LEADERCRM_BOUNCE_MAILBOX", "")
CAMPAIGN_TENANT_RATE = env.float("LEADERCRM_CAMPAIGN_TENANT_RATE", 50.0, validate=lambda rate: rate >= 0)
CAMPAIGN_DOMAIN_RATE = env.float("LEADERCRM_CAMPAIGN_DOMAIN_RATE", 20.0, validate=lambda rate: rate >= 0)
CAMPAIGN_SENDERS = env.int("LEADERCRM_CAMPAIGN_SENDERS", 2, validate=lambda number: 0 < number <= 100)
# Rows that a sender claims at a time: so many are in doubt when it dies.
CAMPAIGN_WINDOW = env.int("LEADERCRM_CAMPAIGN_WINDOW", 16, validate=lambda rows: 0 < rows <= 100)
CAMPAIGN_LEASE_SECONDS = env.float("LEADERCRM_CAMPAIGN_LEASE_SECONDS", 120.0, validate=lambda seconds: seconds > 0)
CAMPAIGN_BACK_OFF_SECONDS = env.float("LEADERCRM_CAMPAIGN_BACK_OFF_SECONDS", 120.0, validate=lambda pause: pause > 0)
# Who knows whether a mail in doubt has arrived: a function (marketing.delivery.doubts).
CAMPAIGN_LOOKUP = env.str(
    "LEADERCRM_CAMPAIGN_LOOKUP", "leadercrm.embedded.mailbox.has_arrived" if MAIL_SINK_DIR else ""
)

# --- Celery is a doorbell: the work itself is a row in PostgreSQL.
CELERY_BROKER_URL = broker_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 90
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    # A request rings after its commit, and the sweeper comes by anyway: a broker that is gone may cost
    # it nothing (kombu's default: 6 s), one that hangs a second.
    "socket_connect_timeout": 1,
    "socket_timeout": 1,
    "retry_on_timeout": False,
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
# Campaigns have workers of their own: hours of mails keep no password link waiting.
# A worker that is not told otherwise (-Q) takes from both.
CELERY_TASK_QUEUES = {name: {"exchange": name, "routing_key": name} for name in ("celery", "campaigns")}
CELERY_TASK_ROUTES = {"marketing.send_campaigns": {"queue": "campaigns"}}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = SCHEDULE

# --- Requests
ROOT_URLCONF = "leadercrm.urls"
WSGI_APPLICATION = "leadercrm.wsgi.application"
APPEND_SLASH = False
MIDDLEWARE = [
    "leadercrm.api.gateway.ApiGateway",
    # Pages; the API has answered already.
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "leadercrm.backoffice.policy.ContentPolicy",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "leadercrm.operators.sessions.OperatorSessions",
    "leadercrm.backoffice.sessions.PageSessions",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
# Pages know who asks by a cookie that is an access token of the kind "browser": leadercrm.backoffice.sessions.
BROWSER_SESSION_HOURS = env.int("LEADERCRM_BROWSER_SESSION_HOURS", 12, validate=lambda hours: 0 < hours <= 2160)
SECURE_COOKIES = PUBLIC_URL.startswith("https://")
# Behind a proxy that ends TLS, a form's origin is not what this process sees itself called.
CSRF_TRUSTED_ORIGINS = ["://".join(urlsplit(PUBLIC_URL)[:2])] if PUBLIC_URL else []
# Pages of other addresses that may call the agents' door from a browser (leadercrm.mcp).
AGENT_ORIGINS: list[str] = env.list("LEADERCRM_AGENT_ORIGINS", [])
# The authorization server: OAuth 2.1, of which the toolkit speaks what leadercrm.oauth lets it.
OAUTH2_PROVIDER_APPLICATION_MODEL, OAUTH2_PROVIDER_GRANT_MODEL = "oauth.Client", "oauth.Grant"
OAUTH2_PROVIDER = PROVIDER
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = SECURE_COOKIES
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
SILENCED_SYSTEM_CHECKS = [
    "admin.E408",  # AuthenticationMiddleware: PageSessions and OperatorSessions set request.user
    "admin.E410",  # SessionMiddleware: there is no table of sessions
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# Files come with a request up to this size (core.api.uploads), and stay in memory.
LARGEST_UPLOAD = FILE_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
# A form of the pages, its file included, is no larger than this: an import's table is the largest.
LARGEST_FORM = 26 * 1024 * 1024
# For the description of the API (leadercrm.api.openapi).
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.0",
    "SCHEMA_COERCE_PATH_PK_SUFFIX": True,
    "SCHEMA_PATH_PREFIX": "/api",
    "ENFORCE_NON_BLANK_FIELDS": True,
    "DISABLE_DOCSTRING_DESCRIPTIONS": True,
    "SORT_OPERATIONS": False,
    "SORT_OPERATION_PARAMETERS": False,
    "POSTPROCESSING_HOOKS": [],
}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Passwords: Argon2id 19 MiB, t=2, p=1 (OWASP's minimum): 22 ms where Django's default takes 200.
PASSWORD_HASHERS = ["leadercrm.accounts.hashers.LeaderArgon2Hasher"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, object]] = []

# --- Language and time
LANGUAGE_CODE = "es-mx"
LANGUAGES = [("es-mx", "Español (México)"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "leadercrm" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "America/Mexico_City"
FORMAT_MODULE_PATH = "leadercrm.formats"

STATIC_URL = "/static/"
# Files of others' making that browsers get, by the folder that they are served in; npm installs them (package.json).
NODE_PACKAGES = BASE_DIR / "node_modules"
BROWSER_PACKAGES = {
    "vendor/swagger-ui": NODE_PACKAGES / "swagger-ui-dist",
    "vendor/tom-select": NODE_PACKAGES / "tom-select" / "dist",
    "vendor/sortable": NODE_PACKAGES / "sortablejs",
    "vendor/chart": NODE_PACKAGES / "chart.js" / "dist",
    "vendor/quill": NODE_PACKAGES / "quill" / "dist",
    "vendor/jsqr": NODE_PACKAGES / "jsqr" / "dist",
    "vendor/htmx": NODE_PACKAGES / "htmx.org" / "dist",
    "vendor/inter": NODE_PACKAGES / "@fontsource-variable" / "inter" / "files",
}
# Drawings that the templates put into pages: leadercrm.core.templatetags.web.
ICONS_DIR = NODE_PACKAGES / "@tabler" / "icons" / "icons" / "outline"
STATICFILES_DIRS = [BASE_DIR / "static", *((name, path) for name, path in BROWSER_PACKAGES.items() if path.is_dir())]
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "leadercrm.core.statics.HashedFiles"},
}
UNFOLD_ADMIN, UNFOLD_OPERATOR = theme.ADMIN, theme.OPERATOR
STORAGE_DIR = DATA_DIR / "storage"

# --- PDFs. What is in the cache can be made again.
PDF_CACHE_DIR = DATA_DIR / "cache" / "pdf"
PDF_FONTS_DIR = NODE_PACKAGES / "@fontsource" / "inter" / "files"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LEADERCRM_LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},  # a client's mistake is no event of ours
    },
}
