"""The table's first rows. They can be taken out again only together with the table."""

from django.db import migrations

from leadercrm.postal.catalogue import load_shipped


def load(apps, schema_editor):
    load_shipped(apps.get_model("postal", "CatalogueLoad"))


class Migration(migrations.Migration):

    dependencies = [("postal", "0001_initial")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
