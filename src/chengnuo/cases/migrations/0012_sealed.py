"""Names and telephones of callers in columns that are sealed, their keys in hashed ones."""

from django.db import migrations

import chengnuo.vault.fields


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0011_telephones_of_all"),
    ]

    operations = [
        migrations.AlterField(
            model_name="case",
            name="contact_name",
            field=chengnuo.vault.fields.SealedText(default="", longest=100),
        ),
        migrations.AlterField(
            model_name="case",
            name="contact_phone",
            field=chengnuo.vault.fields.SealedText(default="", longest=60),
        ),
        migrations.AlterField(
            model_name="casetelephone",
            name="key",
            field=chengnuo.vault.fields.BlindKey(max_length=100),
        ),
        migrations.AlterField(
            model_name="contact",
            name="phone",
            field=chengnuo.vault.fields.SealedText(default="", longest=60),
        ),
        migrations.AlterField(
            model_name="contact",
            name="phone_key",
            field=chengnuo.vault.fields.BlindKey(default="", max_length=100),
        ),
    ]
