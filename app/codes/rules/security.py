"""Security codes under scratch film: six digits that belong to one code and mean nothing without it.

`digits = AES_batch_secret("malusec0" ‖ code_no[8 bytes])`, the first eight bytes as a number, modulo a million;
the bias of the modulo is below 10^-13. Six digits fall to a million guesses, so `MOST_TRIES` wrong ones lock them.
"""

from hmac import compare_digest

import numpy as np

from app.codes.rules.blocks import BlockCipher, Numbers

DIGITS = 6
MOST_TRIES = 5
_PREFIX = int.from_bytes(b"malusec0")
_VALUES = np.uint64(10**DIGITS)


def security_numbers(secret: BlockCipher, code_nos: Numbers) -> Numbers:
    """The security codes of an array of code numbers, as numbers."""
    return secret.words_of(_PREFIX, code_nos) % _VALUES


def security_digits(secret: BlockCipher, code_no: int) -> str:
    """The six digits under the film of one code."""
    (number,) = security_numbers(secret, np.array([code_no], np.uint64)).tolist()
    return f"{number:0{DIGITS}}"


def are_right(secret: BlockCipher, code_no: int, digits: str) -> bool:
    """Whether somebody read the film; takes a time that does not tell how much of a guess was right."""
    return compare_digest(security_digits(secret, code_no).encode(), digits.encode())
