from app.channel.models.joining import ImportedFile, Invitation, InvitationUse, Photo, Registration
from app.channel.models.places import (
    Change,
    Dealer,
    DealerArea,
    FormerArea,
    FormerSupplier,
    Terminal,
)

__all__ = [
    "Change",
    "Dealer",
    "DealerArea",
    "FormerArea",
    "FormerSupplier",
    "ImportedFile",
    "Invitation",
    "InvitationUse",
    "Photo",
    "Registration",
    "Terminal",
]
