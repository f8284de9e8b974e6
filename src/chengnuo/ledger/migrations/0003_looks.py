from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0002_permanent"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(
                    (
                        "kind__in",
                        ("personal_data.seen", "personal_data.exported", "case.glass_broken"),
                    )
                ),
                fields=["organisation_id", "-seq"],
                name="ledger_looks",
            ),
        ),
    ]
