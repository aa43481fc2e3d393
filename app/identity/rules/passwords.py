"""Passwords, one-time codes and phone numbers, as far as they can be judged without asking anybody."""

from datetime import datetime, timedelta

import pyotp
from pyotp.exceptions import OTPVerificationError

LENGTHS = range(12, 129)
TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
SHOWN_START, SHOWN_END, SHORT = 3, 4, 8


def is_acceptable_password(password: str) -> bool:
    """Length is what counts (ASVS 5, 6.2.1 and 6.2.9); no composition rules."""
    return len(password) in LENGTHS


def matching_step(secret: str, code: str, *, at: datetime) -> int | None:
    """The time step whose code this is (RFC 6238): this one, the last or the next; None for a wrong code."""
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(code, for_time=at, valid_window=1)
    except OTPVerificationError:
        return None


def mask_phone(number: str) -> str:
    """``13800010006`` → ``138****0006``; of a short number only the last two digits are shown."""
    start, end = (SHOWN_START, SHOWN_END) if len(number) > SHORT else (0, 2)
    return number[:start] + "*" * (len(number) - start - end) + number[len(number) - end :]
