"""The page for digits under scratch film: where there are any, in the words of the pack, giving nothing away."""

import gzip
import json
import re

import pytest

from app import codes
from app.codes.rules.specs import Level
from tests.builders.codes import a_batch, texts_of, void
from tests.builders.packs import digits_of, minted_batches, wrong

LEVELS = (
    Level("unit", "瓶盖", pair=True, security_code=True),
    Level("case", "箱", ratio=24, security_code=True),
    Level("drum", "桶", ratio=2, security_code=True),
)
HEAVIEST = 15 * 1024


@pytest.fixture
def printed(committed):
    """Active units, cases and drums, all with film."""
    with committed() as session:
        batches = minted_batches(session, *LEVELS, count=48, canaries=1)
        for batch in batches:
            codes.activate(session, batch_id=batch.id, by=1, at=batch.created_at)
        return batches


@pytest.fixture
def texts(committed, printed):
    """The first code of each level."""
    with committed() as session:
        return [texts_of(session, batch, count=1)[0] for batch in printed]


def page(client, code, language="zh"):
    answer = client.get(f"/s/{code}/film", headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def test_the_landing_page_leads_there_where_there_is_a_film_and_only_there(client, committed, texts):
    with committed() as session:
        plain = texts_of(session, a_batch(session, count=1))[0]
    for code in texts:
        assert f'href="/s/{code}/film"' in client.get(f"/s/{code}").get_data(as_text=True)
        assert client.get(f"/api/consumer/codes/{code}").get_json()["security_code"] is True
    for code in (plain, "A" * 16):
        assert "/film" not in client.get(f"/s/{code}").get_data(as_text=True)
        assert client.get(f"/api/consumer/codes/{code}").get_json()["security_code"] is False
        answer = client.get(f"/s/{code}/film")
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/S/{code}")


@pytest.mark.parametrize(
    ("level", "zh", "en"),
    [(0, "商品是正品", "item is genuine"), (1, "正品箱", "case is genuine"), (2, "正品包装", "pack is genuine")],
)
def test_the_words_are_those_of_the_pack_in_both_languages(client, texts, level, zh, en):
    for language, words in (("zh", zh), ("en", en)):
        html = page(client, texts[level], language)
        boot = json.loads(html.split('id="boot">')[1].split("</script>")[0])
        assert words in boot["texts"]["right_first"]
        assert all(boot["texts"].values())
        assert 'id="doubt"' not in html


def test_a_field_a_button_and_a_spoken_answer_are_there_for_everybody(client, texts):
    html = page(client, texts[0])
    for part in (
        '<label for="digits">6 位防伪码</label>',
        'inputmode="numeric"',
        'aria-describedby="film-hint film-note"',
        '<button class="primary" id="check">核对</button>',
        'role="status" aria-live="polite"',
    ):
        assert part in html
    assert len(gzip.compress(html.encode(), 6)) <= HEAVIEST


def test_a_code_of_doubt_says_so_before_anybody_scratches(client, committed, printed, texts):
    with committed() as session:
        void(session, lo=printed[0].lo, hi=printed[0].lo + 1)
    html = page(client, texts[0])
    assert "此码已作废" in html.split('id="doubt">')[1]
    assert '"clean": false' in html


def test_the_page_gives_no_digits_away_and_counts_nothing(client, committed, printed, texts):
    digits = digits_of(printed[0], printed[0].lo)
    for _ in range(3):
        assert digits not in page(client, texts[0])
    assert client.get(f"/api/consumer/codes/{texts[0]}").get_json()["times"] == 0
    path = f"/api/consumer/codes/{texts[0]}/security"
    told = [client.post(path, json={"digits": tried}).get_json() for tried in (wrong(digits), digits)]
    answers = [(one["outcome"], one["tries_left"], one["times"]) for one in told]
    assert answers == [("wrong", 4, 0), ("right", 5, 1)]


def test_the_page_of_a_canary_looks_like_any_other(client, committed, brand):
    with committed() as session:
        [sleeping] = minted_batches(session, LEVELS[0], count=24, canaries=1)
    texts = [codes.text_of(brand.id, code_no) for code_no in (sleeping.lo, sleeping.hi)]
    asleep, canary = (
        re.sub(rf"{code}|<span>\w{{4}}</span>|nonce=\"[^\"]+\"", "", page(client, code)) for code in texts
    )
    assert "此码尚未激活" in asleep
    assert asleep == canary


@pytest.mark.usefixtures("one_minute")
def test_whoever_guesses_codes_there_is_slowed_down(app, client, monkeypatch):
    monkeypatch.setitem(app.config, "MALU_GUESSES_PER_MINUTE", 2)
    answers = [client.get(f"/s/{'B' * 15}{letter}/film").status_code for letter in "ABCDEF"]
    assert answers == [302] * 2 + [429] * 4
