"""Where a browser may be sent after sign-in, and from where it may write."""

import re
from urllib.parse import unquote

LONGEST = 512
DECODINGS = 3
OWN_PATH = re.compile(r"/[A-Za-z0-9\-._~!$&'()*+,;=:@/?%]*")


def is_own_path(text: str) -> bool:
    """Whether a text is a path of this very site and cannot be read as anything else.

    Browsers take a backslash for ``/``, drop tabs and line breaks, and some servers decode once more than they
    should: so the text is held to a narrow alphabet, and looked at again after each decoding.
    """
    if len(text) > LONGEST or not OWN_PATH.fullmatch(text):
        return False
    for _ in range(DECODINGS):
        if "//" in text or "\\" in text or not text.isprintable():
            return False
        decoded = unquote(text)
        if decoded == text:
            return True
        text = decoded
    return False


def is_own_origin(*, origin: str | None, fetch_site: str | None, scheme: str, host: str) -> bool:
    """Whether a browser says that a request comes from a page of this host.

    ``Origin`` decides where it is sent; else ``Sec-Fetch-Site``, which no page can forge. Silence is refused.
    """
    if origin is not None:
        return origin == f"{scheme}://{host}"
    return fetch_site == "same-origin"
