"""Deals, and how sales stand."""

from datetime import date
from decimal import Decimal

from crm.models import Deal
from leadercrm.mcp.evaluation.task import Step, contact, deal, rows, task

PIPELINE: Step = ("leader_get_pipeline", {})

task(
    "deal-new", "es",
    "Crea el negocio «Mantenimiento Norte» por 60,000 pesos para Lucía Fernández, en la etapa Prospecto.",
    contact("lucia"), PIPELINE,
    ("leader_create_deal", {"name": "Mantenimiento Norte", "amount": 60000, "contact_ids": ["{0.items.0.id}"],
     "pipeline_id": "{1.pipelines.0.id}", "stage_id": "Prospecto"}),
    expects=[rows(Deal, name="Mantenimiento Norte", amount=Decimal(60000), stage__name="Prospecto",
                  contacts__first_name="Lucía")],
)  # fmt: skip
task(
    "deal-new-dollars", "en",
    "Create a deal named Training, 15,000 US dollars, for John Smith, in the stage Contactado.",
    contact("john smith"), PIPELINE,
    ("leader_create_deal", {"name": "Training", "amount": 15000, "currency": "USD", "contact_ids": ["{0.items.0.id}"],
     "pipeline_id": "{1.pipelines.0.id}", "stage_id": "Contactado"}),
    expects=[rows(Deal, name="Training", amount=Decimal(15000), currency="USD", stage__name="Contactado")],
)  # fmt: skip
task(
    "deal-move", "es", "Pasa el negocio Flotilla Bajío a la etapa Propuesta.",
    deal("flotilla"),
    ("leader_move_deal_stage", {"deal_id": "{0.items.0.id}", "stage_id": "Propuesta"}),
    expects=[rows(Deal, name="Flotilla Bajío", stage__name="Propuesta", probability=50)],
)  # fmt: skip
task(
    "deal-won", "en", "We won the deal Soporte Smith. Please record that.",
    deal("soporte"),
    ("leader_move_deal_stage", {"deal_id": "{0.items.0.id}", "stage_id": "Ganado"}),
    expects=[rows(Deal, name="Soporte Smith", stage__type="won", closed_at__isnull=False)],
)  # fmt: skip
task(
    "deal-lost", "es", "Perdimos Licencias Café: eligieron a otro proveedor. Regístralo con el motivo.",
    deal("licencias"),
    ("leader_move_deal_stage", {"deal_id": "{0.items.0.id}", "stage_id": "Perdido", "reason": "Otro proveedor"}),
    expects=[rows(Deal, name="Licencias Café", stage__type="lost", lost_reason__icontains="proveedor")],
)  # fmt: skip
task(
    "deal-amount", "en", "Change the amount of the deal Implementación Norte to 500,000.",
    deal("implementacion"),
    ("leader_update_deal", {"deal_id": "{0.items.0.id}", "amount": 500000}),
    expects=[rows(Deal, name="Implementación Norte", amount=Decimal(500000), stage__name="Prospecto")],
)  # fmt: skip
task(
    "deal-close-date", "es", "Flotilla Bajío se espera cerrar el 30 de junio de 2031. Anótalo en el negocio.",
    deal("flotilla"),
    ("leader_update_deal", {"deal_id": "{0.items.0.id}", "expected_close_date": "2031-06-30"}),
    expects=[rows(Deal, name="Flotilla Bajío", expected_close_date=date(2031, 6, 30))],
)  # fmt: skip
task(
    "deals-open-amount", "en", "What do our open deals add up to in total?",
    ("leader_get_dashboard_stats", {"period": "all"}),
    says=["810,000"],
)  # fmt: skip
task(
    "deals-of-stage", "es", "¿Cuánto suman los negocios que están en Prospecto, y cuáles son?",
    PIPELINE, ("leader_list_deals", {"stage_id": "{0.pipelines.0.stages.0.id}"}),
    says=["700,000", "Implementación Norte", "Flotilla Bajío"],
)  # fmt: skip
task(
    "deal-participants", "en", "Add Ana Solís to the deal Licencias Café. Carlos Rivas still takes part.",
    contact("ana solis"), contact("carlos rivas"),
    deal("licencias"),
    ("leader_update_deal", {"deal_id": "{2.items.0.id}", "contact_ids": ["{1.items.0.id}", "{0.items.0.id}"]}),
    expects=[rows(Deal, name="Licencias Café", contacts__first_name="Ana"),
             rows(Deal, name="Licencias Café", contacts__first_name="Carlos")],
)  # fmt: skip
