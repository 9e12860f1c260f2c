"""Names that exist in Mexico, for contacts and companies that a search finds often, seldom or once."""

import random
from collections.abc import Sequence

from crm.models import Company, Contact

# In about the order of how common they are: García is on one person in twelve or so.
SURNAMES = (
    "Hernández", "García", "Martínez", "López", "González", "Pérez", "Rodríguez", "Sánchez", "Ramírez", "Cruz",
    "Flores", "Gómez", "Morales", "Vázquez", "Jiménez", "Reyes", "Díaz", "Torres", "Gutiérrez", "Ruiz",
    "Mendoza", "Aguilar", "Ortiz", "Moreno", "Castillo", "Romero", "Álvarez", "Méndez", "Chávez", "Rivera",
    "Juárez", "Ramos", "Domínguez", "Herrera", "Medina", "Castro", "Vargas", "Guzmán", "Velázquez", "Rojas",
    "Contreras", "Salazar", "Luna", "Ortega", "Guerrero", "Santiago", "Estrada", "Bautista", "Cortés", "Soto",
    "Ibarra", "Zamarrón", "Peña", "Núñez", "Cervantes", "Quintero", "Villaseñor", "Escobedo", "Ávila", "Beltrán",
)  # fmt: skip
FIRST_NAMES = (
    "José Luis", "María Guadalupe", "Juan Carlos", "Juana", "Miguel Ángel", "Verónica", "Francisco Javier", "Leticia",
    "Jesús", "Alejandra", "Antonio", "Patricia", "Alejandro", "Elizabeth", "Pedro", "Gabriela", "Manuel", "Rosa María",
    "Ricardo", "Adriana", "Roberto", "Ana Laura", "Fernando", "Claudia", "Sergio", "Daniela", "Eduardo", "Mariana",
    "Jorge", "Sofía", "Arturo", "Ximena", "Raúl", "Fernanda", "Óscar", "Yolanda", "Héctor", "Teresa", "Emiliano",
    "Renata",
)  # fmt: skip
RARE_SURNAME = "Xicoténcatl"
ONE_IN_SO_MANY = 8000
CITIES = (
    ("Ciudad de México", "55"), ("Guadalajara", "33"), ("Monterrey", "81"), ("Puebla", "222"), ("Tijuana", "664"),
    ("León", "477"), ("Querétaro", "442"), ("Mérida", "999"), ("Toluca", "722"), ("Saltillo", "844"),
)  # fmt: skip
TRADES = ("Comercializadora", "Constructora", "Consultoría", "Transportes", "Grupo", "Distribuidora", "Servicios")
FIELDS = ("del Norte", "del Bajío", "Azteca", "Mexicana", "Industrial", "del Pacífico", "Metropolitana", "San José")
INDUSTRIES = ("Construcción", "Comercio", "Consultoría", "Transporte", "Manufactura", "Turismo", "Salud")
JOBS = ("Directora", "Gerente de compras", "Contador", "Ingeniero de planta", "Asistente", "CEO", None)
STAGES = ("lead", "lead", "prospect", "opportunity", "customer", "churned")
SOURCES = ("website", "referral", "expo", "facebook", None)


def make_contacts(most: int, owners: Sequence[int], companies: Sequence[int], chance: random.Random) -> list[Contact]:
    """That many contacts, derived columns included, not saved."""
    weights = [1 / (rank + 4) for rank in range(len(SURNAMES))]
    surnames = chance.choices(SURNAMES, weights, k=2 * most)
    contacts = []
    for number in range(most):
        last = RARE_SURNAME if number % ONE_IN_SO_MANY == ONE_IN_SO_MANY // 2 else surnames[2 * number]
        contact = _contact(number, f"{last} {surnames[2 * number + 1]}", chance)
        contact.owner_id, contact.company_id = chance.choice(owners), chance.choice(companies)
        contact.derive()
        contacts.append(contact)
    return contacts


def _contact(number: int, last_name: str, chance: random.Random) -> Contact:
    first_name = chance.choice(FIRST_NAMES)
    city, code = chance.choice(CITIES)
    subscriber = str(10**9 + number * 7919)[-(10 - len(code)) :]
    return Contact(
        first_name=first_name,
        last_name=last_name,
        emails=[{"email": f"persona{number}@empresa{number % 5000}.com.mx", "type": "work"}],
        phones=[{"phone": f"+52 {code} {subscriber}", "type": "mobile"}],
        job_title=chance.choice(JOBS),
        lifecycle_stage=chance.choice(STAGES),
        source=chance.choice(SOURCES),
        city=city,
        country="México",
    )


def make_companies(most: int, owners: Sequence[int], chance: random.Random) -> list[Company]:
    """That many companies, derived columns included, not saved."""
    companies = []
    for number in range(most):
        company = Company(
            name=f"{chance.choice(TRADES)} {chance.choice(SURNAMES)} {chance.choice(FIELDS)}",
            domain=f"empresa{number}.com.mx",
            industry=chance.choice(INDUSTRIES),
            employee_range="11-50",
            annual_revenue=100_000 + number * 250,
            email=f"contacto@empresa{number}.com.mx",
            owner_id=chance.choice(owners),
        )
        company.derive()
        companies.append(company)
    return companies
