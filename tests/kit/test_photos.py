"""Photos are made anew."""

import io

import pytest
from PIL import Image

from app.kit import files, photos


def a_photo(size=(64, 48), kind="JPEG", color=(200, 30, 30), mode="RGB", **more) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, color).convert(mode).save(out, kind, **more)
    return out.getvalue()


def keep(tmp_path, brand, body: bytes) -> Image.Image:
    source = tmp_path / "sent"
    source.write_bytes(body)
    photos.keep_photo(brand.id, "tests/kept.jpg", source)
    return Image.open(io.BytesIO(files.path_of(brand.id, "tests/kept.jpg").read_bytes()))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_photo_of_any_usual_kind_becomes_a_jpeg(tmp_path, brand, kind, mode):
    kept = keep(tmp_path, brand, a_photo(kind=kind, mode=mode))
    assert (kept.format, kept.mode) == ("JPEG", "RGB")


def test_nothing_a_camera_wrote_beside_the_picture_is_kept(tmp_path, brand):
    exif = Image.Exif()
    exif[0x010F] = "Camera Maker"
    exif.get_ifd(0x8825)[2] = (31.0, 14.0, 0.0)
    body = a_photo(exif=exif.tobytes(), comment=b"secret")
    assert b"Camera Maker" in body

    kept = keep(tmp_path, brand, body)
    assert not kept.getexif()
    raw = files.path_of(brand.id, "tests/kept.jpg").read_bytes()
    assert b"Camera" not in raw
    assert b"secret" not in raw


def test_a_photo_taken_sideways_stands_upright(tmp_path, brand):
    exif = Image.Exif()
    exif[0x0112] = 6
    assert keep(tmp_path, brand, a_photo((60, 20), exif=exif.tobytes())).size == (20, 60)


def test_a_large_photo_is_made_smaller(tmp_path, brand):
    assert max(keep(tmp_path, brand, a_photo((5000, 300))).size) == photos.LONGEST_SIDE


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path, brand):
    with pytest.raises(photos.NotAPhoto):
        keep(tmp_path, brand, a_photo((12_000, 12_000), kind="PNG", color=(0, 0, 0)))


@pytest.mark.parametrize(
    "body", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a\x01\x00", b"%PDF-1.4", a_photo()[:200]]
)
def test_what_is_no_whole_photo_is_refused_and_leaves_nothing(tmp_path, brand, body):
    with pytest.raises(photos.NotAPhoto):
        keep(tmp_path, brand, body)
    assert not files.path_of(brand.id, "tests/kept.jpg").exists()
