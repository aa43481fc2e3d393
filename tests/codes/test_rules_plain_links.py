"""What a camera hands over, from an honest label to nonsense."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.codes.rules.plain_links import PrintedLink, read_link
from app.codes.rules.text import ALPHABET

CODE = "K123456789ABCDEF"
TEXTS = st.text(ALPHABET, min_size=16, max_size=16)
FORMS = (
    "HTTPS://Q.TEST/S/{}",
    "https://q.test/s/{}",
    "https://q.test/01/06901234567892/21/{}",
    "http://q.test/S/{}?x=1#y",
)


@given(TEXTS, st.sampled_from(FORMS), st.booleans())
def test_every_printed_form_is_read_encoded_once_or_not(text, form, encoded):
    link = form.format(text)
    assert read_link(quote(link, safe="") if encoded else link) == PrintedLink(text, "q.test")


@given(TEXTS)
def test_a_bare_code_is_read_as_typed(text):
    assert read_link(f"{text[:4]}-{text[4:]}".lower()) == PrintedLink(text, None)


def test_a_host_keeps_its_port():
    assert read_link(f"https://Q.test:8001/S/{CODE}") == PrintedLink(CODE, "q.test:8001")


@pytest.mark.parametrize(
    "scanned",
    [
        "",
        "https://q.test/",
        f"https://q.test/{CODE}",
        f"https://q.test/x/S/{CODE}",
        f"https://q.test/S/{CODE}/more",
        f"https://q.test/S/{CODE[:-1]}",
        "https://q.test/S/" + CODE.replace("K", "%4B"),
        f"https://q.test/01/69012/21/{CODE}",
        f"https://q.test/01/06901234567892/10/{CODE}",
        f"https://q.test/01/０6901234567892/21/{CODE}",
        f"ftp://q.test/S/{CODE}",
        f"javascript://q.test/S/{CODE}",
        f"https://[q/S/{CODE}",
        quote(quote(f"https://q.test/S/{CODE}", safe=""), safe=""),
        "https://q.test/S/" + "A" * 2000,
    ],
)
def test_everything_else_is_no_link_of_anybody(scanned):
    assert read_link(scanned) is None


def test_a_name_before_the_host_does_not_pass_for_the_host():
    assert read_link(f"https://q.test@evil.test/S/{CODE}") == PrintedLink(CODE, "q.test@evil.test")


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader(scanned):
    found = read_link(scanned)
    assert found is None or len(found.text) == 16
