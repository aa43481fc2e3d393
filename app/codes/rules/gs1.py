"""How GS1 and GB/T 33993 name a code: as a Digital Link and as a string of AIs."""

from app.codes.rules.digital_link import KEYS, BadLink, DigitalLink, digital_link, escaped, link_of_epc, parse_link
from app.codes.rules.element_string import GoodsData, element_string, fits, human_readable

__all__ = [
    "KEYS",
    "BadLink",
    "DigitalLink",
    "GoodsData",
    "digital_link",
    "element_string",
    "escaped",
    "fits",
    "human_readable",
    "link_of_epc",
    "parse_link",
]
