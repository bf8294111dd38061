"""The config file, the secrets it refers to, and the rule files beside it.

`load_config(path)` gives a `Config` or every problem at once; `read_rule_files(folder)` the texts that `monitor.rules` parses;
`resolve_secret(reference)` what a channel's reference stands for.
"""

from monitor.config.files import read_rule_files, shipped, shown
from monitor.config.load import Channel, Config, alert_settings, default_database, load_config, rules_folder, user_agent
from monitor.config.secrets import resolve_secret, secret_parts, secret_problems
from monitor.config.sections import Alerts, Log, Polling, Text, duration_s

__all__ = [
    "Alerts",
    "Channel",
    "Config",
    "Log",
    "Polling",
    "Text",
    "alert_settings",
    "default_database",
    "duration_s",
    "load_config",
    "read_rule_files",
    "resolve_secret",
    "rules_folder",
    "secret_parts",
    "secret_problems",
    "shipped",
    "shown",
    "user_agent",
]
