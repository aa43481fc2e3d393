"""The code specification (docstring of `app.codes.rules`) written a second time, from its text alone.

Everything is a string of bits here and every block gets a new cipher: slow, and as unlike the product's
arithmetic on integers as it can be, so that a mistake would have to be made twice. Imports nothing of Malu.
`python tests/codes/second_implementation.py` prints the golden vectors.
"""

import json
import sys

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

CROCKFORD = [*"0123456789", *"ABCDEFGH", *"JK", *"MN", *"PQRST", *"VWXYZ"]
FACE_LETTERS = {"outer": "O", "inner": "I"}


def bits_of(number, width):
    return format(number, f"0{width}b")


def bits_of_bytes(data):
    return "".join(bits_of(byte, 8) for byte in data)


def aes(key, block_bits):
    assert len(block_bits) == 128
    block = bytes(int(block_bits[at : at + 8], 2) for at in range(0, 128, 8))
    cipher = Cipher(AES(key), ECB()).encryptor()  # noqa: S305  # one block is a PRF here
    return bits_of_bytes(cipher.update(block) + cipher.finalize())


def xor(one, other):
    return "".join("01"[a != b] for a, b in zip(one, other, strict=True))


def mask_for(round_number, key, tweak, total, source, width):
    block = bits_of(round_number, 8) + bits_of(total, 8) + bits_of_bytes(tweak.ljust(6, b"\0"))
    return aes(key, block + source.zfill(64))[:width]


def one_round(round_number, key, tweak, text):
    cut = len(text) // 2
    left, right = text[:cut], text[cut:]
    if round_number % 2 == 0:
        return xor(left, mask_for(round_number, key, tweak, len(text), right, len(left))) + right
    return left + xor(right, mask_for(round_number, key, tweak, len(text), left, len(right)))


def permute(key, tweak, text):
    for round_number in range(10):
        text = one_round(round_number, key, tweak, text)
    return text


def unpermute(key, tweak, text):
    for round_number in range(9, -1, -1):
        text = one_round(round_number, key, tweak, text)
    return text


def tag_bits(secret, face, code_no):
    return aes(secret, bits_of_bytes(b"malutag" + FACE_LETTERS[face].encode()) + bits_of(code_no, 64))[:35]


def tweak_of(slot, face):
    return (FACE_LETTERS[face] + slot).encode()


def make_code(slot, face, key, secret, code_no):
    body = permute(key, tweak_of(slot, face), bits_of(code_no, 40) + tag_bits(secret, face, code_no))
    return slot + "".join(CROCKFORD[int(body[at : at + 5], 2)] for at in range(0, 75, 5))


def open_code(code, face, key):
    body = "".join(bits_of(CROCKFORD.index(letter), 5) for letter in code[1:])
    plain = unpermute(key, tweak_of(code[0], face), body)
    return int(plain[:40], 2), int(plain[40:], 2)


def golden_vectors():
    for size, slot, face in [(16, "K", "outer"), (32, "S", "inner"), (32, "0", "outer"), (16, "Z", "inner")]:
        key, secret = bytes(range(size)), bytes(range(100, 100 + size))
        for code_no in (0, 1, 7, 8, 123_456_789, 2**39 + 1, 2**40 - 1):
            code = make_code(slot, face, key, secret, code_no)
            yield {"key": key.hex(), "secret": secret.hex(), "face": face, "code_no": code_no, "code": code}


if __name__ == "__main__":
    json.dump(list(golden_vectors()), sys.stdout, indent=1)
    sys.stdout.write("\n")
