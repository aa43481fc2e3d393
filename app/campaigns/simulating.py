"""The face of simulations: seasons, plans and what they cost; used as ``campaigns.simulating``."""

from app.campaigns.rules.budget import Budget
from app.campaigns.rules.draw import Draw, Tier
from app.campaigns.rules.forecast import Forecast, Interval, forecast
from app.campaigns.rules.season import UNKNOWN, Place, Season, make_season
from app.campaigns.rules.simulation import ANSWERS, Plan, Played, simulate

__all__ = [
    "ANSWERS",
    "UNKNOWN",
    "Budget",
    "Draw",
    "Forecast",
    "Interval",
    "Place",
    "Plan",
    "Played",
    "Season",
    "Tier",
    "forecast",
    "make_season",
    "simulate",
]
