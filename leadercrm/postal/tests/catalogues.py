"""Catalogues that tests write: small ones, and SEPOMEX's format of any."""

from collections.abc import Iterable
from xml.sax.saxutils import escape

from leadercrm.postal.places import Place

NOTICE = (
    "El Catálogo Nacional de Códigos Postales, es elaborado por Correos de México y se proporciona en forma gratuita "
    "para uso particular, no estando permitida su comercialización, total o parcial."
)
NAMES = (
    "d_codigo|d_asenta|d_tipo_asenta|D_mnpio|d_estado|d_ciudad|d_CP|c_estado|c_oficina|c_CP|c_tipo_asenta|c_mnpio"
    "|id_asenta_cpcons|d_zona|c_cve_ciudad"
)
PLACES = [
    Place("01000", "Ciudad de México", "Álvaro Obregón", "Ciudad de México", ("San Ángel", "Tlacopac")),
    Place("64000", "Nuevo León", "Monterrey", "Monterrey", ("La Finca", "Monterrey Centro")),
    Place("67550", "Nuevo León", "Montemorelos", "", ("Ojo de Agua",)),
]


def lines_of(places: Iterable[Place]) -> list[str]:
    """One line of SEPOMEX's text per colony."""
    return [
        f"{place.code}|{colony}|Colonia|{place.municipality}|{place.state}|{place.city}|{place.code}|09|{place.code}"
        "||09|010|0001|Urbano|01"
        for place in places
        for colony in place.colonies or ("",)
    ]


def text_of(places: Iterable[Place], encoding: str = "cp1252") -> bytes:
    return "\r\n".join([NOTICE, NAMES, *lines_of(places), ""]).encode(encoding)


def xml_of(places: Iterable[Place]) -> bytes:
    """SEPOMEX's XML; as there, a row has no element for what is empty in it."""
    rows = [dict(zip(NAMES.split("|"), line.split("|"), strict=True)) for line in lines_of(places)]
    tables = [
        "<table>" + "".join(f"<{name}>{escape(value)}</{name}>" for name, value in row.items() if value) + "</table>"
        for row in rows
    ]
    head = '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<NewDataSet xmlns="NewDataSet">'
    schema = (
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" id="NewDataSet"><xs:element name="table"/></xs:schema>'
    )
    return f"{head}{schema}{''.join(tables)}</NewDataSet>".encode()
