"""Where printed codes come from. Each source turns what a camera handed over into our own 16 characters.

A source may call the outside world; it does so here, before the code is resolved, with its own time-out and
outside of any transaction. What follows (`/codes/<text>`, `/scans`, `/claims`) knows only our characters.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from app import identity, tenancy
from app.codes import queries
from app.codes.errors import ForeignCode, NotInMiniProgram, NotOurLink
from app.codes.queries import markets
from app.codes.rules.plain_links import read_link
from app.kit.shared_tokens import shared_tokens
from app.kit.transaction import transaction
from app.platforms.wechat import MarketCodes


class CodeSource(Protocol):
    """One way of printing codes."""

    def resolve(self, scanned: str) -> str:
        """The 16 characters of the code; raises what the source refuses by. Writes nothing."""
        ...


def code_answer(source: CodeSource, scanned: str) -> dict[str, Any]:
    """What every route that takes a scan says: the characters to go on with."""
    return {"code": source.resolve(scanned)}


@dataclass(frozen=True, slots=True)
class OwnCodes:
    """Codes that we print as addresses of the brand's hosts; ``scanned`` is a text, a link or a page's ``q``."""

    brand_id: int

    def resolve(self, scanned: str) -> str:
        """Raises `NotOurLink`. Says nothing about whether the code exists."""
        link = read_link(scanned)
        if link is None or not (link.host is None or self._is_own(link.host)):
            raise NotOurLink
        return link.text

    def _is_own(self, host: str) -> bool:
        try:
            return tenancy.brand_for_host(host).id == self.brand_id
        except tenancy.UnknownBrand:
            return False


@dataclass(frozen=True, slots=True)
class MarketSource:
    """Codes that WeChat prints; ``scanned`` is the ticket that it gave to the person called ``openid``."""

    brand_id: int
    market: MarketCodes
    openid: str

    @classmethod
    def of(cls, actor: identity.Actor, app_id: str | None) -> "MarketSource":
        """For somebody who signed in by the mini-program, the brand's first unless named.

        Reads in a transaction of its own. Raises `NotInMiniProgram`, `NoMarketAccount`.
        """
        app_id = app_id or markets.mini_program_id(actor.brand_id)
        with transaction(actor.brand_id) as session:
            openid = identity.openid_of(
                session, person_id=actor.person_id, platform=markets.PLATFORM, app_id=app_id
            )
            if openid is None:
                raise NotInMiniProgram
            account = markets.market_account(session)
        return cls(actor.brand_id, MarketCodes(account, shared_tokens()), openid)

    def resolve(self, scanned: str) -> str:
        """Raises `ForeignCode`, and of the platform `InvalidCodeTicket`, `PlatformBusy`, `PlatformRefused`."""
        told = self.market.exchange(openid=self.openid, code_ticket=scanned)
        text = queries.text_of(self.brand_id, markets.code_no_of(self.brand_id, told))
        if text is None:
            raise ForeignCode
        return text
