"""Files beside the database: whole or not at all, and never outside their folder."""

import pytest

from app.kit import files


def test_a_file_appears_whole_at_the_end_of_the_block(app, brand):
    with files.writing(brand.id, "tests/one.csv") as file:
        file.write(b"half ")
        assert not files.path_of(brand.id, "tests/one.csv").exists()
        file.write(b"whole")
    assert files.path_of(brand.id, "tests/one.csv").read_bytes() == b"half whole"


def test_an_error_leaves_the_older_file_and_nothing_else(app, brand):
    with files.writing(brand.id, "tests/kept/one.csv") as file:
        file.write(b"older")
    with pytest.raises(TypeError), files.writing(brand.id, "tests/kept/one.csv") as file:
        file.write("no bytes")
    path = files.path_of(brand.id, "tests/kept/one.csv")
    assert path.read_bytes() == b"older"
    assert [entry.name for entry in path.parent.iterdir()] == ["one.csv"]


def test_removing_twice_is_removing(app, brand):
    with files.writing(brand.id, "tests/gone.csv") as file:
        file.write(b"x")
    files.remove(brand.id, "tests/gone.csv")
    files.remove(brand.id, "tests/gone.csv")
    assert not files.path_of(brand.id, "tests/gone.csv").exists()


@pytest.mark.parametrize(
    "name", ["one.csv", "../etc/passwd", "a/../b", "/a/b", "a//b", "a/.hidden", "A/b", "a/b\n"]
)
def test_no_name_leads_out_of_the_folder(app, name):
    with pytest.raises(files.UnsafeName):
        files.path_of(1, name)


def test_brands_have_folders_of_their_own(app, brand, other_brand):
    assert files.path_of(brand.id, "a/b") != files.path_of(other_brand.id, "a/b")


def test_sweeping_takes_what_a_dead_process_left_and_not_what_another_one_writes(app, brand):
    path = files.path_of(brand.id, "tests/swept/one.csv")
    with files.writing(brand.id, "tests/swept/one.csv") as file:
        file.write(b"whole")
        left = path.with_name(".one.csv.0123456789abcdef")
        left.write_bytes(b"ha")
        files.sweep(brand.id, "tests/swept/one.csv")
        assert not left.exists()
    assert path.read_bytes() == b"whole"
