"""What the admin's pages ask for is collected: a script that is left out answers 404 where they are really served."""

import re
from pathlib import Path

import pytest
from django.test import override_settings

from crm.models import Contact
from leadercrm.core.statics import collect
from leadercrm.core.testing.browser import Browser

ASKED = re.compile(r'(?:src|href)="/static/([^"?#]+)"')


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("static")
    # Not a patch: Django forgets the files' hashed names when the setting changes back.
    with override_settings(STATIC_ROOT=str(folder)):
        collect()
    return folder


@pytest.mark.parametrize("path", ["", "crm/contact/", "crm/contact/add/", "billing/product/add/", "events/event/add/"])
def test_files_of_an_admin_page_are_collected(path: str, admin: Browser, collected: Path) -> None:
    asked = set(ASKED.findall(admin.get(f"/admin/{path}").content.decode()))
    assert len(asked) > 5
    assert [name for name in sorted(asked) if not (collected / name).is_file()] == []


def test_the_list_of_contacts_says_how_many_deals_are_open(admin: Browser) -> None:
    Contact.objects.create(first_name="Ana")
    page = admin.get("/admin/crm/contact/").content.decode()
    assert "Ana" in page
    assert "crm.Deal.None" not in page
