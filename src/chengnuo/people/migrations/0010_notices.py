"""How a new message makes itself known: by sound, by a notice on the desktop; off until chosen."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0009_language_of_the_browser")]

    operations = [
        migrations.AddField("staff", "desktop_notice", models.BooleanField(default=False)),
        migrations.AddField("staff", "sound", models.BooleanField(default=False)),
    ]
