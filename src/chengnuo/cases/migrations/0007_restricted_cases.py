from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_open_cases")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("restricted", True)),
                fields=["organisation", "-lodged_at"],
                name="case_restricted",
            ),
        ),
    ]
