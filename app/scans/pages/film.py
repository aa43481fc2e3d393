"""What the page about the digits under scratch film says, Chinese first, English second."""

from typing import Final, TypedDict


class FilmTexts(TypedDict):
    film_title: str
    scratch_unit: str
    scratch_case: str
    scratch_pack: str
    digits: str
    check: str
    checking: str
    right: str
    right_unit: str
    right_case: str
    right_pack: str
    right_again: str
    right_doubtful: str
    wrong: str
    wrong_note: str
    locked: str
    locked_note: str
    incomplete: str
    incomplete_note: str
    too_many: str
    too_many_note: str
    failed: str
    lost: str
    lost_note: str
    see_verdict: str
    to_verdict: str


_ZH: Final[FilmTexts] = {
    "film_title": "核对涂层下的防伪码",
    "scratch_unit": "刮开商品上的涂层，输入下面的 6 位数字。连续输错 5 次就不能再试",
    "scratch_case": "刮开箱上的涂层，输入下面的 6 位数字。连续输错 5 次就不能再试",
    "scratch_pack": "刮开包装上的涂层，输入下面的 6 位数字。连续输错 5 次就不能再试",
    "digits": "6 位防伪码",
    "check": "核对",
    "checking": "正在核对",
    "right": "防伪码正确",
    "right_unit": "这件商品是正品，涂层是第一次被刮开核对",
    "right_case": "这是正品箱，涂层是第一次被刮开核对",
    "right_pack": "这是正品包装，涂层是第一次被刮开核对",
    "right_again": "这是第 {n} 次核对，第一次在 {at}。如果那不是您，请当心旧包装被人再用",
    "right_doubtful": "数字与印的一致，但这个码的查询结果有提示，请先看查询结果",
    "wrong": "防伪码不对",
    "wrong_note": "请看清数字再输，还可以试 {n} 次",
    "locked": "不能再试了",
    "locked_note": "已连续输错 5 次。请当心假冒，并向品牌反映",
    "incomplete": "没有输完",
    "incomplete_note": "请输入涂层下的 6 位数字",
    "too_many": "试得太频繁",
    "too_many_note": "请过一分钟再试",
    "failed": "没有核对成",
    "lost": "网络不给力",
    "lost_note": "没有核对成，再试一次就好",
    "see_verdict": "这个码的查询结果有提示，请先看下面的查询结果",
    "to_verdict": "看这个码的查询结果",
}
_EN: Final[FilmTexts] = {
    "film_title": "Check the digits under the film",
    "scratch_unit": "Scratch the film off the item and enter the 6 digits below it. Five wrong tries lock them",
    "scratch_case": "Scratch the film off the case and enter the 6 digits below it. Five wrong tries lock them",
    "scratch_pack": "Scratch the film off the pack and enter the 6 digits below it. Five wrong tries lock them",
    "digits": "6 digits",
    "check": "Check",
    "checking": "Checking",
    "right": "The digits are right",
    "right_unit": "The item is genuine, and you are the first to check its film",
    "right_case": "The case is genuine, and you are the first to check its film",
    "right_pack": "The pack is genuine, and you are the first to check its film",
    "right_again": "Check no. {n}; the first was on {at}. If that was not you, beware of a used package",
    "right_doubtful": "The digits are as printed, but there is a warning about this code: see its result first",
    "wrong": "The digits are wrong",
    "wrong_note": "Look closely and enter them again. Tries left: {n}",
    "locked": "No more tries",
    "locked_note": "Five wrong tries in a row. Beware of a counterfeit, and tell the brand",
    "incomplete": "Digits are missing",
    "incomplete_note": "Enter the 6 digits under the film",
    "too_many": "Too many tries",
    "too_many_note": "Wait a minute and try again",
    "failed": "Not checked",
    "lost": "The network is weak",
    "lost_note": "Nothing was checked. Just try again",
    "see_verdict": "There is a warning about this code: see its result below first",
    "to_verdict": "See what is known of this code",
}


def film_texts(lang: str) -> FilmTexts:
    """The catalogue of a language; anything but English is Chinese."""
    return _EN if lang == "en" else _ZH
