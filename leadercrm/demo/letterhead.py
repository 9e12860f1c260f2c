"""What the demo's tenant prints on its papers."""

from typing import Any

from leadercrm.demo.reference_rows import TENANT_NAME

# As the tenant's settings keep it. The CLABE's check digit is right; the account is nobody's.
PAPERS: dict[str, Any] = {
    "branding": {
        "colour": "#1F4E79",
        "legal_name": f"{TENANT_NAME} SC",
        "tax_id": "ZCO150101AB1",
        "tax_regime": "601 General de Ley Personas Morales",
        "address": "Av. Constitución 1234, Centro, 64000 Monterrey, N.L.",
        "email": "cobranza@leadercrm.mx",
        "phone": "+52 81 5555 0100",
    },
    "billing": {"bank_name": "BBVA", "bank_holder": f"{TENANT_NAME} SC", "bank_clabe": "012580001234567897"},
}
