"""Let documents be found that were there before the column was. Running it again does no harm."""

from django.db import migrations

from leadercrm.core.text import search_text

BATCH = 1000


def fill(apps, schema_editor):
    for name in ("Quote", "Invoice", "Contract"):
        documents = apps.get_model("billing", name)._base_manager
        batch = []
        for document in documents.filter(search="").iterator(chunk_size=BATCH):
            title = getattr(document, "title", None) or ""
            document.search = search_text(
                document.number, title, document.contact_name, document.company_name or ""
            )
            batch.append(document)
            if len(batch) == BATCH:
                documents.bulk_update(batch, ["search"])
                batch = []
        documents.bulk_update(batch, ["search"])


class Migration(migrations.Migration):

    dependencies = [("billing", "0008_document_search")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
