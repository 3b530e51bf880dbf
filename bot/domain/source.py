"""The code of a deep link: where someone came from."""

import re

UNKNOWN = "unknown"
SHARED = "share"
"""The source of who came by the link that people pass on; it is the same for everybody."""
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


def source_code(payload: str | None) -> str:
    """The source of a `/start` payload; UNKNOWN for none and for anything malformed.

    Forty characters at most: the code travels in the consent button's 64 bytes of data until
    consent is given, since nothing is stored before.
    """
    code = (payload or "").strip()
    return code.lower() if _CODE.fullmatch(code) else UNKNOWN
