import time

from django.db import migrations


def add_first_gadget(apps, schema_editor):
    """One row per tenant, so that a step that ran twice would be seen; slow enough to be killed in."""
    if apps.get_model("accounts", "Team").objects.filter(name="Broken").exists():
        raise ValueError("this tenant is broken")
    apps.get_model("drill", "Gadget").objects.create(label=f"number {time.monotonic_ns()}", weight=3)
    time.sleep(0.01)


class Migration(migrations.Migration):
    dependencies = [("drill", "0002_sql"), ("accounts", "0001_initial")]
    operations = [migrations.RunPython(add_first_gadget, migrations.RunPython.noop)]
