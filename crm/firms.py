"""What makes two companies likely the same one: their RFC, their domain, or their name without its legal form. Pure."""

import re

from leadercrm.core.text import fold

NOT_IN_AN_RFC = re.compile(r"[^A-ZÑ&0-9]")
# SAT's for the general public and for foreigners: everybody's, so nobody's.
NOBODYS_RFCS = frozenset({"XAXX010101000", "XEXX010101000"})
LEAST_OF_AN_RFC = 9
NOT_IN_A_NAME = re.compile(r"[^\w& ]|_")
# `S.A. de C.V.`, `S. de R.L. de C.V.`, `S.A.P.I. de C.V.`, `A.C.`, and those of the neighbours, at the end of a name.
LEGAL_FORM = re.compile(
    r" (?:s ?a ?p ?i|s ?a ?b|s ?a ?s|s ?a|s ?de ?r ?l(?: ?de ?m ?i| ?mi)?|s ?c(?: ?de ?r ?l)?|s ?n ?c|s ?en ?c|a ?c"
    r"|i ?a ?p|inc|llc|ltd|ltda|corp|gmbh|s ?l)(?: ?de ?c ?v)?$"
)
# What stands before the name of a host, and what comes after it.
BEFORE_HOST = re.compile(r"^(?:[a-z]+:)?(?://)?(?:[^/@]*@)?(?:www\d?\.)?")
AFTER_HOST = re.compile(r"[/:?#\s].*$", re.DOTALL)
# Where everybody has an address: it says nothing about the firm.
EVERYBODYS = frozenset(
    """
    gmail.com googlemail.com hotmail.com hotmail.com.mx hotmail.es outlook.com outlook.com.mx outlook.es live.com
    live.com.mx msn.com yahoo.com yahoo.com.mx yahoo.es ymail.com icloud.com me.com mac.com aol.com prodigy.net.mx
    infinitum.com.mx terra.com.mx proton.me protonmail.com gmx.com gmx.net zoho.com mail.com yandex.com
    facebook.com m.facebook.com instagram.com linkedin.com x.com twitter.com tiktok.com youtube.com linktr.ee wa.me
    sites.google.com business.site
    """.split()  # noqa: SIM905 - read as a table
)


def firm_keys(name: str, tax_id: str, domain: str, email: str) -> list[str]:
    """`t:RFC`, `d:domain` of the web and of the e-mail address, and `n:name`, each once."""
    rfc, plain = bare_rfc(tax_id), bare_name(name)
    hosts = (bare_host(domain), bare_host(email.rpartition("@")[2]) if "@" in email else "")
    keys = [f"t:{rfc}" if rfc else "", *(f"d:{host}" for host in hosts if host), f"n:{plain}" if plain else ""]
    return list(dict.fromkeys(filter(None, keys)))


def bare_rfc(text: str) -> str:
    """An RFC, or whatever number a firm is known by, as capital letters and digits; "" for what is nobody's or none."""
    rfc = NOT_IN_AN_RFC.sub("", text.upper())
    is_one = len(rfc) >= LEAST_OF_AN_RFC and not rfc.isalpha() and rfc not in NOBODYS_RFCS
    return rfc if is_one else ""


def bare_name(text: str) -> str:
    """`Soluciones Tecnológicas, S.A. de C.V.` is `soluciones tecnologicas`. A name that is nothing else stays."""
    plain = " ".join(NOT_IN_A_NAME.sub(" ", fold(text).replace(".", "").replace("'", "")).split())
    return LEGAL_FORM.sub("", plain) or plain


def bare_host(text: str) -> str:
    """`https://www.Ejemplo.mx/contacto` is `ejemplo.mx`; "" for what is no domain, or everybody's."""
    host = AFTER_HOST.sub("", BEFORE_HOST.sub("", text.strip().lower())).rstrip(".")
    return host if "." in host and host not in EVERYBODYS else ""
