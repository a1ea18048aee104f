"""The settings: the one place that gives each its name, type and default. They come from the environment."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from sync_assets.errors import SyncError


class SettingsError(SyncError):
    """A setting is missing or cannot be used."""


def _database_url(name: str, value: str, driver: str) -> URL:
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):
        raise SettingsError(
            f"{name} is not a database URL; expected postgresql://user:password@host/database."
        ) from None
    if "@" in f"{url.host}{url.database}":
        # Part of a password would be read as a name, and would appear in the error that says there is no such name.
        raise SettingsError(
            f"{name} has an @ in its user or password: write it as %40, and encode other special characters, too."
        )
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise SettingsError(f"{name} names {url.get_backend_name()}; this project needs PostgreSQL.")
    # A URL without a driver means psycopg 3 to SQLAlchemy 2.1 and psycopg2 to earlier ones: the driver is always named.
    return url.set(drivername=f"postgresql+{driver}")


class Settings(BaseSettings):
    """All settings. Read them with `Settings.read()`, whose error says what is wrong in sentences."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_ignore_empty=True)

    sync_database_url: SecretStr | None = Field(
        None, description="The database with the schemas acted and adm; unset: the embedded one."
    )
    sync_local_dir: Path = Field(Path(".local"), description="Folder of the embedded database and of Dagster's files.")
    sync_upload_dir: Path | None = Field(None, description="The drop folder; uploads may also be read from it by path.")
    sync_schedules_on: bool = Field(False, description="Whether the schedules run unless somebody stops them.")
    sync_nightly_cron: str = Field("0 2 * * *", description="When the whole sync runs, as a cron expression.")
    sync_frequent_cron: str = Field(
        "0 7-19 * * *", description="When the sync of what changes often runs, as a cron expression."
    )
    sync_events_cron: str = Field(
        "30 7-19 * * *", description="When the sync of what changed of events runs, as a cron expression."
    )
    sync_time_zone: str = Field("UTC", description="Time zone of the cron expressions, by its IANA name.")
    sync_freshness_slack_hours: float = Field(
        6.0, gt=0, le=8760, description="An asset counts as stale this many hours after the nightly sync was due."
    )
    sync_alert_urls: SecretStr | None = Field(
        None, description="Where alerts go: URLs of Apprise, separated by white space or commas; unset: the log."
    )
    sync_ui_url: str | None = Field(None, description="Address of Dagster's UI, for the links in alerts.")
    sync_dagster_url: str = Field(
        "http://127.0.0.1:3000",
        description="Address at which the pages reach Dagster's webserver, with its path if it has one.",
    )
    sync_pages_url: str | None = Field(
        None, description="Address of the pages as people type it, if a proxy serves them; unset: that of the server."
    )
    sync_pages_password: SecretStr | None = Field(
        None, min_length=12, description="Password of the pages; unset: a new one at each start, which is printed."
    )
    sync_pages_user_header: str | None = Field(
        None, description="Header in which a proxy that has asked who it is names the person; unset: none is believed."
    )
    sync_pages_trusted_proxies: str = Field(
        "127.0.0.1",
        description="Addresses and networks of the proxies whose header is believed, separated by commas.",
    )
    sync_removal_days: float = Field(
        7.0, gt=0, le=3650, description="Over how many days the removals of an entity are counted together."
    )
    sync_following_fields: str = Field(
        "Lifecycle state, Sold out, Max places",
        description="Fields of events that are taken over from Administrate by themselves, separated by commas; "
        "'none': no field.",
    )
    sync_finalisation_days: int = Field(
        14, ge=0, le=3650, description="How many days before its finalisation date a draft is reported."
    )
    sync_run_days: int = Field(180, ge=1, description="For how many days the records of ended runs are kept.")
    sync_audit_days: int = Field(
        400, ge=1, description="For how many days the audit of what was sent to the tenant is kept."
    )
    dagster_pg_url: SecretStr | None = Field(
        None, description="Dagster's own storage in PostgreSQL; unset: the embedded server."
    )
    administrate_api_url: str | None = Field(None, description="Administrate's GraphQL endpoint.")
    administrate_token_url: str | None = Field(None, description="Administrate's OAuth token endpoint.")
    administrate_client_id: str | None = Field(None, description="Client id of the client credentials.")
    administrate_client_secret: SecretStr | None = Field(None, description="Secret of the client credentials.")
    administrate_tax_type: str | None = Field(
        None, description="Name or id of the tax type of imported events; unset: the only one, or the location's."
    )
    administrate_region_id: str | None = Field(
        None, description="Id of the region in Administrate that locations are created in, unless a decision names one."
    )
    administrate_account_id: str | None = Field(
        None,
        description="Id of the account in Administrate that instructors are created in, unless a decision names one.",
    )
    administrate_requests_per_minute: int = Field(
        1100,
        ge=1,
        le=60_000,
        description="Most requests per minute; Administrate allows 6,000 in 5 minutes per address.",
    )
    administrate_requests_per_second: int = Field(
        50, ge=1, le=1000, description="Most requests in one second: the longest burst within the limit per minute."
    )
    administrate_concurrency: int = Field(8, ge=1, le=64, description="Most requests at the same time.")
    administrate_timeout_seconds: float = Field(30.0, gt=0, description="Seconds to wait for one answer.")
    administrate_retry_seconds: float = Field(
        20.0, ge=0, description="Seconds during which a failing query is tried again."
    )
    administrate_quiet_seconds: float = Field(
        600.0,
        gt=0,
        description="Seconds until a create without an answer may be sent again: longer than any request may take.",
    )
    administrate_code_prefix: str = Field(
        "SA-",
        max_length=20,
        description="How our codes of events and locations begin in Administrate, by which they are found again. "
        "'none': the tenant numbers its events itself; then title, template and dates say which are ours.",
    )

    administrate_event_url: str | None = Field(
        None,
        description="Address of an event's page in Administrate, with {number} for its number; unset: no links.",
    )

    @field_validator(
        "administrate_event_url",
        "administrate_api_url",
        "administrate_token_url",
        "sync_ui_url",
        "sync_dagster_url",
        "sync_pages_url",
    )
    @classmethod
    def _http(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("it must begin with https:// (or http://)")
        return value

    @field_validator("sync_pages_trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for part in value.split(","):
            try:
                ip_network(part.strip())
            except ValueError:
                raise ValueError("it must be addresses or networks, such as 127.0.0.1, 10.0.0.0/8") from None
        return value

    @classmethod
    def read(cls) -> Self:
        """Return the settings of this process's environment. Raises SettingsError, which names each wrong variable."""
        try:
            return cls()
        except ValidationError as error:
            wrong = "; ".join(
                f"{'.'.join(str(part) for part in item['loc']).upper()}: {item['msg'].removeprefix('Value error, ')}"
                for item in error.errors(include_url=False, include_input=False)
            )
            raise SettingsError(f"Settings that cannot be used: {wrong}.") from None

    def required(self, *names: str) -> None:
        """Raise SettingsError if one of these settings is not set, naming all that are missing."""
        missing = [name.upper() for name in names if getattr(self, name) is None]
        if missing:
            verb = "is" if len(missing) == 1 else "are"
            raise SettingsError(
                f"{', '.join(missing)} {verb} not set. Set {'it' if len(missing) == 1 else 'them'} in the environment; "
                "the README lists all settings."
            )

    @property
    def trusted_proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks of the proxies whose word on who somebody is counts."""
        return tuple(ip_network(part.strip()) for part in self.sync_pages_trusted_proxies.split(","))

    @property
    def following_fields(self) -> tuple[str, ...]:
        """The fields of events that follow Administrate by themselves."""
        names = tuple(name for each in self.sync_following_fields.split(",") if (name := each.strip()))
        return () if names == ("none",) else names

    @property
    def database_url(self) -> URL | None:
        """The database's URL for psycopg 3, None for the embedded one. Raises SettingsError."""
        if self.sync_database_url is None:
            return None
        return _database_url("SYNC_DATABASE_URL", self.sync_database_url.get_secret_value(), "psycopg")

    @property
    def dagster_storage_url(self) -> URL | None:
        """The URL of Dagster's storage for psycopg2, which dagster-postgres needs; None for the embedded one."""
        if self.dagster_pg_url is None:
            return None
        return _database_url("DAGSTER_PG_URL", self.dagster_pg_url.get_secret_value(), "psycopg2")
