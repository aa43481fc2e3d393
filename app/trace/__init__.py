"""Trace tells what happened to a code: to consumers, to staff, to other systems. It owns quality reports."""

from app.trace.actions import attach_report, remove_report
from app.trace.errors import NotAReport, TooManyReports, UnknownReport

__all__ = ["NotAReport", "TooManyReports", "UnknownReport", "attach_report", "remove_report"]
