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
