"""Let users be found who were there before the column was. Running it again does no harm."""

from django.db import migrations

from leadercrm.core.text import search_text


def fill(apps, schema_editor):
    users = apps.get_model("accounts", "User").objects
    for user in users.filter(search=""):
        users.filter(pk=user.pk).update(search=search_text(user.name, user.email))


class Migration(migrations.Migration):

    dependencies = [("accounts", "0003_invitations_and_search")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
