"""Keys of authenticators are sealed; those that lie here in the clear are sealed now."""

from __future__ import annotations

from binascii import hexlify, unhexlify

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from chengnuo.vault.fields import ring
from chengnuo.vault.keys import is_sealed


def seal(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for device in apps.get_model("otp_totp", "TOTPDevice").objects.order_by("pk").iterator():
        if not is_sealed(device.key):
            device.key = ring().seal(unhexlify(device.key), f"second factor {device.user_id}")
            device.save(update_fields=["key"])


def open_again(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for device in apps.get_model("otp_totp", "TOTPDevice").objects.order_by("pk").iterator():
        if is_sealed(device.key):
            clear = ring().open(device.key, f"second factor {device.user_id}")
            device.key = hexlify(clear).decode()
            device.save(update_fields=["key"])


class Migration(migrations.Migration):
    dependencies = (
        ("otp_totp", "0003_add_timestamps"),
        ("people", "0004_badge_in_either_case"),
    )
    operations = (
        migrations.CreateModel(
            name="Authenticator",
            fields=[],
            options={"proxy": True, "indexes": [], "constraints": []},
            bases=("otp_totp.totpdevice",),
        ),
        migrations.RunPython(seal, open_again),
    )
