from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("drill", "0001_gadget")]
    operations = [
        migrations.AddField("gadget", "weight", models.IntegerField(default=7)),
        migrations.AlterField("gadget", "label", models.CharField(max_length=50)),
        migrations.AddConstraint("gadget", models.UniqueConstraint(fields=["label"], name="gadget_label_once")),
        migrations.AddIndex("gadget", models.Index(fields=["weight", "-id"], name="gadget_weight")),
        migrations.RunSQL(
            "ALTER TABLE accounts_team ADD COLUMN note text; COMMENT ON COLUMN accounts_team.note IS 'a; b % c'",
            migrations.RunSQL.noop,
        ),
    ]
