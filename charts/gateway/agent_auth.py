"""Who calls, and what. Each agent has a key of its own, which admits it to its own models and their fallbacks."""

import hashlib
import hmac
import json
import logging
import os
import re
import sys
from pathlib import Path

from fastapi import Request
from litellm.proxy._types import ProxyException, UserAPIKeyAuth
from litellm.proxy.common_utils.http_parsing_utils import _read_request_body

# LiteLLM loads this file by its path, so Python does not look for others beside it.
sys.path.append(str(Path(__file__).parent))
from guardrails import Guardrail, Refused, refuse_control, refuse_texts  # noqa: E402

log = logging.getLogger("fleetwright")
GRANTS = json.loads(Path(__file__).with_name("grants.json").read_text("utf-8"))

# One file for each agent, named by the agent, with its key. Kubernetes replaces the whole folder when a key changes.
KEYS = Path(os.environ.get("AGENT_KEYS_DIR", "/etc/gateway/keys"))

# The gateway can do much more. What agents need is open.
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


def guardrails_of(grant: dict) -> list[Guardrail]:
    return [Guardrail(**each) for each in grant.get("guardrails", [])]


def refusal(message: str, code: int, kind: str = "auth_error") -> ProxyException:
    return ProxyException(message=message, type=kind, param=None, code=code)


keys = Keys(KEYS)
guardrails = {agent: guardrails_of(GRANTS) + guardrails_of(grant) for agent, grant in GRANTS["agents"].items()}


async def user_api_key_auth(request: Request, api_key: str) -> UserAPIKeyAuth:
    """LiteLLM calls this before anything else, with the key of whichever header the client's protocol puts it in."""
    if not api_key:
        raise refusal("no agent key", 401)
    digest = digest_of(api_key)
    agent = keys.agent_of(digest)
    grant = GRANTS["agents"].get(agent)
    # Without models LiteLLM would take the key for one that admits to all.
    if grant is None or not grant["models"]:
        raise refusal("unknown agent key", 401)
    if not OPEN.fullmatch(request.url.path):
        raise refusal(f"agents may not call {request.url.path}", 403)
    await refuse_call(request, agent)
    return UserAPIKeyAuth(
        api_key=digest,
        key_alias=agent,
        models=grant["models"],
        rpm_limit=grant.get("rpm"),
        team_id=GRANTS["org"],
        tpm_limit=grant.get("tpm"),
        user_id=agent,
    )


async def refuse_call(request: Request, agent: str) -> None:
    """Looks at what was sent. Later LiteLLM has added fields of its own to it, and taken others away."""
    try:
        steering = next((name for name in request.headers if name.startswith("x-litellm-")), None)
        if steering is not None:
            raise Refused(f"agents may not set header '{steering}'")
        body = await _read_request_body(request)
        refuse_control(body)
        refuse_texts(body, guardrails[agent])
    except Refused as reason:
        log.warning("refused a call of %s: %s", agent, reason)
        raise refusal(str(reason), 400, "invalid_request_error") from None
