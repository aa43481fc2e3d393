from app.kit.errors import AppError


class StaleMemory(AppError):
    """The brand's configuration changed under the request; the shell forgets and tries again."""

    code = "scans.stale_memory"
    status = 503
    message = "活动设置刚刚更新, 请再试一次"
    message_en = "The settings have just changed, please try again"


class LostRace(AppError):
    """Another claim of the same code won meanwhile; the shell asks again and gets its answer."""

    code = "scans.lost_race"
    status = 503
    message = "系统繁忙, 请再试一次"
    message_en = "Please try again"


class NoHouseDealer(AppError):
    """A brand must name the dealer that its unattributed sales belong to before anybody can claim."""

    code = "scans.no_house_dealer"
    status = 503
    message = "品牌尚未设置直营经销商, 暂时不能领奖"
    message_en = "The brand has not named its house dealer yet"
