from typing import Any

from typing_extensions import override

from app.campaigns.rules import rule_words
from app.kit.errors import AppError


class _NamesRules(AppError):
    """Says in words what `details.rules` names."""

    @override
    def body(self, language: str = "zh") -> dict[str, Any]:
        body = super().body(language)
        words = "; ".join(rule_words(name, language) for name in self.details["rules"])
        body["error"]["message"] += f": {words}"
        return body


class BreaksRules(_NamesRules):
    """The promise breaks a rule of law or arithmetic; `details.rules` names which."""

    code = "campaigns.breaks_rules"
    status = 422
    message = "活动设置违反规则, 无法保存"
    message_en = "The campaign breaks a rule and cannot be saved"


class ConfirmFirst(_NamesRules):
    """It may be meant so: send it again with these rules as ``confirmed`` and the name as ``confirmed_name``."""

    code = "campaigns.confirm_first"
    status = 409
    message = "请再确认一次"
    message_en = "Please confirm once more"


class CommittedTooLate(AppError):
    code = "campaigns.committed_too_late"
    status = 409
    message = "这批码已有部分激活, 抽奖必须在激活之前承诺"
    message_en = "Some codes are active already; a draw must be committed before activation"


class CampaignUnknown(AppError):
    code = "campaigns.unknown"
    status = 404
    message = "没有这个活动"
    message_en = "There is no such campaign"


class CommissionRuleUnknown(AppError):
    """A tier names a commission rule that the brand does not have."""

    code = "campaigns.commission_rule_unknown"
    status = 404
    message = "没有这条返利规则"
    message_en = "There is no such commission rule"


class OtherBatch(AppError):
    code = "campaigns.other_batch"
    status = 409
    message = "活动属于另一批码"
    message_en = "The campaign draws over another batch"


class NameTaken(AppError):
    code = "campaigns.name_taken"
    status = 409
    message = "已有同名活动"
    message_en = "There is a campaign of this name"


class NotStarted(AppError):
    code = "campaigns.not_started"
    status = 409
    message = "活动还没有开始, 请保留瓶盖稍后再来"
    message_en = "The campaign has not started; keep the cap and come back"


class Ended(AppError):
    code = "campaigns.ended"
    status = 409
    message = "活动已结束"
    message_en = "The campaign is over"


class Stopped(AppError):
    code = "campaigns.stopped"
    status = 409
    message = "活动已暂停"
    message_en = "The campaign was stopped"


class LimitReached(AppError):
    code = "campaigns.limit_reached"
    status = 409
    message = "已达到每人领取次数上限, 请明天或换个活动再来"
    message_en = "You have reached this campaign's limit per person"


class DeviceLimitReached(AppError):
    code = "campaigns.device_limit_reached"
    status = 409
    message = "这部手机的领取次数已满, 奖还留在码里"
    message_en = "This phone has reached the campaign's limit; the prize stays in the code"


class NotHere(AppError):
    """Sold elsewhere; `details.cause` is terminal, dealer, county or case_not_opened."""

    code = "campaigns.not_here"
    status = 409
    message = "奖还留在码里: 活动只在指定的地区和门店, 请问问售出这件商品的店"
    message_en = "The prize stays in the code: it is for certain areas and shops; please ask the shop that sold it"


class NotNow(AppError):
    """`details.opens_at` says when the code can be claimed."""

    code = "campaigns.not_now"
    status = 409
    message = "奖还留在码里: 现在不是活动的领取时间, 请在活动时间再来"
    message_en = "The prize stays in the code: please come back at the hours of the campaign"


class NotForYou(AppError):
    """`details.cause` is new or returning: whom the campaign is for."""

    code = "campaigns.not_for_you"
    status = 409
    message = "奖还留在码里: 活动只面向指定的新老顾客, 可以请合适的亲友来领"
    message_en = "The prize stays in the code: the campaign is for certain customers; a friend may be one of them"


class BudgetExhausted(AppError):
    """The prize stays in the code; `details.opens_at` says when a budget by the day goes on."""

    code = "campaigns.budget_exhausted"
    status = 409
    message = "奖还留在码里: 活动这一阶段的奖金已发完, 请过些时候再来"
    message_en = "The prize stays in the code: the money of this stretch is paid out; please come back later"


class OnlyRaised(AppError):
    """Codes are on the shelf already: a budget may be raised, not lowered, and none may be added."""

    code = "campaigns.only_raised"
    status = 409
    message = "码已激活, 预算只能增加"
    message_en = "Codes are active already: a budget can only be raised"


class NotStopped(AppError):
    code = "campaigns.not_stopped"
    status = 409
    message = "活动没有停止"
    message_en = "The campaign is not stopped"


class Revealed(AppError):
    """Whoever knows the seed knows every prize that is still to be claimed."""

    code = "campaigns.revealed"
    status = 409
    message = "抽奖种子已公开, 活动不能恢复"
    message_en = "The seed is public: the campaign cannot go on"


class OnlyWider(AppError):
    """Codes are on the shelf already: what was announced may be widened, never narrowed."""

    code = "campaigns.only_wider"
    status = 409
    message = "码已激活, 条件只能放宽, 不能收紧"
    message_en = "Codes are active already: conditions may be widened, not narrowed"


class ChangedMeanwhile(AppError):
    code = "campaigns.changed_meanwhile"
    status = 409
    message = "别人刚刚改过, 请刷新后再试"
    message_en = "Somebody has just changed this; please reload"


class NoCampaign(AppError):
    code = "campaigns.none"
    status = 409
    message = "这个码没有参加抽奖活动"
    message_en = "This code takes part in no campaign"


class NotOverYet(AppError):
    code = "campaigns.not_over"
    status = 409
    message = "活动结束后才能公开抽奖种子"
    message_en = "The seed can be revealed only after the campaign is over"
