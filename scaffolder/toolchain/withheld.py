"""The user's variables that a validation's children do not get, since they need none of them.

A project's build and tests run its own code and that of its dependencies, which could send a login anywhere.

Not here: the variables that influence a build (`build_env.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Withheld:
    """Variables that are withheld.

    Args:
        names: Their names, in which `*` stands for any text.
        reason: What could be done with them, or what they would change.
        has_settings: Whether those that match `SETTINGS` are no logins, and not withheld.
    """

    names: tuple[str, ...]
    reason: str
    has_settings: bool = False

    def matches(self, name: str) -> bool:
        """Return whether a variable is one of them; npm reads its own in any case."""
        is_setting = self.has_settings and _is_one_of(name, SETTINGS)
        return not is_setting and _is_one_of(name, self.names)


def _is_one_of(name: str, names: Iterable[str]) -> bool:
    patterns = (re.escape(each).replace(r"\*", ".*") for each in names)
    return any(re.fullmatch(pattern, name, re.IGNORECASE) for pattern in patterns)


SETTINGS = (
    "*_CA_BUNDLE",
    "*_CACERT",
    "*_CERT_FILE",
    "*_CERTS_FILE",
    "*_REGION",
    "*_ZONE",
    "*_PROJECT",
    "*_HOST",
    "*_ADDR",
    "*_ENDPOINT",
    "*_ENDPOINT_URL*",
    "*_ENDPOINTS",
    "*_OUTPUT",
    "*_PAGER",
    "*_EDITOR",
    "*_BROWSER",
    "*_DEBUG",
    "*_LOG_LEVEL",
    "*_DISABLED",
    "*_UPDATE_NOTIFIER",
    "*_MAX_ATTEMPTS",
    "*_RETRY_MODE",
    "*_EXECUTION_ENV",
)
"""Names of a provider's variables that hold no login, and change nothing about a worker."""


WITHHELD = (
    Withheld(("CLOUDFLARE_*", "CF_*"), "log in to Cloudflare, choose an account, or give the worker other variables"),
    Withheld(("AWS_*",), "log in to AWS or to R2", has_settings=True),
    Withheld(("AZURE_*", "ARM_*"), "log in to Azure", has_settings=True),
    Withheld(("GOOGLE_*", "GCP_*", "GCLOUD_*", "CLOUDSDK_*"), "log in to Google Cloud", has_settings=True),
    Withheld(
        ("GITHUB_TOKEN", "GH_*", "GITLAB_*", "CI_JOB_TOKEN", "CI_JOB_JWT*"), "write to repositories", has_settings=True
    ),
    Withheld(("ACTIONS_*",), "act as the job of GitHub Actions: caches, artifacts, identity tokens"),
    Withheld(("NPM_TOKEN", "NODE_AUTH_TOKEN", "npm_config_*auth*", "npm_config_*password*"), "publish packages on npm"),
    Withheld(("CARGO_REGISTRY_TOKEN", "CARGO_REGISTRIES_*_TOKEN"), "publish crates"),
    Withheld(
        ("SSH_AUTH_SOCK", "SSH_AGENT_PID", "SSH_ASKPASS", "GIT_ASKPASS", "GPG_AGENT_INFO"), "use keys of an agent"
    ),
    Withheld(("DATABASE_URL", "*_DATABASE_URL", "PGPASSWORD", "MYSQL_PWD"), "log in to a database"),
    Withheld(("DOCKER_AUTH_CONFIG", "KUBECONFIG", "VAULT_*", "NETRC"), "log in to servers", has_settings=True),
    Withheld(
        (
            "*TOKEN",
            "*SECRET",
            "*SECRETS",
            "*PASSWORD",
            "*PASSPHRASE",
            "*CREDENTIAL",
            "*CREDENTIALS",
            "*API_KEY",
            "*APIKEY",
            "*ACCESS_KEY",
            "*ACCESS_KEY_ID",
            "*SECRET_KEY",
            "*PRIVATE_KEY",
            "*_PAT",
        ),
        "log in to whatever their names hint at",
    ),
)
"""All of them; docs/validation.md has the same table."""


def withheld(names: Iterable[str], passed: Sequence[str] = ()) -> list[str]:
    """Return which of the variables are withheld.

    Args:
        names: The names of the user's variables.
        passed: The names that the user lets through.
    """
    return sorted(name for name in names if name not in passed and any(each.matches(name) for each in WITHHELD))
