from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("drill", "0003_python")]
    operations = [AddIndexConcurrently("gadget", models.Index(fields=["owner", "weight"], name="gadget_owner"))]
