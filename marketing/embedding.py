"""How a form is put into somebody's website: code to be copied."""

from django.template.loader import render_to_string

from marketing.answers import CONSENT, HONEYPOT, STAMP
from marketing.models import Form
from marketing.stamps import PLAIN, stamp


def embedded(form: Form, base: str) -> dict[str, str]:
    """{"page_url", "script", "iframe", "html"} of a form; `base` is what this server is called."""
    address = f"{base}/f/{form.api_key}"
    context = {
        "form": form,
        "base": base,
        "address": address,
        "stamp": stamp(form, PLAIN),
        "names": {"stamp": STAMP, "honeypot": HONEYPOT, "consent": CONSENT},
    }
    parts = {name: render_to_string(f"marketing/embed/{name}.html", context).strip() for name in PARTS}
    return {"page_url": address, **parts}


PARTS = ("script", "iframe", "html")
