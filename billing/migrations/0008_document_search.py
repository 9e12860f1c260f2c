import django.contrib.postgres.indexes
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0007_open_invoices'),
        ('crm', '0011_fill_company_keys'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='contract',
            name='search',
            field=models.TextField(db_default='', default='', editable=False),
        ),
        migrations.AddField(
            model_name='invoice',
            name='search',
            field=models.TextField(db_default='', default='', editable=False),
        ),
        migrations.AddField(
            model_name='quote',
            name='search',
            field=models.TextField(db_default='', default='', editable=False),
        ),
        migrations.AddIndex(
            model_name='contract',
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['search'], name='contract_search', opclasses=['gin_trgm_ops']),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['search'], name='invoice_search', opclasses=['gin_trgm_ops']),
        ),
        migrations.AddIndex(
            model_name='quote',
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['search'], name='quote_search', opclasses=['gin_trgm_ops']),
        ),
    ]
