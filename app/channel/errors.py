from app.kit.errors import AppError


class UnknownDealer(AppError):
    code = "channel.unknown_dealer"
    status = 404
    message = "没有这个经销商"
    message_en = "There is no such dealer"


class UnknownTerminal(AppError):
    """The terminal does not exist, is closed, or is not the caller's: the answer does not say which."""

    code = "channel.unknown_terminal"
    status = 404
    message = "没有找到您的这家门店"
    message_en = "This shop was not found among yours"


class TerminalNotChosen(AppError):
    """The caller works for several terminals and named none; `details.terminals` lists their ids."""

    code = "channel.terminal_not_chosen"
    status = 409
    message = "您有多家门店, 请先选择一家"
    message_en = "You work for several shops, please choose one"


class NameTaken(AppError):
    code = "channel.name_taken"
    status = 409
    message = "这个名称已被使用"
    message_en = "This name is already used"


class HouseDealerExists(AppError):
    code = "channel.house_dealer_exists"
    status = 409
    message = "品牌已有直营经销商"
    message_en = "The brand already has its house dealer"


class CountyTaken(AppError):
    """Another dealer is authorised for these counties; `details.counties` lists them."""

    code = "channel.county_taken"
    status = 409
    message = "这些区县已授权给其他经销商"
    message_en = "These counties belong to another dealer"


class DealerHasTerminals(AppError):
    """A dealer that still supplies open shops is not closed; move or close them first."""

    code = "channel.dealer_has_terminals"
    status = 409
    message = "该经销商名下还有营业的门店, 请先转移或关闭门店"
    message_en = "The dealer still supplies open shops; move or close them first"


class HouseDealerStays(AppError):
    code = "channel.house_dealer_stays"
    status = 409
    message = "品牌直营经销商不能关闭"
    message_en = "The brand's own dealer cannot be closed"


class UnknownChange(AppError):
    code = "channel.unknown_change"
    status = 404
    message = "没有这条变更申请"
    message_en = "There is no such change"


class ChangeOpen(AppError):
    code = "channel.change_open"
    status = 409
    message = "这家门店已有一条待处理的变更"
    message_en = "Another change of this shop is waiting"


class ChangeDecided(AppError):
    code = "channel.change_decided"
    status = 409
    message = "这条变更已处理"
    message_en = "This change was decided before"


class ChangeDoesNotFit(AppError):
    """Open shops are moved and closed, closed ones reopened, and nobody moves to where they are."""

    code = "channel.change_does_not_fit"
    status = 409
    message = "门店当前的状态不能做这项变更"
    message_en = "The shop is not in a state for this change"


class UnknownInvitation(AppError):
    """No such invitation, or one for somebody else: the answer does not say which."""

    code = "channel.unknown_invitation"
    status = 404
    message = "邀请无效, 请向邀请人索取新的邀请码"
    message_en = "This invitation is not valid, please ask for a new one"


class InvitationExpired(AppError):
    code = "channel.invitation_expired"
    status = 410
    message = "邀请已过期或已撤回, 请向邀请人索取新的邀请码"
    message_en = "This invitation has expired, please ask for a new one"


class InvitationUsedUp(AppError):
    code = "channel.invitation_used_up"
    status = 409
    message = "邀请的名额已用完"
    message_en = "This invitation was used by as many as it was made for"


class PhoneDiffers(AppError):
    """The invitation waits for another phone number."""

    code = "channel.phone_differs"
    status = 403
    message = "手机号与邀请的手机号不一致"
    message_en = "This invitation is for another phone number"


class PhoneRequired(AppError):
    code = "channel.phone_required"
    status = 422
    message = "请填写 11 位手机号"
    message_en = "Please enter a mobile number of 11 digits"


class MayNotInvite(AppError):
    code = "channel.may_not_invite"
    status = 403
    message = "您不能发出这种邀请"
    message_en = "You may not invite to this"


class UnknownRegistration(AppError):
    code = "channel.unknown_registration"
    status = 404
    message = "没有这条门店登记"
    message_en = "There is no such registration"


class RegistrationOpen(AppError):
    """One wish at a time: `details.registration` is the one that waits for an answer."""

    code = "channel.registration_open"
    status = 409
    message = "您已提交登记, 请等待审核"
    message_en = "Your registration is being looked at"


class RegistrationDecided(AppError):
    code = "channel.registration_decided"
    status = 409
    message = "这条登记已处理"
    message_en = "This registration was decided before"


class LooksLikeForeignTerminal(AppError):
    """The shop seems to be one of another dealer: only the brand decides."""

    code = "channel.looks_like_foreign_terminal"
    status = 409
    message = "疑似其他经销商的门店, 请由品牌审核"
    message_en = "This seems to be a shop of another dealer; the brand has to decide"


class UnknownPhoto(AppError):
    code = "channel.unknown_photo"
    status = 404
    message = "照片不存在, 请重新上传"
    message_en = "There is no such photo, please send it again"


class UnfitHeader(AppError):
    """`details.missing` and `details.unknown` name columns."""

    code = "channel.unfit_header"
    status = 422
    message = "表头不对, 请用模板的列名"
    message_en = "The header does not fit, please use the template's columns"


class TooManyLines(AppError):
    code = "channel.too_many_lines"
    status = 422
    message = "一次最多导入 20000 行, 请分成几个文件"
    message_en = "At most 20,000 lines at a time, please split the file"


class ImportOutrun(AppError):
    """Somebody added the same name or county while the file was being taken in; nothing of it was kept."""

    code = "channel.import_outrun"
    status = 409
    message = "导入时渠道资料刚好被修改, 请再试一次"
    message_en = "The channel changed meanwhile, please try again"


class ListRefused(AppError):
    """Nothing of the file was kept: `details.errors` are lines, columns and words, of `details.error_count`."""

    code = "channel.list_refused"
    status = 422
    message = "文件有错误, 没有导入任何一行"
    message_en = "The file has errors; no line of it was taken in"
