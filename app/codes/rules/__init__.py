"""Codes, decided without I/O: text to number and back, and whether a number is one of ours.

The specification, complete enough to write it again from this text alone
=========================================================================
All integers are big-endian; `‖` joins bytes; "top w bits" are the most significant ones.

*Text.* A code is 16 characters of Crockford base32, `0123456789ABCDEFGHJKMNPQRSTVWXYZ`. People may type it
in lower case, with hyphens and spaces anywhere, O for 0, I or L for 1; everything else, U included, makes it
no code. The first character is the *slot*, in clear: it names a key, a face and a permutation. The other 15
are the *body*, 75 bits, the first character being the most significant.

*Body.* `body = P(code_no ‖ tag)`: 40 bits of code number above 35 bits of tag, enciphered as one number below
2^75 by the slot's permutation P. Nothing in a body is in clear: a visible serial would tell order sizes, and
would let a forger aim at one known code with 35 bits against him instead of 75.

*Tag.* The top 35 bits of `AES_batch_secret("malutag" ‖ f ‖ code_no[8 bytes])`, where f is `O` for the outer
face 明码 and `I` for the inner face 暗码. Minting needs both the slot key and the batch's secret, so neither a
stolen database nor a stolen slot key makes codes. The two faces of a pair share their code number and differ
in slot, key and tag: one face never passes for the other, and pairing needs no table.

*Permutation `feistel10-aes`.* Ten rounds over n = 75 bits, split into the left a = 37 and the right b = 38
bits (for other n: a = n // 2, b = n - a). Rounds i = 0 … 9 alternate: an even round XORs into the left the top
a bits of B_i(right), an odd round XORs into the right the top b bits of B_i(left). The result is left ‖ right.
`B_i(half) = AES_slot_key(i[1 byte] ‖ n[1 byte] ‖ tweak[6 bytes] ‖ half[8 bytes])`; the tweak is f, then the slot's
ASCII character, then four zero bytes. Slot keys and batch secrets have 16 or 32 bytes (AES-128 or AES-256).
Each brand has its own slot keys: what separates tenants is the key, not the tweak.

Why not NIST FF1: the domain is a power of two, so a plain Luby-Rackoff Feistel fits it exactly and nothing
ever walks a cycle. FF1 (US 7,864,952, shown as expiring in 2029) and cycle walking for format-preserving
encryption (US 8,938,067) are claimed; the construction here is the textbook's. The slot names its permutation
in `PERMUTATIONS`, so another one can be printed tomorrow beside the codes of today.

*Print.* `HTTPS://HOST/S/CODE` in capitals, so that the whole address stays in the QR code's alphanumeric mode; or
the code as the serial of a GS1 Digital Link (`gs1`).

*Ranges* are half open everywhere: `lo <= code_no < hi`.
"""

from app.codes.rules import gs1
from app.codes.rules.authenticity import WORDED, Settings, Thresholds, query_state
from app.codes.rules.batches import BatchIndex, BatchKey
from app.codes.rules.keys import PERMUTATIONS, Face, SlotKey, decode, encode, tag_of
from app.codes.rules.minting import mint
from app.codes.rules.reading import CodeRead, read_code
from app.codes.rules.text import normalise, print_url

__all__ = [
    "PERMUTATIONS",
    "WORDED",
    "BatchIndex",
    "BatchKey",
    "CodeRead",
    "Face",
    "Settings",
    "SlotKey",
    "Thresholds",
    "decode",
    "encode",
    "gs1",
    "mint",
    "normalise",
    "print_url",
    "query_state",
    "read_code",
    "tag_of",
]
