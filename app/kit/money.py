"""Money is whole fen; this is the only place that turns it into text."""

FEN_PER_YUAN = 100


def format_fen(amount_fen: int) -> str:
    """``1234`` → ``¥12.34``; negative amounts carry their sign in front."""
    sign = "-" if amount_fen < 0 else ""
    yuan, fen = divmod(abs(amount_fen), FEN_PER_YUAN)
    return f"{sign}¥{yuan}.{fen:02d}"
