"""Contacts and notes."""

from crm.models import Contact, Note
from leadercrm.mcp.evaluation.task import contact, rows, task

task(
    "contact-new", "es",
    "Da de alta a Sofía Ramos, correo sofia@ramos.example, teléfono 55 9999 0000, puesto: Directora.",
    ("leader_create_contact", {"first_name": "Sofía", "last_name": "Ramos", "job_title": "Directora",
     "emails": [{"email": "sofia@ramos.example"}], "phones": [{"phone": "55 9999 0000"}]}),
    expects=[rows(Contact, first_name="Sofía", last_name="Ramos", emails__0__email="sofia@ramos.example",
                  job_title="Directora")],
)  # fmt: skip
task(
    "contact-new-at-company", "en",
    "Add a contact: Emily Clark, emily@clark.example. She works at Norte Industrial.",
    ("leader_search", {"query": "norte", "type": "company"}),
    ("leader_create_contact", {"first_name": "Emily", "last_name": "Clark", "company_id": "{0.items.0.id}",
     "emails": [{"email": "emily@clark.example"}]}),
    expects=[rows(Contact, first_name="Emily", company__name="Norte Industrial")],
)  # fmt: skip
task(
    "contact-job-title", "es", "El puesto de Lucía Fernández ahora es Directora General.",
    contact("lucia fernandez"),
    ("leader_update_contact", {"contact_id": "{0.items.0.id}", "job_title": "Directora General"}),
    expects=[rows(Contact, last_name="Fernández", job_title="Directora General")],
)  # fmt: skip
task(
    "contact-city", "en", "Carlos Rivas has moved to Mérida. Update his city.",
    contact("carlos rivas"),
    ("leader_update_contact", {"contact_id": "{0.items.0.id}", "city": "Mérida"}),
    expects=[rows(Contact, last_name="Rivas", city="Mérida", job_title="Gerente")],
)  # fmt: skip
task(
    "contact-known-already", "es",
    "Registra a María Peña, maria@bajio.example, solo si todavía no está dada de alta.",
    ("leader_create_contact", {"first_name": "María", "last_name": "Peña",
     "emails": [{"email": "maria@bajio.example"}]}, "duplicate"),
    keeps=[rows(Contact, 7), rows(Contact, first_name="María")],
)  # fmt: skip
task(
    "note-new", "en", "Add a note to John Smith: prefers calls in the morning.",
    contact("john smith"),
    ("leader_add_note", {"contact_id": "{0.items.0.id}", "body": "Prefers calls in the morning."}),
    expects=[rows(Note, contact__last_name="Smith", body__icontains="morning")],
)  # fmt: skip
task(
    "contact-second-address", "es",
    "Agrega a Lucía Fernández el correo lucia.trabajo@norte.example, sin quitar el que ya tiene.",
    contact("lucia"),
    ("leader_update_contact", {"contact_id": "{0.items.0.id}", "emails": [
        {"email": "lucia@norte.example"}, {"email": "lucia.trabajo@norte.example"}]}),
    expects=[rows(Contact, last_name="Fernández", emails__contains=[{"email": "lucia@norte.example"},
                                                                    {"email": "lucia.trabajo@norte.example"}])],
)  # fmt: skip
task(
    "contact-of-two", "en", "Pedro Gómez, the architect, has become a customer. Update his lifecycle stage.",
    contact("pedro@gomez.example"),
    ("leader_update_contact", {"contact_id": "{0.items.0.id}", "lifecycle_stage": "customer"}),
    expects=[rows(Contact, job_title="Arquitecto", lifecycle_stage="customer"),
             rows(Contact, job_title="Abogado", lifecycle_stage="lead")],
)  # fmt: skip
task(
    "contact-phone", "es", "¿Qué teléfono tiene Carlos Rivas?",
    contact("carlos rivas"),
    says=["5533334444"],
)  # fmt: skip
task(
    "contact-of-company", "en", "Who is our contact at Transportes del Bajío, and what is the e-mail address?",
    ("leader_search", {"query": "bajio", "type": "company"}),
    ("leader_search_contacts", {"company_id": "{0.items.0.id}"}),
    says=["María", "maria@bajio.example"],
)  # fmt: skip
