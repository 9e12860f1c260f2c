"""The demo's lead forms, and what was sent by them before the reference's submission."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from crm.models import Contact
from leadercrm.demo.firms import Staff
from leadercrm.demo.reference_rows import FORM_KEY, SUBMISSIONS_BEFORE
from leadercrm.tenancy.form_keys import is_free, new_key
from marketing.models import Assignment, Form, FormSubmission, SubmissionStatus, Suspicion

CONSENT = "Acepto recibir información de servicios y conozco el aviso de privacidad."
MESSAGES = (
    "Me interesa una cotización de contabilidad mensual.",
    "Quisiera saber cuánto cuesta el servicio de nómina para 25 personas.",
    "Necesito ayuda con una devolución de IVA.",
    "¿Atienden empresas fuera de Monterrey?",
    "Busco despacho para dictamen fiscal.",
)
CAMPAIGNS: tuple[dict[str, str], ...] = (
    {},
    {"utm_source": "google", "utm_medium": "cpc"},
    {"utm_source": "facebook", "utm_campaign": "cierre"},
)
EVERY_NTH_A_MACHINE = 14


@dataclass
class Inquiries:
    """Rows by their kind, numbered from 1 on."""

    forms: list[Form] = field(default_factory=list)
    submissions: list[FormSubmission] = field(default_factory=list)


def inquiries(contacts: Sequence[Contact], staff: Staff, chance: Random) -> Inquiries:
    """All of them; the first form has the reference's key, unless another tenant's has it."""
    key = FORM_KEY if is_free(FORM_KEY) else new_key()
    first = contacts[0].created_at
    site = Form(
        id=1, name="Sitio web: Contacto", api_key=key, title="Hablemos", owner_id=staff.admin,
        intro="Cuéntenos qué necesita y le llamamos el siguiente día hábil.", source="sitio web",
        consent_text=CONSENT, consent_version="2025-01", created_at=first,
    )  # fmt: skip
    guide = Form(
        id=2, name="Descarga: Guía de cierre fiscal", api_key=new_key(), title="Guía de cierre fiscal",
        assignment=Assignment.OWNER, owner_id=staff.sales, source="guía", consent_text=CONSENT,
        consent_version="2025-01", consent_required=True, created_at=first,
    )  # fmt: skip
    made = Inquiries([site, guide])
    reached = [contact for contact in contacts if contact.emails]
    for number, contact in zip(range(1, SUBMISSIONS_BEFORE + 1), reached, strict=False):
        form = guide if number % 5 == 0 else site
        made.submissions.append(_submission(number, form, contact, chance))
    for form in made.forms:
        own = [row for row in made.submissions if row.form_id == form.pk]
        form.submissions_count, form.last_submitted_at = len(own), own[-1].created_at
        form.spam_count = sum(row.status == SubmissionStatus.SPAM for row in own)
    return made


def _submission(number: int, form: Form, contact: Contact, chance: Random) -> FormSubmission:
    """What a contact sent on the day it was made; now and then a machine sends something, too."""
    row = FormSubmission(id=number, form=form, created_at=contact.created_at, origin=chance.choice(CAMPAIGNS))
    if number % EVERY_NTH_A_MACHINE == 0:
        row.status, row.suspicion = SubmissionStatus.SPAM, Suspicion.HONEYPOT
        row.email, row.payload = "seo@spam.example", {"message": "Best SEO prices", "website": "https://spam.example"}
        return row
    row.contact, row.assigned_to_id, row.made_contact = contact, contact.owner_id, True
    row.name, row.email = contact.full_name, contact.emails[0]["email"]
    row.payload = {"first_name": contact.first_name, "email": row.email, "message": chance.choice(MESSAGES)}
    row.consented, row.consent_text, row.consent_version = True, form.consent_text, form.consent_version
    return row
