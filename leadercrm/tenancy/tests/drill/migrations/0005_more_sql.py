from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("drill", "0004_concurrently")]
    operations = [
        migrations.RenameField("gadget", "weight", "grams"),
        migrations.AlterField("gadget", "grams", models.BigIntegerField(null=True)),
    ]
