"""Where alerts go: whether the addresses can be read. They contain secrets, so they are never shown."""

from __future__ import annotations

from sync_assets.operations.alerts.alert_delivery import channels
from sync_assets.operations.doctor.finding import Findings
from sync_assets.settings import Settings


def look_at_alerts(findings: Findings, settings: Settings) -> None:
    """Look at the addresses of alerts. Nothing is sent."""
    with findings.looking_at("alerts"):
        all_channels = channels(settings)
        if all_channels:
            services = ", ".join(channel.service for channel in all_channels)
            addresses = "1 address" if len(all_channels) == 1 else f"{len(all_channels)} addresses"
            findings.ok("alerts", f"Alerts go to {addresses} ({services}).")
        elif settings.sync_alert_urls is None:
            findings.ok("alerts", "SYNC_ALERT_URLS is not set: alerts are written to the log.")
        else:
            findings.wrong("alerts", "SYNC_ALERT_URLS is set, but contains no address.", "Correct it, or unset it.")
