"""Codes by the names that other systems know: Digital Links of the brand's host. Told from memory."""

from typing import Any

from app import catalog, codes
from app.trace.rules.epcis import Goods, Lot, epcis_event
from app.trace.rules.records import Piece

Event = dict[str, Any]
LONGEST_LOT = 20  # AI 10
UNIT = "unit"


def event_of(brand_id: int, piece: Piece, *, root: str) -> Event:
    """The EPCIS event of a piece; ``root`` is the brand's own host. Call it outside of transactions."""
    goods = goods_of(brand_id, piece.lo, piece.hi, root=root)
    if piece.parent_no is None:
        return epcis_event(piece, goods, None, root=root)
    parent = name_of(brand_id, piece.parent_no, root=root) or f"{root}/packs/{piece.parent_no}"
    return epcis_event(piece, goods, parent, root=root)


def goods_of(brand_id: int, lo: int, hi: int, *, root: str) -> Goods:
    """The codes ``lo <= n < hi`` by their outer faces; those that win prizes by themselves only counted by lot.

    Call it outside of transactions.
    """
    epcs: list[str] = []
    classes: list[tuple[str, int]] = []
    lots: list[Lot] = []
    for batch, count, texts in codes.records.outer_texts(brand_id, lo, hi):
        product = f"{root}/01/{catalog.gtin14_of(brand_id, batch.sku_id)}"
        if texts is None or wins_by_itself(batch):
            classes.append((class_of(product, batch.number), count))
        else:
            epcs += [f"{product}/21/{text}" for text in texts]
        lots.append(Lot(batch.number, batch.expires_on))
    return Goods(tuple(epcs), tuple(classes), lots[0] if len(lots) == 1 else None)


def name_of(brand_id: int, code_no: int, *, root: str) -> str | None:
    """One code by name, whatever it wins; None where its slot was closed. Call it outside of transactions."""
    for batch, _, texts in codes.records.outer_texts(brand_id, code_no, code_no + 1):
        return f"{root}/01/{catalog.gtin14_of(brand_id, batch.sku_id)}/21/{texts[0]}" if texts else None
    return None


def outer_text(brand_id: int, code_no: int) -> str | None:
    """A code as printed on the outside, whatever it wins. Call it outside of transactions."""
    for _, _, texts in codes.records.outer_texts(brand_id, code_no, code_no + 1):
        return texts[0] if texts else None
    return None


def tellable_text(brand_id: int, code_no: int) -> str | None:
    """As `outer_text`; None for a code that wins by itself: nobody reads a prize off a list."""
    for batch, _, texts in codes.records.outer_texts(brand_id, code_no, code_no + 1):
        return texts[0] if texts and not wins_by_itself(batch) else None
    return None


def standard_names(brand_id: int, batch: codes.BatchInfo, text: str, *, root: str) -> dict[str, str]:
    """A code as GS1 and GB/T 33993 write it: Digital Link, element string, human readable line.

    A lot number that the standards do not allow is left out. Call it outside of transactions.
    """
    gtin14 = catalog.gtin14_of(brand_id, batch.sku_id)
    lot = batch.number if codes.gs1.fits("10", batch.number) else None
    goods = codes.gs1.GoodsData(gtin14, lot, text, batch.made_on, batch.expires_on)
    return {
        "digital_link": codes.gs1.digital_link(root, gtin14, text),
        "element_string": codes.gs1.element_string(goods),
        "human_readable": codes.gs1.human_readable(goods),
    }


def wins_by_itself(batch: codes.BatchInfo) -> bool:
    """Whether the outer face of a batch's codes opens prizes: whoever reads it could claim them."""
    return batch.level == UNIT and not batch.has_inner


def class_of(product: str, lot: str) -> str:
    """The goods of a lot by name; of the product where the lot's number is too long for AI 10."""
    return f"{product}/10/{codes.gs1.escaped(lot)}" if len(lot) <= LONGEST_LOT else product
