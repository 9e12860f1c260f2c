"""The floor: the least that any product must do for a list, as one bare WSGI function; by POST, for a form.

One look-up of the bearer token, one indexed query for the newest 25 contacts of the large tenant,
JSON. No framework, tenants, permissions, filters, paging or totals. What a form sends: one look-up of
its key, one row that keeps what was sent; no contact, owner, task or message comes of it. Served by
the product's own server with the product's own options.
"""

import hashlib
import hmac
import os
import threading
from collections.abc import Callable, Iterable
from typing import Any

import orjson
import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import set_json_loads

set_json_loads(orjson.loads)
TOKEN = 'SELECT secret_hash FROM "public"."tenancy_accesstoken" WHERE id = %s AND revoked_at IS NULL'
PAGE = f"""
    SELECT id, first_name, last_name, emails, phones, job_title, company_id, lifecycle_stage, lead_score,
           owner_id, source, city, country, custom_fields, created_at, updated_at
      FROM "{os.environ["FLOOR_SCHEMA"]}"."crm_contact" WHERE deleted_at IS NULL ORDER BY id DESC LIMIT 25
"""
FORM = 'SELECT form_id FROM "public"."tenancy_formkey" WHERE key_hash = %s'
SUBMISSION = f"""
    INSERT INTO "{os.environ["FLOOR_SCHEMA"]}"."marketing_formsubmission"
           (form_id, status, made_contact, name, email, phone, payload, origin, consented, consent_text,
            consent_version, language, ip, user_agent, created_at)
    VALUES (%s, 'accepted', false, '', %s, '', %s, '{{}}', false, '', '', 'es-mx', '', '', now()) RETURNING id
"""
kept = threading.local()


def _connection() -> psycopg.Connection[Any]:
    """This thread's connection, kept. psycopg prepares a statement by itself when it has run five times."""
    if not hasattr(kept, "connection"):
        kept.connection = psycopg.connect(os.environ["FLOOR_DSN"], autocommit=True)
    connection: psycopg.Connection[Any] = kept.connection
    return connection


def _holds(connection: psycopg.Connection[Any], header: str) -> bool:
    token_id, _, secret = header.removeprefix("Bearer ").partition("|")
    row = connection.execute(TOKEN, [int(token_id)]).fetchone()
    return row is not None and hmac.compare_digest(row[0], hashlib.sha256(secret.encode()).hexdigest())


def _submitted(connection: psycopg.Connection[Any], environ: dict[str, Any]) -> bytes | None:
    """Keep what a form has sent; the answer, or None for a key that is none."""
    sent = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    key = environ["PATH_INFO"].rpartition("/")[2]
    form = connection.execute(FORM, [hashlib.sha256(key.encode()).hexdigest()]).fetchone()
    if form is None:
        return None
    row = connection.execute(SUBMISSION, [form[0], orjson.loads(sent)["email"], sent.decode()]).fetchone()
    return orjson.dumps({"success": True, "submission_id": row and row[0]})


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    connection = _connection()
    if environ["REQUEST_METHOD"] == "POST":
        body = _submitted(connection, environ)
        status = "404 Not Found" if body is None else "201 Created"
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body or b"")))])
        return [body or b""]
    if not _holds(connection, environ["HTTP_AUTHORIZATION"]):
        start_response("401 Unauthorized", [("Content-Length", "0")])
        return [b""]
    rows = connection.cursor(row_factory=dict_row).execute(PAGE).fetchall()
    body = orjson.dumps({"data": rows})
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
