"""Links by type: which word is meant, which link is chosen, how they are written."""

import pytest

from app.kit.linksets import Target, choose, link_header, link_type_of, linkset, with_query

ZH = Target("gs1:recipeInfo", "https://r.example/zh", "食谱", "Recipes", ("zh",))
EN = Target("gs1:recipeInfo", "https://r.example/en", "食谱", "Recipes", ("en",))
PDF = Target("gs1:recipeInfo", "https://r.example/pdf", "食谱", "Recipes", ("zh",), "application/pdf")
BOTH = Target("gs1:pip", "https://r.example/p", "产品", "Product")


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("gs1:pip", "gs1:pip"),
        ("https://ref.gs1.org/voc/pip", "gs1:pip"),
        ("https://gs1.org/voc/pip", "gs1:pip"),
        ("linkset", "linkset"),
        ("https://elsewhere.example/voc/pip", "https://elsewhere.example/voc/pip"),
    ],
)
def test_a_type_is_known_by_its_short_name_and_its_addresses(asked, meant):
    assert link_type_of(asked) == meant


def test_language_counts_before_media_type_and_the_first_of_equals_wins():
    links = [ZH, EN, PDF, BOTH]
    assert choose(links, "gs1:recipeInfo", language="en", accepted=["application/pdf"]) is EN
    assert choose(links, "gs1:recipeInfo", language="zh", accepted=["application/pdf"]) is PDF
    assert choose(links, "gs1:recipeInfo", language="zh", accepted=[]) is ZH
    assert choose(links, "gs1:recipeInfo", language="fr", accepted=[]) is ZH
    assert choose(links, "gs1:hasRetailers", language="zh", accepted=[]) is None


def test_a_linkset_groups_links_by_their_full_names():
    [context] = linkset("https://q.example/01/1", "水", [ZH, BOTH, EN])["linkset"]
    assert context["anchor"] == "https://q.example/01/1"
    assert [link["href"] for link in context["https://ref.gs1.org/voc/recipeInfo"]] == [ZH.href, EN.href]
    assert context["https://ref.gs1.org/voc/pip"][0]["title*"] == [
        {"value": "产品", "language": "zh"},
        {"value": "Product", "language": "en"},
    ]


def test_a_header_is_plain_ascii_and_names_the_linkset_first():
    header = link_header("https://q.example/01/1", [BOTH])
    assert header == (
        '<https://q.example/01/1?linkType=linkset>; rel="linkset"; type="application/linkset+json", '
        '<https://r.example/p>; rel="https://ref.gs1.org/voc/pip"; type="text/html"; hreflang="zh"; hreflang="en"'
    )


@pytest.mark.parametrize(
    ("href", "query", "whole"),
    [
        ("https://r.example/a", "", "https://r.example/a"),
        ("https://r.example/a", "b=1", "https://r.example/a?b=1"),
        ("https://r.example/a?c=2", "b=1", "https://r.example/a?c=2&b=1"),
        ("https://r.example/a?c=2#top", "b=1", "https://r.example/a?c=2&b=1#top"),
    ],
)
def test_a_question_is_passed_on_behind_what_an_address_asks_itself(href, query, whole):
    assert with_query(href, query) == whole
