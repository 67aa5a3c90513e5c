"""Who calls. Each agent has a key of its own, which admits it to its own models and their fallbacks."""

import hashlib
import hmac
import json
import os
import re
from pathlib import Path

from fastapi import Request
from litellm.proxy._types import ProxyException, UserAPIKeyAuth

# One file for each agent, named by the agent, with its key. Kubernetes replaces the whole folder when a key changes.
KEYS = Path(os.environ.get("AGENT_KEYS_DIR", "/etc/gateway/keys"))
GRANTS = json.loads(Path(__file__).with_name("grants.json").read_text("utf-8"))

# The gateway can do much more. What agents need is open, and what guard.py sees.
OPEN = re.compile(
    r"(/v1)?/(chat/completions|messages|responses|models(/[\w.-]+)?)"
    r"|(/v1beta)?/models/[\w.-]+:(generateContent|streamGenerateContent)"
)


class Keys:
    """The agents' keys, read again when the folder changes. Only digests are kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: int | None = None
        self._agents: dict[str, str] = {}

    def agent_of(self, digest: str) -> str | None:
        changed = self._folder.stat().st_mtime_ns
        if changed != self._seen:
            self._agents = self._read()
            self._seen = changed
        for known, agent in self._agents.items():
            if hmac.compare_digest(known, digest):
                return agent
        return None

    def _read(self) -> dict[str, str]:
        files = sorted(file for file in self._folder.iterdir() if not file.name.startswith("."))
        keys = {file.name: file.read_text("utf-8").strip() for file in files}
        return {digest_of(key): agent for agent, key in keys.items() if key}


def digest_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def refusal(message: str, code: int) -> ProxyException:
    return ProxyException(message=message, type="auth_error", param="key", code=code)


keys = Keys(KEYS)


async def user_api_key_auth(request: Request, api_key: str) -> UserAPIKeyAuth:
    if not api_key:
        raise refusal("no agent key", 401)
    digest = digest_of(api_key)
    agent = keys.agent_of(digest)
    grant = GRANTS["agents"].get(agent)
    # Without models the gateway would take the key for one that admits to all.
    if grant is None or not grant["models"]:
        raise refusal("unknown agent key", 401)
    if not OPEN.fullmatch(request.url.path):
        raise refusal(f"agents may not call {request.url.path}", 403)
    return UserAPIKeyAuth(
        api_key=digest,
        key_alias=agent,
        models=grant["models"],
        rpm_limit=grant.get("rpm"),
        team_id=GRANTS["org"],
        tpm_limit=grant.get("tpm"),
        user_id=agent,
    )
