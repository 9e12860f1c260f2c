"""What the demo's people and firms are made of. Cities and area codes are real; nobody and no firm is."""

from typing import NamedTuple


class City(NamedTuple):
    """A city, its state, its area code, and how many firms it has beside the others."""

    name: str
    state: str
    area_code: str
    weight: int = 1


CITIES = (
    City("Ciudad de México", "Ciudad de México", "55", 9),
    City("Monterrey", "Nuevo León", "81", 60),
    City("San Pedro Garza García", "Nuevo León", "81", 3),
    City("Guadalajara", "Jalisco", "33", 7),
    City("Zapopan", "Jalisco", "33", 3),
    City("Puebla", "Puebla", "222", 4),
    City("Querétaro", "Querétaro", "442", 4),
    City("León", "Guanajuato", "477", 4),
    City("Irapuato", "Guanajuato", "462"),
    City("Celaya", "Guanajuato", "461"),
    City("Tijuana", "Baja California", "664", 3),
    City("Mexicali", "Baja California", "686"),
    City("Mérida", "Yucatán", "999", 3),
    City("Cancún", "Quintana Roo", "998", 2),
    City("Toluca", "Estado de México", "722", 2),
    City("San Luis Potosí", "San Luis Potosí", "444", 2),
    City("Aguascalientes", "Aguascalientes", "449", 2),
    City("Hermosillo", "Sonora", "662", 2),
    City("Chihuahua", "Chihuahua", "614", 2),
    City("Ciudad Juárez", "Chihuahua", "656", 2),
    City("Saltillo", "Coahuila", "844", 2),
    City("Torreón", "Coahuila", "871", 2),
    City("Culiacán", "Sinaloa", "667", 2),
    City("Mazatlán", "Sinaloa", "669"),
    City("Morelia", "Michoacán", "443"),
    City("Veracruz", "Veracruz", "229", 2),
    City("Xalapa", "Veracruz", "228"),
    City("Oaxaca de Juárez", "Oaxaca", "951"),
    City("Villahermosa", "Tabasco", "993"),
    City("Tuxtla Gutiérrez", "Chiapas", "961"),
    City("Durango", "Durango", "618"),
    City("Tampico", "Tamaulipas", "833"),
    City("Cuernavaca", "Morelos", "777"),
    City("Pachuca", "Hidalgo", "771"),
    City("Tepic", "Nayarit", "311"),
    City("Colima", "Colima", "312"),
    City("La Paz", "Baja California Sur", "612"),
    City("Zacatecas", "Zacatecas", "492"),
    City("Campeche", "Campeche", "981"),
    City("Tlaxcala", "Tlaxcala", "246"),
)

# What a firm does, as the first words of its name, and the industry that it counts itself to.
TRADES = (
    ("Aceros", "Manufactura"), ("Maquinados", "Manufactura"), ("Plásticos", "Manufactura"),
    ("Empaques", "Manufactura"), ("Textiles", "Manufactura"), ("Muebles", "Manufactura"),
    ("Autopartes", "Automotriz"), ("Refacciones", "Automotriz"), ("Llantas", "Automotriz"),
    ("Constructora", "Construcción"), ("Materiales", "Construcción"), ("Inmobiliaria", "Bienes raíces"),
    ("Transportes", "Logística"), ("Logística", "Logística"), ("Almacenes", "Logística"),
    ("Alimentos", "Alimentos y bebidas"), ("Cafetalera", "Alimentos y bebidas"),
    ("Panificadora", "Alimentos y bebidas"), ("Agroindustrias", "Agricultura"), ("Berries", "Agricultura"),
    ("Ferretera", "Comercio"), ("Papelera", "Comercio"), ("Comercializadora", "Comercio"),
    ("Clínica", "Salud"), ("Laboratorios", "Salud"), ("Farmacias", "Salud"),
    ("Software", "Tecnología"), ("Redes y Datos", "Tecnología"), ("Ciberseguridad", "Tecnología"),
    ("Consultores", "Servicios profesionales"), ("Despacho Contable", "Servicios profesionales"),
    ("Publicidad", "Medios"), ("Imprenta", "Medios"), ("Hotelera", "Turismo"), ("Viajes", "Turismo"),
    ("Colegio", "Educación"), ("Energía Solar", "Energía"), ("Gas", "Energía"),
)  # fmt: skip
EPITHETS = (
    "del Bajío", "del Pacífico", "de Occidente", "del Noreste", "del Golfo", "Sierra Madre", "Tres Ríos",
    "La Huasteca", "Los Volcanes", "San Ángel", "El Encino", "Cerro Azul", "Nueva Galicia", "Peña Blanca",
    "Valle Alto", "Ojo de Agua", "La Cañada", "Anáhuac", "Mixteca", "Laguna Verde", "Cuatro Caminos", "El Roble",
    "Santa Lucía", "Río Grande", "Águila Real", "Costa Maya", "Piedra Negra", "Jacaranda", "Quetzal", "Ahuehuete",
)  # fmt: skip
LEGAL_FORMS = ("SA de CV", "SA de CV", "SA de CV", "S de RL de CV", "SAPI de CV", "SC")
EMPLOYEE_RANGES = (("1-10", 2), ("11-50", 9), ("51-200", 40), ("201-500", 160), ("501-1000", 420))

WOMEN = (
    "Ana", "Andrea", "Alejandra", "Beatriz", "Carmen", "Claudia", "Daniela", "Elena", "Fernanda", "Gabriela",
    "Guadalupe", "Inés", "Isabel", "Karla", "Laura", "Leticia", "Lorena", "Lucía", "María José", "Mariana", "Mónica",
    "Norma", "Paola", "Patricia", "Rosa María", "Sofía", "Silvia", "Valeria", "Verónica", "Ximena",
)  # fmt: skip
MEN = (
    "Adrián", "Alejandro", "Andrés", "Ángel", "Arturo", "Carlos", "César", "Daniel", "Eduardo", "Emilio", "Enrique",
    "Felipe", "Fernando", "Francisco", "Gerardo", "Héctor", "Hugo", "Iván", "Javier", "Jesús", "José Luis",
    "Juan Pablo", "Luis", "Manuel", "Miguel", "Óscar", "Raúl", "Ricardo", "Rubén", "Sergio",
)  # fmt: skip
SURNAMES = (
    "Hernández", "García", "Martínez", "López", "González", "Pérez", "Rodríguez", "Sánchez", "Ramírez", "Cruz",
    "Flores", "Gómez", "Morales", "Vázquez", "Reyes", "Jiménez", "Torres", "Díaz", "Gutiérrez", "Ruiz", "Mendoza",
    "Aguilar", "Ortiz", "Moreno", "Castillo", "Romero", "Álvarez", "Méndez", "Chávez", "Rivera", "Juárez", "Ramos",
    "Domínguez", "Herrera", "Medina", "Castro", "Vargas", "Guzmán", "Velázquez", "Muñoz", "Rojas", "Contreras",
    "Salazar", "Luna", "Ortega", "Guerrero", "Estrada", "Bautista", "Cortés", "Soto", "Núñez", "Ibáñez", "Treviño",
    "Cantú", "Elizondo", "Zambrano", "Peña", "Ochoa", "Villarreal", "Güemes",
)  # fmt: skip
# As a woman and as a man holds it.
JOB_TITLES = (
    ("Directora General", "Director General"), ("Directora Comercial", "Director Comercial"),
    ("Directora de Finanzas", "Director de Finanzas"), ("Gerente de Compras", "Gerente de Compras"),
    ("Gerente de Ventas", "Gerente de Ventas"), ("Gerente de Operaciones", "Gerente de Operaciones"),
    ("Jefa de Sistemas", "Jefe de Sistemas"), ("Contadora", "Contador"), ("Administradora", "Administrador"),
    ("Coordinadora de Logística", "Coordinador de Logística"), ("Compradora", "Comprador"),
    ("Asistente de Dirección", "Asistente de Dirección"), ("Ingeniera de Planta", "Ingeniero de Planta"),
    ("Socia", "Socio"), ("Responsable de Mercadotecnia", "Responsable de Mercadotecnia"),
)  # fmt: skip
STAGES = ("lead", "prospect", "opportunity", "customer", "churned", "other")
STAGE_WEIGHTS = (36, 22, 14, 20, 5, 3)
SOURCES = ("website", "referral", "Evento", "Llamada", "linkedin", "Campaña", "Feria")

REMARKS = (
    "Pidió una cotización para el próximo trimestre.",
    "Llamar de nuevo después de la quincena.",
    "Le interesa el plan anual; falta la autorización de su director.",
    "Reunión en sus oficinas: quedamos en enviar la propuesta.",
    "Prefiere que le escribamos por correo, por las mañanas.",
    "Ya trabaja con otro proveedor; su contrato termina en diciembre.",
    "Nos recomendó con una empresa vecina del parque industrial.",
    "Solicita factura con uso de CFDI G03.",
    "No contestó; dejar mensaje con recepción.",
    "Visita a planta confirmada, llevar equipo de seguridad.",
    "Comparará nuestra propuesta con otras dos.",
    "Agradeció el seguimiento y pidió referencias de clientes.",
)
