"""The printed form of a code: 16 characters of Crockford base32."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
BODY_LENGTH = LENGTH - 1
LONGEST_TYPED = 64  # a longer text is no code with generous hyphens; refusing it bounds the work

_TYPED = ALPHABET + ALPHABET.lower() + "OoIiLl"
_MEANT = ALPHABET + ALPHABET + "001111"
_REFUSED = ord("!")
_DIGITS = bytes.maketrans(ALPHABET.encode(), b"0123456789abcdefghijklmnopqrstuv")


def _reading_table() -> bytes:
    table = bytearray([_REFUSED]) * 256
    for typed, meant in zip(_TYPED, _MEANT, strict=True):
        table[ord(typed)] = ord(meant)
    return bytes(table)


_READING = _reading_table()


def normalise(text: str) -> str | None:
    """Return the 16 printed characters that `text` means, or None when it cannot be a code.

    Hyphens and spaces are dropped, case is ignored, O reads as 0, I and L as 1. Says nothing about whether
    the code exists.
    """
    if len(text) > LONGEST_TYPED or not text.isascii():
        return None
    meant = text.encode().translate(_READING, b"- ")
    if len(meant) != LENGTH or _REFUSED in meant:
        return None
    return meant.decode()


def body_to_number(body: str) -> int:
    """Read 15 normalised characters as a number below 2^75."""
    return int(body.encode().translate(_DIGITS), 32)


def number_to_body(number: int) -> str:
    """Write a number below 2^75 as 15 characters."""
    return "".join(ALPHABET[number >> shift & 31] for shift in range(5 * BODY_LENGTH - 5, -1, -5))


def print_url(scheme_host: str, code: str) -> str:
    """Return the address to print, in capitals: `https://q.example.com` gives `HTTPS://Q.EXAMPLE.COM/S/…`."""
    return f"{scheme_host.rstrip('/')}/S/{code}".upper()
