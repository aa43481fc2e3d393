"""Files are read, verified and judged on arrays exactly as one would line by line."""

import io
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.codes.rules import BatchIndex, BatchKey, Face, SlotKey, checking, encode, print_url, read_code, tag_of
from app.codes.rules.checking import Checker, Facts, Kind, is_below
from app.codes.rules.findings import KEPT, WORDS, Finding, Findings, safe_cell
from app.codes.rules.lines import CHUNK, LONGEST, LineReader, lines_at
from app.codes.rules.ranges import RangeSet
from app.codes.rules.reading_many import NO_CODE, code_in, read_codes
from app.codes.rules.text import ALPHABET

SLOTS = {
    slot: SlotKey(slot, face, "feistel10-aes", slot.encode() * 32)
    for slot, face in (("K", Face.OUTER), ("S", Face.INNER))
}
SECRETS = {number: bytes([number]) * 32 for number in (1, 2, 3)}
INDEX = BatchIndex.of(
    [
        BatchKey(1, 1, 5001, "KS", SECRETS[1]),
        BatchKey(2, 6000, 6300, "K", SECRETS[2]),
        BatchKey(3, 2**39, 2**39 + 10, "K", SECRETS[3]),
    ]
)
WIDE = BatchIndex.of([BatchKey(1, 1, 500_001, "KS", SECRETS[1]), BatchKey(2, 600_000, 600_100, "K", SECRETS[2])])
KINDS = {1: Kind("unit", 1), 2: Kind("case", 1), 3: Kind("pallet", 2)}


def text_of(code_no, face=Face.OUTER):
    batch = INDEX.find(code_no)
    slot = "K" if face is Face.OUTER else "S"
    return encode(code_no, tag_of(SECRETS[batch.batch_id], face, code_no), SLOTS[slot])


genuine = st.sampled_from([1, 2, 77, 4999, 5000, 6000, 6299, 2**39, 2**39 + 9])
typed = st.one_of(
    genuine.map(text_of),
    st.integers(1, 5000).map(lambda number: text_of(number, Face.INNER)),
    genuine.map(text_of).map(str.lower),
    genuine.map(text_of).map(lambda code: "-".join([code[:4], code[4:9], code[9:]])),
    genuine.map(text_of).map(lambda code: code[:-1] + ("0" if code[-1] != "0" else "1")),
    genuine.map(text_of).map(lambda code: "S" + code[1:]),
    st.text(alphabet=ALPHABET, min_size=14, max_size=18),
    st.text(max_size=70),
)


@given(st.lists(typed, max_size=30))
def test_reading_many_says_what_reading_one_by_one_says(texts):
    singly = [read_code(code_in(text), SLOTS, INDEX) for text in texts]
    expected = [found.code_no if found else NO_CODE for found in singly]
    assert read_codes(texts, SLOTS, INDEX).tolist() == expected


def test_a_hundred_thousand_guesses_are_no_codes():
    draw = random.Random(1)
    guesses = ["KS"[place % 2] + "".join(draw.choices(ALPHABET, k=15)) for place in range(100_000)]
    assert not read_codes(guesses, SLOTS, INDEX).any()


@given(st.lists(st.integers(0, 2**75 - 1), min_size=1, max_size=20))
def test_decrypting_many_undoes_encrypting_many_and_equals_decrypting_one(numbers):
    feistel = SLOTS["K"].permutation
    left = np.array([number >> 38 for number in numbers], np.uint64)
    right = np.array([number & (2**38 - 1) for number in numbers], np.uint64)
    plain = feistel.decrypt_many(left, right)
    assert [int(one) << 38 | int(other) for one, other in zip(*plain, strict=True)] == [
        feistel.decrypt(number) for number in numbers
    ]
    again = feistel.encrypt_many(*plain)
    assert (again[0].tolist(), again[1].tolist()) == (left.tolist(), right.tolist())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ABC", "ABC"),
        (print_url("https://q.example.com", "K123"), "K123"),
        ("https://q.example.com/s/K123/?from=line#top", "K123"),
        ("https://id.example.com/01/06901234567892/21/K123", "K123"),
        ("https://id.example.com/x/01/06901234567892/10/L/21/K123?17=271001&21=other", "K123"),
        ("https://id.example.com/", "id.example.com"),
        ("/", ""),
    ],
)
def test_the_code_of_an_address_is_found(text, code):
    assert code_in(text) == code


def read(body):
    reader = LineReader(io.BytesIO(body))
    chunks = list(reader.chunks())
    return reader, [tuple(zip(c.lines, c.parents, c.children, strict=True)) for c in chunks], chunks


@given(st.binary(max_size=3000))
def test_no_bytes_stop_the_reader(body):
    reader, _, chunks = read(body)
    for chunk in chunks:
        assert len(chunk.lines) == len(chunk.parents) == len(chunk.children)
        assert len(chunk.lasts) in {0, len(chunk.lines)}
    assert reader.line >= sum(len(chunk.lines) + len(chunk.wrong) for chunk in chunks)


def test_lines_are_numbered_as_an_editor_numbers_them():
    body = '\ufeff# lot: 7\r\n\r\nparent,child\r\nA,B\r\n\r\n# 备注\r\nC , "D"\r\nE\r\n'.encode()
    reader, lines, chunks = read(body)
    assert lines == [((4, "A", "B"), (7, "C", "D"))]
    assert chunks[0].wrong == [8]
    assert reader.head == {"lot": "7"}
    assert lines_at(io.BytesIO(body), {7, 8}) == {7: 'C , "D"', 8: "E"}


def test_a_long_file_comes_in_chunks_and_a_long_line_is_one_line():
    _, lines, chunks = read(b"A,B\n" * (CHUNK + 5))
    assert [len(chunk) for chunk in lines] == [CHUNK, 5]
    for size in (LONGEST - 1, LONGEST, LONGEST + 1, 5 * LONGEST):
        _, lines, chunks = read(b"x" * size + b"\nA,B\n")
        assert lines == [((2, "A", "B"),)]
        assert chunks[0].wrong == [1]


def test_a_third_column_is_a_position_or_the_end_of_a_range():
    for body, lasts in (
        (b"A,B,17\n", []),
        (b"A,B,\n", []),
        (b"A,B\n", []),
        (b"A,B,1234567890123456\n", ["1234567890123456"]),
    ):
        assert read(body)[2][0].lasts == lasts


def check(lines, *, void=(), per_parent=None, levels=frozenset()):
    checker = Checker(Facts(SLOTS, INDEX, KINDS, RangeSet.of(void), levels))
    body = "".join(f"{parent},{child}\n" for parent, child in lines).encode()
    for chunk in LineReader(io.BytesIO(body)).chunks():
        checker.take(chunk)
    given_lines = checker.finish(per_parent=per_parent)
    return given_lines, [(one.line, one.code, one.about) for one in checker.findings.first()]


@given(st.lists(st.tuples(st.integers(6000, 6004), st.integers(1, 12)), max_size=25))
def test_a_repeated_child_is_told_with_the_line_it_repeats(pairs):
    given_lines, found = check([(text_of(parent), text_of(child)) for parent, child in pairs])
    first, expected = {}, []
    for line, (_, child) in enumerate(pairs, start=1):
        if child in first:
            expected.append(line)
        first.setdefault(child, line)
    lines = [line for line, code, _ in found if code == "codes.repeated_child"]
    assert lines == (expected if pairs else [])
    for line, _, about in found[: len(lines)]:
        earlier = int(about)
        assert pairs[earlier - 1][1] == pairs[line - 1][1]
        assert earlier < line
    assert sorted(given_lines.lo.tolist()) == sorted(first)


def test_withdrawn_codes_and_misfits_are_told_on_either_side():
    unit, case, pallet = text_of(9), text_of(6001), text_of(2**39)
    lines = [
        (case, unit),
        (case, text_of(10)),
        (pallet, text_of(6002)),
        (unit, case),
        (text_of(6003), text_of(11)),
    ]
    _, found = check(lines, void=[(10, 11), (6003, 6004)])
    assert [(line, code) for line, code, _ in found] == [
        (2, "codes.void"),
        (3, "codes.wrong_sku"),
        (4, "codes.wrong_level"),
        (5, "codes.void"),
    ]


def test_a_file_of_too_many_lines_is_refused_even_when_its_last_lines_say_nothing(monkeypatch):
    monkeypatch.setattr(checking, "MOST_LINES", 3)
    for tail in ([(text_of(6000), text_of(4))], [("", "")]):
        lines = [(text_of(6000), text_of(unit)) for unit in (1, 2, 3)]
        _, found = check([*lines, *tail])
        assert [code for _, code, _ in found] == ["codes.too_many_lines"]


def test_a_range_that_no_parent_holds_is_refused():
    checker = Checker(Facts(SLOTS, WIDE, {1: Kind("unit", 1), 2: Kind("case", 1)}, RangeSet()))
    first, last = (encode(n, tag_of(SECRETS[1], Face.OUTER, n), SLOTS["K"]) for n in (1, 100_001))
    case = encode(600_000, tag_of(SECRETS[2], Face.OUTER, 600_000), SLOTS["K"])
    for chunk in LineReader(io.BytesIO(f"{case},{first},{last}\n".encode())).chunks():
        checker.take(chunk)
    assert [one.code for one in checker.findings.first()] == ["codes.range_too_long"]


def test_levels_that_a_brand_packs_its_own_way_are_learned():
    assert is_below("cap", "unit", {("unit", "case")})
    assert is_below("unit", "pallet", {("unit", "case"), ("case", "pallet")})
    assert not is_below("case", "unit", {("unit", "case")})
    assert not is_below("pallet", "unit", {("unit", "case"), ("case", "pallet")})
    assert not is_below("unit", "unit", ())
    assert not is_below("crate", "cap", {("cap", "unit"), ("unit", "crate")})


def test_findings_keep_the_first_lines_and_count_all():
    findings = Findings()
    for start in range(5 * KEPT, 0, -100):
        findings.note("codes.bad_line", range(start, start + 100))
    assert findings.wrong == 5 * KEPT
    assert [one.line for one in findings.first()] == list(range(100, 100 + KEPT))


@pytest.mark.parametrize("code", WORDS)
def test_every_finding_has_words_in_two_languages_that_fit(code):
    zh, en = Finding(1, code, "X" * 16).words()
    assert zh != en
    assert "{" not in zh + en
    assert max(len(zh), len(en)) <= 200
    assert len(code) <= 40


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_is_a_formula(text):
    assert safe_cell(text) == f'"\'{text}"'


def test_quotes_of_a_cell_are_doubled():
    assert safe_cell('a"b') == '"a""b"'
