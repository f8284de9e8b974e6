from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0003_looks"),
    ]

    operations = [
        migrations.CreateModel(
            name="Bookmark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reader", models.CharField(max_length=40)),
                ("organisation_id", models.BigIntegerField()),
                ("seq", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": (
                    models.UniqueConstraint(
                        fields=("reader", "organisation_id"), name="bookmark_once_a_reader"
                    ),
                ),
            },
        ),
    ]
