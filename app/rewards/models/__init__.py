from app.rewards.models.claims import Claim
from app.rewards.models.grants import Delivery, Grant
from app.rewards.models.redeeming import Conflict, Day, Presentation, Redemption, Refusal, SettingsRow

__all__ = [
    "Claim",
    "Conflict",
    "Day",
    "Delivery",
    "Grant",
    "Presentation",
    "Redemption",
    "Refusal",
    "SettingsRow",
]
