"""Values on the admin pages are called what people call them."""

from django.db.models import Field
from django.urls import reverse
from django.utils.functional import Promise

from crm.models import Contact
from events.models import Event
from leadercrm.core.admin_kit.site import load_admins, tenant_site
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.operators.site import operator_site

# Languages are called in themselves what they are, and the ways of a code challenge have no other names.
OWN_NAMES = {"es-mx", "en", "plain", "S256"}


def made_up(field: "Field[object, object]") -> list[str]:
    """Values whose label is not ours: Django makes one of the value, in English."""
    return [
        f"{field}: {value}"
        for value, label in field.flatchoices or ()
        if not isinstance(label, Promise) and value not in OWN_NAMES
    ]


def test_every_choice_has_a_name_of_ours() -> None:
    load_admins()
    models = {*tenant_site._registry, *operator_site._registry}
    assert Contact in models
    assert [text for model in models for field in model._meta.concrete_fields for text in made_up(field)] == []


def test_open_sets_are_called_as_on_the_pages(alfa: TestTenant) -> None:
    """A stage of the relationship, and the kind of an event: what a tenant names itself stays as it is."""
    assert reverse("web:home") == "/"  # the pages enter their words when their addresses are asked for
    load_admins()
    contacts, events = (tenant_site._registry[model] for model in (Contact, Event))
    for stage, name in (("prospect", "Prospecto"), ("nuestra", "nuestra")):
        assert contacts.stage(Contact(lifecycle_stage=stage)) == name
    assert events.kind(Event(type="workshop")) == "Taller"
