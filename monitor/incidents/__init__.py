"""Accounts become incidents: `assign` says where one belongs, `merged` computes the facts."""

from monitor.incidents.assign import assign
from monitor.incidents.merge import merged

__all__ = ["assign", "merged"]
