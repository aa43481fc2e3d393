"""Regions of the map: the demo's coarse Shanghai."""

import pytest

from app.kit import regions


def test_a_place_is_in_its_county(app):
    found = regions.atlas().at(31_226_300, 121_487_200)
    assert found == regions.Region("310101", "黄浦区", "上海市")


def test_the_sea_is_in_no_county(app):
    assert regions.atlas().at(30_000_000, 125_000_000) is None


def test_neighbours_touch_and_others_do_not(app):
    near = regions.atlas().neighbours("310101")
    assert {"310104", "310109", "310115"} <= near
    assert not near & {"310101", "320102", "310112"}
    assert regions.atlas().neighbours("999999") == frozenset()


def test_without_a_file_nothing_is_known():
    empty = regions.Atlas()
    assert empty.at(31_226_300, 121_487_200) is None
    assert empty.neighbours("310101") == frozenset()


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"features": [{}]}', '{"features": [{"properties": {"code": 1}}]}']
)
def test_another_file_is_refused_by_name(tmp_path, text):
    file = tmp_path / "regions.geojson"
    file.write_text(text)
    with pytest.raises(regions.InvalidRegions, match="no GeoJSON of regions"):
        regions.read_atlas(file)
