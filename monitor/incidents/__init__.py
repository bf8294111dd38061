"""Accounts become incidents: `assign` says where one belongs, `merge` computes the facts."""
