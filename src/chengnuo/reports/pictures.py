"""Small pictures of kept files. A picture is opened only as what it is, and never a bomb: how many
pixels it has is known before any is read."""

from __future__ import annotations

import warnings
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from chengnuo.vault import files

SIZES = {"small": 320, "large": 1600}
MOST_PIXELS = 50_000_000
FORMATS = {
    "image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP",
    "image/tiff": "TIFF", "image/bmp": "BMP",
}  # fmt: skip
TYPE = "image/webp"


def picture_of(*, original: Path, digest: str, kind: str, size: str) -> Path | None:
    """A picture of a kept file, made once and kept; None where none can be made."""
    target = files.picture_of(digest, size)
    if target.is_file():
        return target
    if kind not in FORMATS:
        return None
    made = _shrunk(original, FORMATS[kind], SIZES[size])
    if made is None:
        return None
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    made.save(part, "WEBP", quality=80)
    part.replace(target)
    return target


def _shrunk(original: Path, form: str, most: int) -> Image.Image | None:
    try:
        with warnings.catch_warnings():
            # What Pillow only warns of is a refusal here.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(original, formats=[form]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    return None
                picture.draft("RGB", (most, most))
                picture.thumbnail((most, most))
                upright = ImageOps.exif_transpose(picture)
                return upright.convert("RGBA" if "A" in upright.getbands() else "RGB")
    except (
        OSError,
        SyntaxError,
        ValueError,
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        return None  # broken, or too large: it is saved, and not shown
