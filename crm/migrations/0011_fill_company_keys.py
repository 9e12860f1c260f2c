"""Let companies be compared that were there before the column was. Running it again does no harm."""

from django.db import migrations

from crm.firms import firm_keys


def fill(apps, schema_editor):
    companies = apps.get_model("crm", "Company").with_deleted
    for company in companies.filter(match_keys=[]).iterator(chunk_size=1000):
        keys = firm_keys(company.name, company.tax_id or "", company.domain or "", company.email or "")
        companies.filter(pk=company.pk).update(match_keys=keys)


class Migration(migrations.Migration):

    dependencies = [("crm", "0010_company_merges")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
