"""What the demo's consultants sell, under which contract, and why it is not always bought."""

from typing import NamedTuple


class Offer(NamedTuple):
    """Something that is sold, and its price from and to, in thousands of pesos."""

    name: str
    least: int
    most: int


OFFERS = (
    Offer("Implementación ERP", 180, 900),
    Offer("Consultoría fiscal anual", 90, 360),
    Offer("Auditoría de estados financieros", 120, 480),
    Offer("Migración a CFDI 4.0", 35, 140),
    Offer("Póliza de soporte", 24, 96),
    Offer("Nómina administrada", 60, 300),
    Offer("Capacitación a contadores", 18, 75),
    Offer("Diagnóstico de procesos", 40, 160),
    Offer("Integración de facturación", 70, 260),
    Offer("Tablero de indicadores", 45, 190),
)
# Those that go on for a year, under a contract.
SERVICES = ("Consultoría fiscal anual", "Póliza de soporte", "Nómina administrada")
LOST_REASONS = (
    "Precio por encima de su presupuesto",
    "Eligió a otro proveedor",
    "Proyecto pospuesto al próximo año",
    "Dejó de responder",
    "Lo resolvió con su propio personal",
    "Cambio de dirección en la empresa",
)
GIVEN_UP = LOST_REASONS[3]
