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


class BadDigitalLink(AppError):
    """The address is no GS1 Digital Link; `details.reason` says why, `details.identifier` about which AI."""

    code = "scans.bad_digital_link"
    status = 400
    message = "这个地址不是有效的 GS1 数字链接"
    message_en = "This address is no valid GS1 Digital Link"


class NoSuchLink(AppError):
    """The identifier is not ours, or has no link of the type that was asked for."""

    code = "scans.no_such_link"
    status = 404
    message = "没有找到这个标识或它的链接"
    message_en = "There is no such identifier here, or it has no such link"


class UnknownReport(AppError):
    code = "scans.unknown_report"
    status = 404
    message = "没有这条举报"
    message_en = "There is no such report"


class PhotoGiven(AppError):
    """A report has one photo, given by whoever made it."""

    code = "scans.photo_given"
    status = 409
    message = "这条举报已有照片"
    message_en = "This report has its photo already"


class ReportSettled(AppError):
    code = "scans.report_settled"
    status = 409
    message = "这条举报已处理"
    message_en = "This report was settled before"
