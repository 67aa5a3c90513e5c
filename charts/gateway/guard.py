"""What an agent may ask. Looks at each call before it goes to a model, and counts what it cost."""

import json
import logging
import re
import time
from collections.abc import Iterator
from pathlib import Path

from fastapi import HTTPException
from litellm.integrations.custom_logger import CustomLogger
from litellm.proxy import proxy_server
from litellm.types.utils import all_litellm_params

log = logging.getLogger("fleetwright")
GRANTS = json.loads(Path(__file__).with_name("grants.json").read_text("utf-8"))

# Fields that steer the gateway and not the model: where it calls, with which key, how often, at which price.
CONTROL = {*all_litellm_params, "base_url", "context_window_fallbacks", "content_policy_fallbacks", "deployment_id",
           "extra_body", "extra_headers", "extra_query", "litellm_params", "model_group", "organization", "timeout", "user_config"}
CONTROL -= {"metadata"}
CONTROL_PREFIX = re.compile(r"(aws|azure|litellm|mock|s3|vertex)_")

# Tools that run at the provider reach hosts that the agent may not.
HOSTED_FIELDS = {"mcp_servers", "web_search_options"}
HOSTED_TOOL = re.compile(r"mcp|web_search|web_fetch|google_?search|url_?context", re.IGNORECASE)

SECRETS = re.compile(
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bgithub_pat_[A-Za-z0-9_]{60,}|\bglpat-[\w-]{20}"
    r"|\bxox[abeoprs]-[A-Za-z0-9-]{10,}"
    r"|\bsk-(?:ant|proj)-[\w-]{20,}|\bsk_live_[A-Za-z0-9]{16,}"
    r"|\bAIza[\w-]{35}\b|\bnpm_[A-Za-z0-9]{36}\b|\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b"
)


def topics_of(words: list[str]) -> re.Pattern[str]:
    """Whole words in any case, whatever white space is between them."""
    patterns = (r"\s+".join(map(re.escape, word.split())) for word in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)


class Guardrail:
    """Finds what must not be sent in the texts of a call."""

    def __init__(self, name: str, kind: str, match: str | int | list[str] | None) -> None:
        self.name = name
        self._longest = match if kind == "length" else None
        self._pattern = {"secrets": lambda: SECRETS, "pattern": lambda: re.compile(match), "topics": lambda: topics_of(match)}.get(kind, lambda: None)()

    def refuses(self, texts: list[str]) -> bool:
        if self._longest is not None:
            return sum(map(len, texts)) > self._longest
        return any(self._pattern.search(text) for text in texts)


class Budget:
    """
    What may be spent in a window of time. The total of all pods is in Redis; each pod remembers it too, and its own share, so
    that a Redis that is away or starts empty does not make anyone rich.
    """

    def __init__(self, owner: str, limit: float, seconds: int) -> None:
        self._owner = owner
        self.limit = limit
        self._seconds = seconds
        self._window = 0
        self._spent = 0.0

    async def is_spent(self) -> bool:
        key = self._key()
        try:
            if proxy_server.redis_usage_cache is not None:
                self._spent = max(self._spent, float(await proxy_server.redis_usage_cache.async_get_cache(key) or 0))
        except Exception as error:
            log.warning("budget of %s: Redis does not answer: %s", self._owner, error)
        return self._spent >= self.limit

    async def spend(self, cost: float) -> None:
        key = self._key()
        self._spent += cost
        try:
            if proxy_server.redis_usage_cache is not None:
                self._spent = max(self._spent, await proxy_server.redis_usage_cache.async_increment(key, cost, ttl=2 * self._seconds))
        except Exception as error:
            log.warning("budget of %s: Redis does not answer: %s", self._owner, error)

    def _key(self) -> str:
        window = int(time.time()) // self._seconds
        if window != self._window:
            self._window, self._spent = window, 0.0
        return f"{GRANTS['org']}:spent:{self._owner}:{self._seconds}:{window}"


def guardrails_of(grant: dict) -> list[Guardrail]:
    return [Guardrail(**each) for each in grant.get("guardrails", [])]


def budgets_of(owner: str, grant: dict) -> list[Budget]:
    return [Budget(owner, **grant["budget"])] if "budget" in grant else []


def texts_in(value: object) -> Iterator[str]:
    """All texts of a call, wherever its protocol puts them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts_in(each)


def refusal(message: str, code: int = 400) -> HTTPException:
    return HTTPException(status_code=code, detail={"error": message})


def refuse_control(body: dict) -> None:
    for field in body:
        if field in CONTROL or CONTROL_PREFIX.match(field):
            raise refusal(f"agents may not set '{field}'")
        if field in HOSTED_FIELDS:
            raise refusal(f"'{field}' would reach hosts that the agent may not")
    tools = body.get("tools")
    for tool in tools if isinstance(tools, list) else []:
        kinds = [tool.get("type") or "", *tool] if isinstance(tool, dict) else []
        hosted = next((kind for kind in kinds if isinstance(kind, str) and HOSTED_TOOL.match(kind)), None)
        if hosted is not None:
            raise refusal(f"tool '{hosted}' would reach hosts that the agent may not")


class Guard(CustomLogger):
    """Called by LiteLLM before and after each call."""

    def __init__(self) -> None:
        super().__init__()
        agents = GRANTS["agents"]
        self._guardrails = {agent: guardrails_of(GRANTS) + guardrails_of(grant) for agent, grant in agents.items()}
        org = budgets_of("org", GRANTS)
        self._budgets = {agent: org + budgets_of(f"agent/{agent}", grant) for agent, grant in agents.items()}

    async def async_pre_call_hook(self, user_api_key_dict, cache, data, call_type):
        agent = user_api_key_dict.key_alias
        body = data["proxy_server_request"]["body"]
        refuse_control(body)
        texts = list(texts_in(body))
        for guardrail in self._guardrails[agent]:
            if guardrail.refuses(texts):
                log.warning("guardrail %s refuses a call of %s", guardrail.name, agent)
                raise refusal(f"guardrail '{guardrail.name}' refuses this text")
        for budget in self._budgets[agent]:
            if await budget.is_spent():
                raise refusal(f"the budget of {budget.limit} USD is spent", 402)
        data["cache"] = cache_control(data.get("model"), agent)
        return data

    async def async_log_success_event(self, kwargs, response_obj, start_time, end_time):
        record = kwargs.get("standard_logging_object") or {}
        agent = (record.get("metadata") or {}).get("user_api_key_alias")
        cost = record.get("response_cost") or 0.0
        if not cost and not record.get("cache_hit"):
            log.warning("a call of %s to %s has no known price, so no budget counts it", agent, record.get("model"))
        for budget in self._budgets.get(agent, []):
            await budget.spend(cost)


def cache_control(model: str | None, agent: str) -> dict:
    """Answers are kept for models that ask for it, and for each agent apart unless the model shares them."""
    asked = GRANTS["caches"].get(model)
    if asked is None:
        return {"no-cache": True, "no-store": True}
    return {"namespace": f"{GRANTS['org']}:answers:{'' if asked['shared'] else agent}", "s-maxage": asked["ttl"], "ttl": asked["ttl"], "use-cache": True}


guard = Guard()
