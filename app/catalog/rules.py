"""The numbers of GS1: GTINs under barcodes, GLNs of places, SSCCs on pallets, and all of them as EPCs.

Sources: GS1 General Specifications (structure, 7.9 check digits), EPC Tag Data Standard 1.13 section 6 (URIs).
"""

LENGTHS = (8, 12, 13, 14)
LONGEST = 14
GLN_LENGTH = 13
SSCC_LENGTH = 18
PREFIX_LENGTHS = range(6, 13)  # what an EPC can carry


def check_digit(digits: str) -> int:
    """The last digit of a GTIN from the ones before it: weights 3 and 1 from the right, up to the next ten.

    GS1 General Specifications, section 7.9.
    """
    weighted = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(digits)))
    return -weighted % 10


def canonical_gtin(text: str) -> str | None:
    """The 14 digits of a GTIN-8, -12, -13 or -14, or None for anything else."""
    if len(text) not in LENGTHS or not (text.isascii() and text.isdecimal()):
        return None
    if int(text[-1]) != check_digit(text[:-1]):
        return None
    return text.zfill(LONGEST)


def printed_gtin(canonical: str) -> str:
    """A canonical GTIN as it stands on the package: 8, 13 or 14 digits."""
    if canonical.startswith("000000"):
        return canonical[6:]
    return canonical.removeprefix("0")


def is_company_prefix(text: str) -> bool:
    """Whether a text may be what GS1 has assigned to a company: 6 to 12 digits."""
    return _are_digits(text) and len(text) in PREFIX_LENGTHS


def gln(company_prefix: str, location: int) -> str:
    """The 13 digits of a place of the company; ValueError when the number does not fit behind the prefix."""
    body = company_prefix + _filled(location, GLN_LENGTH - 1 - len(company_prefix))
    return body + str(check_digit(body))


def sscc(company_prefix: str, extension: int, serial: int) -> str:
    """The 18 digits of a logistic unit: extension, prefix, serial, check digit; ValueError when they do not fit.

    An SSCC can be guessed from its neighbours: it names a pallet and never earns anybody anything.
    """
    body = _filled(extension, 1) + company_prefix + _filled(serial, SSCC_LENGTH - 2 - len(company_prefix))
    return body + str(check_digit(body))


def sscc_of(company_prefix: str, number: int) -> str:
    """The SSCC of a running number, whose highest digit is the extension; ValueError from 10^(17 - prefix) on."""
    extension, serial = divmod(number, _serials(company_prefix))
    return sscc(company_prefix, extension, serial)


def number_of_sscc(company_prefix: str, text: str) -> int | None:
    """The running number of an SSCC of the company; None for another company's, and for what is none."""
    if not is_sscc(text) or not text[1:].startswith(company_prefix):
        return None
    return int(text[0]) * _serials(company_prefix) + int(text[1 + len(company_prefix) : -1])


def is_gln(text: str) -> bool:
    return len(text) == GLN_LENGTH and _is_checked(text)


def is_sscc(text: str) -> bool:
    return len(text) == SSCC_LENGTH and _is_checked(text)


def sgtin_urn(company_prefix: str, gtin: str, serial: str) -> str:
    """``urn:epc:id:sgtin:…`` of a unit; ``gtin`` has 14 digits. ValueError for another company's GTIN."""
    if not gtin[1:].startswith(company_prefix) or len(gtin) != LONGEST:
        raise ValueError("the GTIN is not of this company")
    item = gtin[0] + gtin[1 + len(company_prefix) : -1]
    return f"urn:epc:id:sgtin:{company_prefix}.{item}.{serial}"


def sscc_urn(company_prefix: str, text: str) -> str:
    """``urn:epc:id:sscc:…`` of a pallet. ValueError for another company's SSCC."""
    if number_of_sscc(company_prefix, text) is None:
        raise ValueError("the SSCC is not of this company")
    return f"urn:epc:id:sscc:{company_prefix}.{text[0]}{text[1 + len(company_prefix) : -1]}"


def sgln_urn(company_prefix: str, text: str, extension: str = "0") -> str:
    """``urn:epc:id:sgln:…`` of a place, or of a part of it. ValueError for another company's GLN."""
    if not is_gln(text) or not text.startswith(company_prefix):
        raise ValueError("the GLN is not of this company")
    return f"urn:epc:id:sgln:{company_prefix}.{text[len(company_prefix) : -1]}.{extension}"


def _serials(company_prefix: str) -> int:
    """How many serials one extension digit has."""
    return int(10 ** (SSCC_LENGTH - 2 - len(company_prefix)))


def _filled(number: int, length: int) -> str:
    digits = str(number).zfill(length) if length else ""
    if number < 0 or len(digits) != length or (not length and number):
        raise ValueError(f"{number} does not fit into {length} digits")
    return digits


def _is_checked(text: str) -> bool:
    return _are_digits(text) and int(text[-1]) == check_digit(text[:-1])


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()
