"""Why each party of a code was, or was not, paid: the one text that owner, staff and tests read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app import attribution, campaigns, catalog, codes, commissions, custody, rewards, risk
from app.kit.money import format_fen
from app.kit.statement import ask
from app.scans.queries.known import Known
from app.scans.queries.occasion import BLOCKS, PERSONS, left_of, occasion
from app.scans.queries.promises import instant

SOURCE = "claim"
SHARE_NO = 1
HELD = {
    "refuse": ("领奖被拒绝", "A claim was refused"),
    "defer": ("领奖被暂缓", "A claim was put off"),
    "verify_first": ("领奖前要求验证手机号", "A claimant was asked for a phone number"),
}
PARTIES = {"terminal": ("门店返利", "Shop"), "dealer": ("经销商返利", "Dealer")}


@dataclass(frozen=True, slots=True)
class Step:
    """One fact of a code's story; ``outcome`` is info, paid, held or refused."""

    at: datetime | None
    text: str
    rule: str | None = None
    amount_fen: int | None = None
    outcome: str = "info"


def explain(session: Session, found: Known, *, language: str, at: datetime, for_staff: bool) -> dict[str, Any]:
    """The story of a code in plain words, oldest first, with rule versions and amounts in fen.

    What holds an unclaimed prize back is told as of ``at``. Why risk held a claim only staff is told: a shop may
    be the one who tries.
    """
    read, brand_id = found.read, session.info["brand_id"]
    path = custody.lineage(session, read.code_no)
    facts = catalog.product_facts(brand_id, read.batch.sku_id)
    teller = _Teller(found, language, for_staff)
    steps = [
        *teller.life(codes.history(session, read.code_no)),
        *teller.way(path),
        *teller.queries(session),
        *teller.held(session),
        *teller.claim(session),
        *teller.grant(session),
        *teller.standing(session, path, at),
    ]
    return {
        "code": read.text,
        "level": read.batch.level,
        "product": f"{facts.name} {facts.spec}".strip(),
        "state": str(read.state),
        "path": _places(session, found, path),
        "steps": [_shown(step) for step in steps],
    }


def _shown(step: Step) -> dict[str, Any]:
    return {
        "at": instant(step.at) if step.at else None,
        "text": step.text,
        "rule": step.rule,
        "amount_fen": step.amount_fen,
        "outcome": step.outcome,
    }


def _places(session: Session, found: Known, path: custody.Lineage) -> list[dict[str, Any]]:
    """The packs of a code upwards; the holder stands at the outermost."""
    places: list[dict[str, Any]] = []
    for step in path.path:
        own = step.code_no == found.read.code_no
        batch = found.read.batch if own else codes.batch_of(session, step.code_no)
        places.append({"level": batch.level if batch else "?", "code_no": step.code_no, "holder": None})
    if places and path.dealer_id is not None:
        places[-1]["holder"] = found.directory.dealer_name(path.dealer_id)
    return places


@dataclass(frozen=True, slots=True)
class _Teller:
    found: Known
    language: str
    for_staff: bool

    def say(self, chinese: str, english: str) -> str:
        return english if self.language == "en" else chinese

    def life(self, history: codes.CodeHistory | None) -> Iterator[Step]:
        if history is None:
            return
        number = history.batch.number
        if self.found.read.canary:
            yield self._canary(history)
            return
        yield Step(history.minted_at, self.say(f"码在批次 {number} 中生成", f"Minted in batch {number}"))
        if history.activated_at is not None:
            yield Step(history.activated_at, self.say("码已激活", "Activated"))
        for back in history.revocations:
            told = self.say(f"激活已撤销: {back.reason}", f"Activation revoked: {back.reason}")
            yield Step(back.revoked_at, told)
        for block in history.blocks:
            words = {"frozen": ("被冻结", "Frozen"), "void": ("已作废", "Withdrawn")}[block.kind]
            yield Step(block.created_at, self.say(f"{words[0]}: {block.reason}", f"{words[1]}: {block.reason}"))
            if block.lifted_at is not None:
                yield Step(block.lifted_at, self.say("已解冻", "Freeze lifted"))

    def _canary(self, history: codes.CodeHistory) -> Step:
        number, pack = history.batch.number, history.pack.number if history.pack else "–"
        told = self.say(
            f"哨兵码: 只在批次 {number} (码包 {pack}) 的印刷文件里, 不在任何商品上, 不付任何一方",
            f"A canary of batch {number} (pack order {pack}): in its print file, on no goods, and pays nobody",
        )
        return Step(history.minted_at, told)

    def way(self, path: custody.Lineage) -> Iterator[Step]:
        read = self.found.read
        if len(path.path) == 1 and read.batch.level == "unit" and not read.canary:
            yield Step(None, self.say("这件商品没有关联箱码", "This unit is not linked to a case"))
        if path.dealer_id is not None:
            dealer = self.found.directory.dealer_name(path.dealer_id)
            yield Step(path.shipped_at, self.say(f"品牌发货给经销商「{dealer}」", f"Shipped to dealer “{dealer}”"))
        if path.terminal_id is not None:
            shop = self.found.directory.terminal_name(path.terminal_id)
            yield Step(path.opened_at, self.say(f"门店「{shop}」扫码开箱", f"Case opened by shop “{shop}”"))
        if path.foreign_opening:
            yield Step(path.opened_at, commissions.reason_text("foreign_opening", self.language), outcome="held")

    def queries(self, session: Session) -> Iterator[Step]:
        read = self.found.read
        brand_id = session.info["brand_id"]
        (row,) = ask(session, codes.query_question(brand_id=brand_id, code_no=read.code_no, face=read.face))
        asked = codes.read_query(row)
        if asked is not None:
            yield Step(
                asked.first_at,
                self.say(f"首次查询; 至今共查询 {asked.times} 次", f"First queried; {asked.times} queries so far"),
            )

    def held(self, session: Session) -> Iterator[Step]:
        """Claims that were not paid, with the reasons as they were then."""
        for row in risk.held_of_code(session, self.found.read.code_no):
            yield Step(row.at, f"{self.say(*HELD[row.answer])}{self._why(row)}", row.rule_version, outcome="held")

    def _why(self, row: risk.Held) -> str:
        if not self.for_staff:
            return ""
        why = "; ".join(risk.reason_text(risk.Reason(**one), self.language) for one in row.reasons)
        return f": {why or self.say('由品牌人员设定', 'set by the brand')}"

    def claim(self, session: Session) -> Iterator[Step]:
        if self.found.read.canary:
            return
        row = rewards.claim_row(session, self.found.read.code_no)
        if row is None:
            yield Step(None, self.say("还没有人领奖, 因此没有任何一方入账", "Not claimed yet, so nobody was paid"))
            return
        tier, prize = row.tier_name or self.say("未中奖", "no prize"), format_fen(row.amount_fen)
        yield Step(
            row.at,
            self.say(f"消费者领奖: {tier}, {prize}", f"Claimed by a consumer: {tier}, {prize}"),
            row.rule_version,
            row.amount_fen,
            "paid" if row.amount_fen else "info",
        )
        source_id = f"{row.code_no}:{SHARE_NO}"
        yield from self._sale(session, source_id)
        for commission in commissions.commissions_of(session, source=SOURCE, source_id=source_id):
            who = self.say(*PARTIES[commission.role])
            why = commissions.reason_text(commission.reason, self.language)
            paid = commission.amount_fen if commission.outcome != "refused" else 0
            text = f"{who} {format_fen(paid)}: {why}"
            yield Step(commission.at, text, commission.rule_version, paid, commission.outcome)

    def grant(self, session: Session) -> Iterator[Step]:
        """How a prize that is not money went on."""
        grant = rewards.grant_of_code(session, self.found.read.code_no)
        if grant is None:
            return
        for fact in rewards.grant_facts(session, grant, self.found.directory, language=self.language):
            yield Step(fact.at, fact.text, fact.rule, fact.amount_fen, fact.outcome)

    def standing(self, session: Session, path: custody.Lineage, at: datetime) -> Iterator[Step]:
        """What would keep anybody from claiming the code at this moment."""
        campaign = self.found.campaign
        if campaign is None or not (campaign.conditions or campaign.budgets):
            return
        if rewards.claim_row(session, self.found.read.code_no) is not None:
            return
        for words, outcome in self._obstacles(session, campaign, path, at):
            yield Step(None, self.say(*words), campaign.rule_version, outcome=outcome)

    def _obstacles(
        self, session: Session, campaign: campaigns.Campaign, path: custody.Lineage, at: datetime
    ) -> Iterator[tuple[tuple[str, str], str]]:
        if campaign.conditions is not None:
            asked = occasion(self.found, path, has_won=False, at=at)
            held = campaigns.blocked_for_anybody(campaign.conditions, asked)
            if held is not None:
                yield BLOCKS[held.cause], "held"
            if campaign.conditions.persons != "any":
                yield PERSONS[campaign.conditions.persons], "info"
        if campaign.budgets and any(left == 0 for _, left in left_of(session, self.found, campaign, path, at)):
            yield BLOCKS["budget"], "held"

    def _sale(self, session: Session, source_id: str) -> Iterator[Step]:
        sale = attribution.sale_of(session, source=SOURCE, source_id=source_id)
        if sale is not None:
            why = attribution.reason_text(sale.reason, self.language)
            yield Step(sale.at, self.say(f"销售归属: {why}", f"Sale: {why}"), sale.rule_version)
