"""Reasons in words: figures and thresholds for staff, none of them for whoever is put off."""

from app.risk.rules.signals import Reason

SHARED = (
    "{figure} 个箱与可疑的人共有 (超过 {threshold})",
    "Shares {figure} cases with suspects (more than {threshold})",
)
REASONS: dict[str, tuple[str, str]] = {
    "canary": ("扫了 {figure} 个从不上货的暗哨码", "Asked for {figure} codes that were never meant for goods"),
    "leaks": (
        "一周内扫了 {figure} 个未激活或已作废的码 (超过 {threshold})",
        "{figure} inactive or withdrawn codes in a week (more than {threshold})",
    ),
    "velocity_hour": (
        "一小时 {figure} 个码 (超过 {threshold})",
        "{figure} codes in an hour (more than {threshold})",
    ),
    "velocity_day": ("一天 {figure} 个码 (超过 {threshold})", "{figure} codes in a day (more than {threshold})"),
    "velocity_month": (
        "30 天 {figure} 个码 (超过 {threshold})",
        "{figure} codes in 30 days (more than {threshold})",
    ),
    "newcomer": (
        "第一天来, 一小时内的码就来自 {figure} 个不同的箱 (超过 {threshold})",
        "On the first day codes of {figure} different cases in an hour (more than {threshold})",
    ),
    "scatter_hour": (
        "一小时内的码来自 {figure} 个不同的箱 (超过 {threshold})",
        "Codes of {figure} different cases in an hour (more than {threshold})",
    ),
    "scatter_day": (
        "一天内的码来自 {figure} 个不同的箱 (超过 {threshold})",
        "Codes of {figure} different cases in a day (more than {threshold})",
    ),
    "scatter_week": (
        "一周内的码来自 {figure} 个不同的箱 (超过 {threshold})",
        "Codes of {figure} different cases in a week (more than {threshold})",
    ),
    "scatter_month": (
        "30 天内的码来自 {figure} 个不同的箱 (超过 {threshold})",
        "Codes of {figure} different cases in 30 days (more than {threshold})",
    ),
    "whole_cases": (
        "30 天内几乎整箱领奖 {figure} 箱 (超过 {threshold})",
        "{figure} nearly whole cases in 30 days (more than {threshold})",
    ),
    "unsold_cases": (
        "一周内有 {figure} 个门店尚未开箱的箱被成箱领奖 (超过 {threshold})",
        "{figure} cases claimed whole in a week although no shop has opened them (more than {threshold})",
    ),
    "unsold": (
        "{figure} 个箱门店尚未开箱 (通常约 {threshold} 个)",
        "{figure} cases that no shop has opened (about {threshold} are usual)",
    ),
    "run": (
        "一天内连号 {figure} 个 (超过 {threshold})",
        "{figure} consecutive numbers in a day (more than {threshold})",
    ),
    "dealers": (
        "30 天内的货来自 {figure} 个经销商 (超过 {threshold})",
        "Goods of {figure} dealers in 30 days (more than {threshold})",
    ),
    "far": (
        "{figure} 个箱在远离销售区域的地方领奖 (通常约 {threshold} 个)",
        "{figure} cases claimed far from where they were sold (about {threshold} are usual)",
    ),
    "handled": (
        "{figure} 个码此前在别的设备上打开过 (通常约 {threshold} 个)",
        "{figure} codes were opened on other devices before (about {threshold} are usual)",
    ),
    "bare": (
        "{figure} 个码没有打开页面就直接领奖 (通常约 {threshold} 个)",
        "{figure} codes claimed without opening the page (about {threshold} are usual)",
    ),
    "old": (
        "{figure} 个箱生产已久 (通常约 {threshold} 个)",
        "{figure} cases made long ago (about {threshold} are usual)",
    ),
    "night": (
        "凌晨领了 {figure} 个不同箱的码 (超过 {threshold})",
        "Codes of {figure} cases after one in the morning (more than {threshold})",
    ),
    "travel": (
        "{figure} 次在不可能的时间内换了地方 (超过 {threshold})",
        "Changed places impossibly fast {figure} times (more than {threshold})",
    ),
    "device": (
        "同一设备上有 {figure} 个人 (超过 {threshold})",
        "{figure} persons on one device (more than {threshold})",
    ),
    "address": ("来自可疑的网络地址", "Comes from a suspect address"),
    "company": SHARED,
    "company_many": SHARED,
    "rank_3": ("微信风险等级 {figure}", "WeChat's risk rank is {figure}"),
    "rank_4": ("微信风险等级 {figure}", "WeChat's risk rank is {figure}"),
    "tainted": (
        "有 {figure} 个可疑的人领过本箱的码 (超过 {threshold})",
        "{figure} suspects have asked for codes of this case (more than {threshold})",
    ),
    "looks": (
        "一周内打开 {figure} 个码却不领奖 (超过 {threshold})",
        "Looked at {figure} codes in a week without claiming (more than {threshold})",
    ),
    "guesses": (
        "一天内有 {figure} 分钟在大量试码 (超过 {threshold})",
        "Guessed codes in {figure} minutes of a day (more than {threshold})",
    ),
    "suspects": (
        "一天内有 {figure} 个可疑的人 (超过 {threshold})",
        "{figure} suspects in a day (more than {threshold})",
    ),
}
KIND_WORDS: dict[str, tuple[str, str]] = {
    "verify_first": (
        "为保护您的奖励, 请先验证手机号, 验证后即可领奖, 奖励为您保留",
        "To protect your prize please verify your phone number first; the prize waits for you",
    ),
    "defer": (
        "这份奖励需要人工核对, 请过几天再来领取, 码不会作废; 也可以提交申诉",
        "This prize is being checked, please come back in a few days: the code stays good; or lodge an appeal",
    ),
    "refuse": (
        "暂时不能为您发放这份奖励, 如有疑问请提交申诉, 我们会认真核对",
        "We cannot pay this prize to you now; if you disagree, lodge an appeal and we will look into it",
    ),
}


def reason_text(reason: Reason, language: str = "zh") -> str:
    """For staff: the signal with its figure and threshold."""
    chinese, english = REASONS[reason.signal]
    words = english if language == "en" else chinese
    return words.format(figure=reason.figure, threshold=reason.threshold)
