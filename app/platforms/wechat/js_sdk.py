"""The signature `wx.config` asks for (appendix 1 of the JS-SDK documentation)."""

import hashlib


def sign_js_sdk(ticket: str, url: str, nonce: str, timestamp: int) -> str:
    """Sign the page's exact address, query included, without fragment.

    The caller decides which hosts it signs for: a signature lends the account's powers to that page.
    """
    page = url.partition("#")[0]
    text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={page}"
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
