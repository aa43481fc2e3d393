"""The brand's host as a GS1 resolver: Digital Links lead to the landing page, to facts, or to what was asked for.

GS1-conformant resolver 1.1, URI syntax 1.6, linksets by RFC 9264. Nothing here but the landing page asks the
database: products, their links and the verdict on a serial come from memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, current_app, g, jsonify, request

from app import catalog, codes, identity
from app.kit import linksets
from app.kit.http import brand_id, language
from app.scans.errors import BadDigitalLink, NoSuchLink
from app.scans.queries import known
from app.scans.routes import held
from app.scans.routes.consumer import resolve_verdict
from app.scans.routes.pages import landing_page, product_page

resolver = Blueprint("resolver", __name__)
resolver.audience = "public"  # type: ignore[attr-defined]  # read by the factory's guards
METHODS = ["GET", "HEAD", "OPTIONS"]
KEYS = ", ".join(repr(key) for key in sorted(codes.gs1.KEYS))
GTIN, SERIAL = "01", "21"


@dataclass(frozen=True, slots=True)
class Asked:
    """A Digital Link of one of the brand's products, and the code in it, where there is one."""

    link: codes.gs1.DigitalLink
    item: catalog.Item
    serial: str | None
    read: codes.CodeRead | None

    @property
    def anchor(self) -> str:
        return self.link.canonical()

    @property
    def gone(self) -> bool:
        return self.read is not None and self.read.state == codes.CodeState.VOID


@resolver.after_request
def _open_to_all_sites(response: Response) -> Response:
    """Scanner apps ask from pages of their own; no cookie comes along."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = ", ".join(METHODS)
    response.headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language"
    response.headers["Access-Control-Expose-Headers"] = "Link, Location"
    return response


@resolver.route("/.well-known/gs1resolver", methods=METHODS, provide_automatic_options=False)
def describe() -> Response:
    """GS1 解析服务说明"""
    return jsonify(
        {
            "name": f"{g.brand.name_en} resolver",
            "resolverRoot": _root(),
            "supportedPrimaryKeys": [GTIN],
            "supportedLinkType": [{"namespace": linksets.VOCABULARY, "prefix": linksets.PREFIX}],
            "linkTypeDefaultCanBeLinkset": False,
        }
    )


@resolver.route(f"/<any({KEYS}):_key>/<path:_rest>", methods=METHODS, provide_automatic_options=False)
def resolve(_key: str, _rest: str) -> Response:
    """GS1 数字链接: 落地页、产品信息或所要的链接"""
    if request.method == "OPTIONS":
        return Response(status=HTTPStatus.NO_CONTENT, headers={"Allow": ", ".join(METHODS)})
    asked = _asked()
    link_type = linksets.link_type_of(request.args.get("linkType", linksets.DEFAULT))
    if link_type in linksets.WHOLE or linksets.LINKSET in request.accept_mimetypes.values():
        return _linkset(asked)
    return _page(asked) if link_type == linksets.DEFAULT else _lead(asked, link_type)


def _asked() -> Asked:
    """What the address means to this brand; raises `BadDigitalLink`, `NoSuchLink` and, for guesses, too many."""
    address = _address()
    link = codes.gs1.parse_link(address)
    if isinstance(link, codes.gs1.BadLink):
        raise BadDigitalLink(reason=link.reason, identifier=link.identifier)
    gtin = link.get(GTIN) if link.key == GTIN else None
    item = catalog.item_of_gtin(brand_id(), gtin) if gtin else None
    if item is None:
        raise NoSuchLink(key=link.key)
    serial = link.get(SERIAL)
    found = known(brand_id(), address) if serial else None
    return Asked(link, item, serial, found.read if found else None)


def _address() -> str:
    """The address as it was sent: the path that Flask routes by has lost its percent signs."""
    raw: str = request.environ.get("RAW_URI", request.full_path)
    path = raw if raw.startswith("/") else "/" + raw.partition("://")[2].partition("/")[2]
    return _root() + path


def _root() -> str:
    return f"{current_app.config['MALU_PUBLIC_SCHEME']}://{request.host}"


def _page(asked: Asked) -> Response:
    """The default link, shown at once: the verdict on a code, or the product's facts above it."""
    if asked.serial is None:
        response = product_page(asked.item)
    else:
        actor = identity.maybe_actor()
        verdict = resolve_verdict(_address(), actor)
        shown = verdict if asked.read else verdict | {"code": asked.serial[:32]}
        response = landing_page(shown, signed_in=actor is not None)
        response.status_code = _status(asked)
    response.headers["Link"] = linksets.link_header(asked.anchor, _targets(asked))
    return response


def _status(asked: Asked) -> HTTPStatus:
    if asked.gone:
        return HTTPStatus.GONE
    return HTTPStatus.OK if asked.read else HTTPStatus.NOT_FOUND


def _require_live(asked: Asked) -> None:
    """Raises `NoSuchLink` for a serial that the brand never made, `codes.VoidCode` for a withdrawn one."""
    if asked.serial and asked.read is None:
        held.require_patience()
        raise NoSuchLink(key=SERIAL)
    if asked.gone:
        raise codes.VoidCode


def _linkset(asked: Asked) -> Response:
    _require_live(asked)
    targets = _targets(asked)
    response = jsonify(linksets.linkset(asked.anchor, f"{asked.item.facts.name} {asked.item.facts.spec}", targets))
    response.mimetype = linksets.LINKSET
    response.headers["Link"] = linksets.link_header(asked.anchor, targets)
    response.vary.add("Accept")
    return response


def _lead(asked: Asked, link_type: str) -> Response:
    """On to the link of a type, the question's parameters passed through."""
    _require_live(asked)
    targets = _targets(asked)
    accepted = request.accept_mimetypes.values()
    chosen = linksets.choose(targets, link_type, language=language(), accepted=accepted)
    if chosen is None:
        raise NoSuchLink(link_type=link_type)
    location = linksets.with_query(chosen.href, request.query_string.decode("ascii", "ignore"))
    response = Response(status=HTTPStatus.TEMPORARY_REDIRECT, headers={"Location": location})
    response.headers["Link"] = linksets.link_header(asked.anchor, targets)
    response.vary.update(("Accept", "Accept-Language"))
    return response


def _targets(asked: Asked) -> Sequence[linksets.Target]:
    """Our own pages first, then what the brand has added for the SKU."""
    facts = linksets.Target(linksets.PRODUCT, f"{_root()}/p/{asked.link.get(GTIN)}", "产品信息", "Product facts")
    own = [facts]
    if asked.read:
        own.append(
            linksets.Target(linksets.TRACEABILITY, f"{_root()}/t/{asked.read.text}", "商品追溯", "Traceability")
        )
    first = linksets.Target(linksets.DEFAULT, facts.href, facts.title, facts.title_en)
    if asked.read:
        first = linksets.Target(linksets.DEFAULT, f"{_root()}/S/{asked.read.text}", "防伪查询", "Is it genuine?")
    added = [
        linksets.Target(one.link_type, one.href, one.title, one.title_en, (one.language,), one.media_type)
        for one in asked.item.links
    ]
    return (first, *own, *added)
