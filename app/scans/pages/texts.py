"""Everything the landing page of a scan says, Chinese first, English second.

Places in braces are filled by the template or the script. A text that one language lacks fails the type check.
"""

from typing import Final, TypedDict


class LandingTexts(TypedDict):
    title: str
    other_language: str
    offline: str
    first: str
    first_note: str
    again: str
    again_note: str
    again_mine_note: str
    inactive: str
    inactive_note: str
    void: str
    void_note: str
    frozen: str
    frozen_note: str
    unknown: str
    unknown_note: str
    case_genuine: str
    case_genuine_note: str
    packet: str
    packet_from: str
    packet_hint: str
    open_packet: str
    opening: str
    congratulations: str
    in_wallet: str
    small_change: str
    sold_by: str
    to_wallet: str
    nothing: str
    nothing_note: str
    mine: str
    others: str
    others_note: str
    not_started: str
    not_started_note: str
    ended: str
    ended_note: str
    stopped: str
    stopped_note: str
    limit: str
    limit_note: str
    snapshot: str
    snapshot_note: str
    refused: str
    refused_note: str
    lost: str
    lost_note: str
    retry: str
    inner_code: str
    inner_code_note: str
    not_wechat: str
    not_wechat_note: str
    copy_link: str
    copied: str
    case: str
    pallet: str
    case_note: str
    case_owner_note: str
    case_sign_in: str
    register_shop: str
    choose_shop: str
    open_case: str
    opening_case: str
    case_opened: str
    case_opened_note: str
    case_repeated: str
    case_foreign: str
    case_refused: str
    to_earnings: str
    facts: str
    product: str
    spec: str
    gtin: str
    batch: str
    made_on: str
    expires_on: str
    rules: str
    period: str
    until: str
    prize_name: str
    prize_amount: str
    prize_count: str
    prize_odds: str
    blank_prize: str
    per_person: str
    per_person_day: str
    commitment: str
    commitment_note: str
    payout_note: str
    complaint: str
    complaint_note: str
    wallet: str


_ZH: Final[LandingTexts] = {
    "title": "防伪查询",
    "other_language": "English",
    "offline": "网络已断开，恢复后会自动继续",
    "first": "正品，首次查询",
    "first_note": "这枚码是第一次被查询，请放心使用",
    "again": "正品，第 {n} 次查询",
    "again_note": "首次查询于 {at}。如果那不是您，请留意包装是否完好",
    "again_mine_note": "首次查询于 {at}，红包是您领的",
    "inactive": "此码尚未激活",
    "inactive_note": "这件商品还没有登记出库。如果它已在您手中，请向品牌反映",
    "void": "此码已作废",
    "void_note": "请不要购买或使用这件商品，并向品牌反映",
    "frozen": "此码暂停使用",
    "frozen_note": "品牌正在核查这批商品，请过些时候再查",
    "unknown": "查无此码",
    "unknown_note": "请核对码是否完整。若仍查不到，谨防假冒",
    "case_genuine": "正品箱码",
    "case_genuine_note": "外包装的码，用来记录货从哪里来、到哪里去",
    "packet": "红包",
    "packet_from": "{brand}送您一个红包",
    "packet_hint": "点“開”看看是多少",
    "open_packet": "拆开红包",
    "opening": "正在拆红包",
    "congratulations": "恭喜获得",
    "in_wallet": "已放进您的钱包，可提现到微信零钱",
    "small_change": "已放进您的钱包，攒满 ¥0.10 就能提现",
    "sold_by": "售出门店：{shop}",
    "to_wallet": "去钱包提现",
    "nothing": "谢谢参与",
    "nothing_note": "这一次没有中奖，下一件再试试手气",
    "mine": "您已领取",
    "others": "红包已被他人领取",
    "others_note": "每枚码只能领一次。如果包装是您亲手打开的，请向品牌反映",
    "not_started": "活动还没有开始",
    "not_started_note": "{at} 开始，请保留这枚码",
    "ended": "活动已结束",
    "ended_note": "{at} 截止，这枚码不再兑奖",
    "stopped": "活动已停止",
    "stopped_note": "品牌停止了这次活动，商品的真伪查询不受影响",
    "limit": "您的领取次数已满",
    "limit_note": "这次活动每人可领的次数有限，红包还留在码里",
    "snapshot": "请完整打开页面",
    "snapshot_note": "您在看快照页。点微信右下角的“使用完整服务”后再拆",
    "refused": "现在不能领取",
    "refused_note": "请稍后再试，或向品牌反映",
    "lost": "网络不给力",
    "lost_note": "红包还在，再试一次就好",
    "retry": "点此重试",
    "inner_code": "红包在盖内",
    "inner_code_note": "这是外码，只查真伪。打开后扫里面的码领红包",
    "not_wechat": "请用微信打开",
    "not_wechat_note": "红包发到微信零钱。用微信扫一扫这枚码，就能领取",
    "copy_link": "复制链接",
    "copied": "已复制，请到微信里打开",
    "case": "这是一枚箱码",
    "pallet": "这是一枚垛码",
    "case_note": "红包不在这里：请扫商品上或盖内的码",
    "case_owner_note": "开箱后，这一箱的每一次扫码都会算到您的店",
    "case_sign_in": "我是店主，登录开箱",
    "register_shop": "登记我的店",
    "choose_shop": "开到哪家店",
    "open_case": "为我的店开箱",
    "opening_case": "正在开箱",
    "case_opened": "已开箱",
    "case_opened_note": "{product}，共 {units} 件，记在{shop}",
    "case_repeated": "这一箱您之前已经开过，不用再扫",
    "case_foreign": "这一箱不是发给您的经销商的，相关佣金会先留存，等品牌核实",
    "case_refused": "没有开成",
    "to_earnings": "看今天的收入",
    "facts": "商品信息",
    "product": "商品",
    "spec": "规格",
    "gtin": "条码",
    "batch": "批号",
    "made_on": "生产日期",
    "expires_on": "有效期至",
    "rules": "活动规则与中奖概率",
    "period": "活动时间",
    "until": "至",
    "prize_name": "奖项",
    "prize_amount": "金额",
    "prize_count": "个数",
    "prize_odds": "概率",
    "blank_prize": "谢谢参与",
    "per_person": "每人最多领 {n} 次",
    "per_person_day": "每人每天最多领 {n} 次",
    "commitment": "抽奖承诺",
    "commitment_note": "每枚码的奖在激活前就已定好。这串指纹是当时封存的，活动后公布原文，人人可以核对",
    "payout_note": "领取后可随时在钱包提现，微信要求每笔在 24 小时内确认收款，过时退回钱包",
    "complaint": "投诉与举报",
    "complaint_note": "请留好包装和本页截图，向售出的店或品牌反映，也可拨打 12315",
    "wallet": "我的钱包",
}

_EN: Final[LandingTexts] = {
    "title": "Authenticity",
    "other_language": "中文",
    "offline": "You are offline. We go on as soon as you are back",
    "first": "Genuine, first query",
    "first_note": "Nobody has queried this code before you",
    "again": "Genuine, query no. {n}",
    "again_note": "First queried on {at}. If that was not you, check that the packaging is intact",
    "again_mine_note": "First queried on {at}. You claimed its packet",
    "inactive": "This code is not active yet",
    "inactive_note": "The product has not been released. If you hold it, please tell the brand",
    "void": "This code is void",
    "void_note": "Please do not buy or use this product, and tell the brand",
    "frozen": "This code is on hold",
    "frozen_note": "The brand is checking this batch. Please query again later",
    "unknown": "Unknown code",
    "unknown_note": "Check that the code is complete. If it stays unknown, beware of a counterfeit",
    "case_genuine": "Genuine case code",
    "case_genuine_note": "A code on the outer packaging that records where goods come from and go",
    "packet": "Red packet",
    "packet_from": "A red packet from {brand}",
    "packet_hint": "Tap the coin to see how much",
    "open_packet": "Open the red packet",
    "opening": "Opening the red packet",
    "congratulations": "You won",
    "in_wallet": "It is in your wallet and can be withdrawn to WeChat",
    "small_change": "It is in your wallet. You can withdraw from ¥0.10",
    "sold_by": "Sold by {shop}",
    "to_wallet": "Withdraw from wallet",
    "nothing": "No prize this time",
    "nothing_note": "Better luck with the next one",
    "mine": "You have claimed this",
    "others": "Someone else claimed this packet",
    "others_note": "Each code pays once. If you opened the packaging yourself, please tell the brand",
    "not_started": "The campaign has not started",
    "not_started_note": "It starts on {at}. Keep this code",
    "ended": "The campaign is over",
    "ended_note": "It ended on {at}. This code no longer pays",
    "stopped": "The campaign was stopped",
    "stopped_note": "The brand stopped it. Authenticity queries still work",
    "limit": "You have reached your limit",
    "limit_note": "Each person can claim a limited number. The packet stays in the code",
    "snapshot": "Please open the full page",
    "snapshot_note": "You see a snapshot. Tap “Use full service” in WeChat, then open the packet",
    "refused": "This cannot be claimed now",
    "refused_note": "Try again later, or tell the brand",
    "lost": "The network is weak",
    "lost_note": "The packet is still there. Just try again",
    "retry": "Try again",
    "inner_code": "The packet is under the cap",
    "inner_code_note": "This outer code only proves authenticity. Open it and scan the inner code",
    "not_wechat": "Please open in WeChat",
    "not_wechat_note": "The money goes to your WeChat balance. Scan this code with WeChat to claim it",
    "copy_link": "Copy link",
    "copied": "Copied. Open it in WeChat",
    "case": "This is a case code",
    "pallet": "This is a pallet code",
    "case_note": "The packet is not here: scan the code on the product or under its cap",
    "case_owner_note": "Once opened, every scan from this case counts for your shop",
    "case_sign_in": "I own a shop: sign in to open it",
    "register_shop": "Register my shop",
    "choose_shop": "Open it for",
    "open_case": "Open for my shop",
    "opening_case": "Opening the case",
    "case_opened": "Case opened",
    "case_opened_note": "{product}, {units} units, counted for {shop}",
    "case_repeated": "You have opened this case before. No need to scan it again",
    "case_foreign": "This case was shipped to another dealer. Its commission is held for the brand to check",
    "case_refused": "The case was not opened",
    "to_earnings": "See today's earnings",
    "facts": "Product",
    "product": "Product",
    "spec": "Size",
    "gtin": "Barcode",
    "batch": "Batch",
    "made_on": "Made on",
    "expires_on": "Best before",
    "rules": "Rules and odds",
    "period": "Period",
    "until": "to",
    "prize_name": "Prize",
    "prize_amount": "Amount",
    "prize_count": "Count",
    "prize_odds": "Odds",
    "blank_prize": "No prize",
    "per_person": "At most {n} claims per person",
    "per_person_day": "At most {n} claims per person and day",
    "commitment": "Draw commitment",
    "commitment_note": "The prize of every code was fixed before activation. This fingerprint was sealed then; "
    "its text is published afterwards, so that anyone can check it",
    "payout_note": "Withdraw from the wallet whenever you like. WeChat asks you to confirm each transfer "
    "within 24 hours; otherwise the money returns to the wallet",
    "complaint": "Complaints",
    "complaint_note": "Keep the packaging and a screenshot of this page, and tell the shop or the brand. "
    "In China you can also call 12315",
    "wallet": "My wallet",
}


def landing_texts(lang: str) -> LandingTexts:
    """The catalogue of a language; anything but English is Chinese."""
    return _EN if lang == "en" else _ZH
