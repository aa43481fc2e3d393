"""The landing page says each state in both languages, with the time and the city of earlier queries."""

import pytest
from flask import render_template

from app import codes
from app.scans.pages.moments import local_moment
from app.scans.pages.texts import landing_texts

VERDICT = {
    "code": "K7ZK3Q9M2XWB4T6H",
    "level": "unit",
    "face": "inner",
    "security_code": False,
    "times": 7,
    "first_at": "2026-11-02T04:00:00Z",
    "first_place": "上海市黄浦区",
    "latest_at": "2026-11-03T05:00:00Z",
    "latest_place": None,
    "title": None,
    "note": None,
    "product": None,
    "batch": None,
    "campaign": None,
    "claim": "none",
    "prize": None,
    "roles": [],
}


def page(app, lang="zh", **verdict):
    with app.test_request_context("/"):
        return render_template(
            "landing.html",
            verdict=VERDICT | verdict,
            brand={"name": "清泉", "color": "#C8281A"},
            lang=lang,
            t=landing_texts(lang),
            moment=local_moment,
            signed_in=False,
            wechat=True,
            nonce="n",
            css="",
            js="",
        )


def said(html):
    """The verdict's title and note."""
    return tuple(html.split(f'id="verdict-{part}">')[1].split("</")[0].strip() for part in ("title", "note"))


@pytest.mark.parametrize(
    ("state", "title", "note"),
    [
        ("again", "正品，第 7 次查询", "曾于 2026-11-02 12:00 在上海市黄浦区被查询，最近一次是 2026-11-03 13:00"),
        (
            "suspect",
            "请当心，第 7 次查询",
            "曾于 2026-11-02 12:00 在上海市黄浦区被查询，最近一次是 2026-11-03 13:00",
        ),
        (
            "exceeded",
            "谨防假冒，已查询 7 次",
            "曾于 2026-11-02 12:00 在上海市黄浦区被查询，最近一次是 2026-11-03 13:00",
        ),
        ("inactive", "此码尚未激活", "这件商品还没有登记出库"),
        ("expired", "正品，已过期，不再兑奖", "请留意这件商品的有效期"),
        ("void", "此码已作废", "请不要购买或使用这件商品"),
        ("frozen", "此码暂停使用", "品牌正在核查这批商品"),
        ("unknown", "查无此码", "请核对码是否完整"),
    ],
)
def test_every_state_is_said_with_what_is_known_of_it(app, state, title, note):
    told, why = said(page(app, state=state))
    assert told == title
    assert note in why


@pytest.mark.parametrize("state", codes.states.WORDED)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_state_leaves_a_place_unfilled_or_a_language_out(app, state, lang):
    html = page(app, lang, state=state)
    visible = html.split('<script type="application/json"')[0]
    assert "{" not in "".join(said(html))
    assert f'class="card verdict {state}"' in visible


def test_a_query_that_nobody_knows_the_place_of_names_only_its_time(app):
    _, note = said(page(app, state="suspect", times=2, first_place=None, latest_at="2026-11-02T04:00:00Z"))
    assert note == "曾于 2026-11-02 12:00 被查询。如果那不是您，谨防假冒"


def test_the_brands_own_words_replace_the_houses_and_are_filled(app):
    told = said(page(app, state="suspect", title="第 {n} 次了", note="上次 {at} {place}"))
    assert told == ("第 7 次了", "上次 2026-11-02 12:00 在上海市黄浦区")


def test_the_brands_words_are_text_and_no_markup(app):
    assert "<script>x" not in page(app, state="void", title="<script>x</script>")


@pytest.mark.parametrize(
    ("state", "open_"), [("first", False), ("again", False), ("suspect", True), ("unknown", True)]
)
def test_the_way_to_report_a_fake_stands_open_where_there_is_doubt(app, state, open_):
    assert ('<details id="complaint" open>' in page(app, state=state)) is open_
