"""Things to do."""

from datetime import UTC, datetime

from crm.models import Activity
from leadercrm.mcp.evaluation.task import contact, deal, rows, task

task(
    "activity-call", "es", "Programa una llamada con María Peña para el 2 de mayo de 2031, todo el día.",
    contact("maria"),
    ("leader_create_activity", {"subject": "Llamar a María", "type": "call", "due_at": "2031-05-02",
     "activitable_type": "contact", "activitable_id": "{0.items.0.id}"}),
    expects=[rows(Activity, type="call", contact__first_name="María", due_at=datetime(2031, 5, 2, tzinfo=UTC),
                  due_all_day=True)],
)  # fmt: skip
task(
    "activity-about-deal", "en",
    "Create a high-priority task 'Prepare proposal' about the deal Implementación Norte.",
    deal("implementacion"),
    ("leader_create_activity", {"subject": "Prepare proposal", "type": "task", "priority": "high",
     "activitable_type": "deal", "activitable_id": "{0.items.0.id}"}),
    expects=[rows(Activity, subject="Prepare proposal", priority="high", deal__name="Implementación Norte")],
)  # fmt: skip
task(
    "activity-done", "es", "Ya llamé a Lucía: marca esa actividad como hecha.",
    ("leader_list_activities", {"status": "pending"}),
    ("leader_list_activities", {"overdue": True}),
    ("leader_complete_activity", {"activity_id": "{1.items.0.id}"}),
    expects=[rows(Activity, subject="Llamar a Lucía", status="completed"),
             rows(Activity, subject="Demo Café Azul", status="pending")],
)  # fmt: skip
task(
    "activity-meeting-done", "en", "The demo at Café Azul took place. Complete it.",
    ("leader_list_activities", {"type": "meeting"}),
    ("leader_complete_activity", {"activity_id": "{0.items.0.id}"}),
    expects=[rows(Activity, subject="Demo Café Azul", status="completed"),
             rows(Activity, subject="Llamar a Lucía", status="pending")],
)  # fmt: skip
task(
    "activities-overdue", "es", "¿Qué actividades tengo vencidas?",
    ("leader_list_activities", {"overdue": True}),
    says=["Llamar a Lucía"],
)  # fmt: skip
task(
    "activities-pending", "en", "Name the activities that are still pending.",
    ("leader_list_activities", {"status": "pending"}),
    says=["Llamar a Lucía", "Demo Café Azul"],
)  # fmt: skip
task(
    "activity-for-each", "es", "Crea una llamada de seguimiento para cada contacto que se llame Pedro Gómez.",
    contact("pedro gomez"),
    ("leader_create_activity", {"subject": "Seguimiento", "type": "call", "activitable_type": "contact",
     "activitable_id": "{0.items.0.id}"}),
    ("leader_create_activity", {"subject": "Seguimiento", "type": "call", "activitable_type": "contact",
     "activitable_id": "{0.items.1.id}"}),
    expects=[rows(Activity, type="call", contact__job_title="Arquitecto"),
             rows(Activity, type="call", contact__job_title="Abogado")],
)  # fmt: skip
task(
    "activity-email", "en", "Plan an e-mail to Ana Solís, subject 'Send brochure', with low priority.",
    contact("ana solis"),
    ("leader_create_activity", {"subject": "Send brochure", "type": "email", "priority": "low",
     "activitable_type": "contact", "activitable_id": "{0.items.0.id}"}),
    expects=[rows(Activity, subject="Send brochure", type="email", priority="low", contact__first_name="Ana")],
)  # fmt: skip
task(
    "activity-for-colleague", "es",
    "Asigna a la persona de mi equipo con rol «sales» la tarea «Preparar contrato».",
    ("leader_whoami", {}),
    ("leader_create_activity", {"subject": "Preparar contrato", "type": "task", "user_id": "{0.team.2.id}"}),
    expects=[rows(Activity, subject="Preparar contrato", user__role="sales")],
)  # fmt: skip
task(
    "activity-with-company", "en", "Plan a meeting 'Kick-off' with the company Norte Industrial.",
    ("leader_search", {"query": "norte industrial", "type": "company"}),
    ("leader_create_activity", {"subject": "Kick-off", "type": "meeting", "activitable_type": "company",
     "activitable_id": "{0.items.0.id}"}),
    expects=[rows(Activity, subject="Kick-off", type="meeting", company__name="Norte Industrial")],
)  # fmt: skip
