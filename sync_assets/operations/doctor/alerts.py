"""Where alerts go: only whether the addresses can be read, and never what they are, since they hold secrets."""

from __future__ import annotations

from sync_assets.operations.alerts.alert_delivery import channels
from sync_assets.operations.doctor.finding import Findings
from sync_assets.settings import Settings


def look_at_alerts(findings: Findings, settings: Settings) -> None:
    """Look at the addresses of alerts. Nothing is sent."""
    with findings.looking_at("alerts"):
        found = channels(settings)
        if found:
            services = ", ".join(channel.service for channel in found)
            findings.ok(
                "alerts", f"Alerts go to {len(found)} {'address' if len(found) == 1 else 'addresses'} ({services})."
            )
        elif settings.sync_alert_urls is None:
            findings.ok("alerts", "SYNC_ALERT_URLS is not set: alerts are written to the log.")
        else:
            findings.wrong(
                "alerts", "SYNC_ALERT_URLS is set, and no address is in it.", "Correct it, or leave it unset."
            )
