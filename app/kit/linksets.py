"""Links by type, as GS1 resolvers answer them: linksets (RFC 9264), Link headers (RFC 8288), the choice of one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

VOCABULARY = "https://ref.gs1.org/voc/"
NAMESPACES = (VOCABULARY, "https://gs1.org/voc/", "http://gs1.org/voc/", "https://www.gs1.org/voc/")
PREFIX = "gs1:"
DEFAULT, PRODUCT, TRACEABILITY = "gs1:defaultLink", "gs1:pip", "gs1:traceability"
WHOLE = frozenset({"linkset", "all"})  # `all` is what older scanners say
LINKSET = "application/linkset+json"
LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Target:
    """Where one type of link leads; ``languages`` are those its page speaks."""

    link_type: str
    href: str
    title: str
    title_en: str
    languages: tuple[str, ...] = LANGUAGES
    media_type: str = "text/html"


def link_type_of(asked: str) -> str:
    """``gs1:pip`` for it and for its full addresses; any other word as it is."""
    for namespace in NAMESPACES:
        if asked.startswith(namespace):
            return PREFIX + asked.removeprefix(namespace)
    return asked


def relation_of(link_type: str) -> str:
    """The full address of a link type, as linksets and Link headers name it."""
    return VOCABULARY + link_type.removeprefix(PREFIX)


def choose(targets: Sequence[Target], link_type: str, *, language: str, accepted: Iterable[str]) -> Target | None:
    """The link of a type that fits best: language first, then media type, then the first; None without one."""
    wanted = tuple(accepted)
    of_type = [target for target in targets if target.link_type == link_type]
    return max(of_type, key=lambda one: (language in one.languages, one.media_type in wanted), default=None)


def linkset(anchor: str, description: str, targets: Sequence[Target]) -> dict[str, Any]:
    """The linkset of one identifier as JSON (RFC 9264, section 4.2)."""
    context: dict[str, Any] = {"anchor": anchor, "itemDescription": description}
    for target in targets:
        context.setdefault(relation_of(target.link_type), []).append(_target(target))
    return {"linkset": [context]}


def _target(target: Target) -> dict[str, Any]:
    titles = {"zh": target.title, "en": target.title_en}
    return {
        "href": target.href,
        "title": target.title,
        "title*": [{"value": titles[language], "language": language} for language in target.languages],
        "type": target.media_type,
        "hreflang": list(target.languages),
    }


def link_header(anchor: str, targets: Sequence[Target]) -> str:
    """The same links as a header (RFC 8288), the linkset itself first."""
    links = [f'<{anchor}?linkType=linkset>; rel="linkset"; type="{LINKSET}"']
    links += [
        f'<{one.href}>; rel="{relation_of(one.link_type)}"; type="{one.media_type}"'
        + "".join(f'; hreflang="{language}"' for language in one.languages)
        for one in targets
    ]
    return ", ".join(links)


def with_query(href: str, query: str) -> str:
    """An address with the parameters of the question added to its own."""
    if not query:
        return href
    address, mark, fragment = href.partition("#")
    return address + ("&" if "?" in address else "?") + query + mark + fragment
