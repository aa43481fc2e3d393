from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SaleAttributed:
    """A sale was written; ``cause`` is unique in its brand."""

    cause: str
    sale_id: int
