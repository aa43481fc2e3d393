"""Which files may be reports: told by their first bytes, never by their name."""

MOST_BYTES = 10_000_000
LONGEST_MARK = 8
_MARKS = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)


def media_type_of(head: bytes) -> str | None:
    """The media type of a file that begins with these bytes; None for all we do not show."""
    return next((media_type for mark, media_type in _MARKS if head.startswith(mark)), None)
