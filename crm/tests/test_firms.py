"""What makes two companies alike: RFCs, names without their legal form, domains."""

import pytest

from crm.firms import bare_host, bare_name, bare_rfc, firm_keys


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("Soluciones Tecnológicas, S.A. de C.V.", "soluciones tecnologicas"),
        ("SOLUCIONES TECNOLOGICAS SA DE CV", "soluciones tecnologicas"),
        ("Soluciones  Tecnológicas S. A. de C. V.", "soluciones tecnologicas"),
        ("Muebles del Bajío S. de R.L. de C.V.", "muebles del bajio"),
        ("Muebles del Bajío, S de RL MI", "muebles del bajio"),
        ("Innova S.A.P.I. de C.V.", "innova"),
        ("Despacho Pérez y Asociados, S.C.", "despacho perez y asociados"),
        ("Fundación Ríos, A.C.", "fundacion rios"),
        ("O'Brien & Sons, Inc.", "obrien & sons"),
        ("Casa", "casa"),  # nothing of a word is a legal form
        ("Grupo Alsa", "grupo alsa"),
        ("S.A. de C.V.", "sa de cv"),
        ("  ", ""),
    ],
)
def test_names(written: str, bare: str) -> None:
    assert bare_name(written) == bare


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("DNO900515XYZ", "DNO900515XYZ"), (" dno-900515-xyz ", "DNO900515XYZ"), ("ÑÑ&9005151A1", "ÑÑ&9005151A1"),
        ("XAXX010101000", ""), ("xexx 010101 000", ""), ("pendiente", ""), ("N/A", ""), ("", ""),
    ],
)  # fmt: skip
def test_rfcs(written: str, bare: str) -> None:
    assert bare_rfc(written) == bare


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("ejemplo.mx", "ejemplo.mx"), ("https://www.Ejemplo.mx/contacto?x=1", "ejemplo.mx"),
        ("//ejemplo.mx:8080", "ejemplo.mx"),
        ("www2.ejemplo.com.mx.", "ejemplo.com.mx"), ("ventas.ejemplo.mx", "ventas.ejemplo.mx"), ("localhost", ""),
        ("no tiene", ""), ("gmail.com", ""), ("https://facebook.com/ejemplo", ""), ("", ""),
    ],
)  # fmt: skip
def test_hosts(written: str, bare: str) -> None:
    assert bare_host(written) == bare


def test_keys() -> None:
    keys = firm_keys("Ejemplo SA de CV", "EJE010101AA1", "www.ejemplo.mx", "Hola@Ejemplo.mx")
    assert keys == ["t:EJE010101AA1", "d:ejemplo.mx", "n:ejemplo"]
    assert firm_keys("Ejemplo", "", "", "ana@gmail.com") == ["n:ejemplo"]
    assert firm_keys("Ejemplo", "", "", "sin arroba") == ["n:ejemplo"]
