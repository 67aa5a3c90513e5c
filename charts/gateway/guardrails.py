"""What a call may say: nothing that steers the gateway, no tools at the provider, no text that a guardrail refuses."""

import re
from collections.abc import Iterator

from litellm.types.utils import all_litellm_params

# Fields that steer the gateway and not the model: where it calls, with which key, how often, at which price.
CONTROL = {*all_litellm_params} - {"metadata"} | {
    "base_url",
    "content_policy_fallbacks",
    "context_window_fallbacks",
    "deployment_id",
    "extra_body",
    "extra_headers",
    "extra_query",
    "litellm_params",
    "model_group",
    "organization",
    "timeout",
    "user_config",
}
CONTROL_PREFIX = re.compile(r"_|(aws|azure|litellm|mock|s3|vertex)_")

# Tools that run at the provider would reach hosts that the agent may not.
HOSTED_FIELDS = {"mcp_servers", "web_search_options"}
HOSTED_TOOL = re.compile(r"mcp|web_?search|web_?fetch|google_?search|url_?context", re.IGNORECASE)

SECRETS = re.compile(
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bgithub_pat_[A-Za-z0-9_]{60,}|\bglpat-[\w-]{20}"
    r"|\bxox[abeoprs]-[A-Za-z0-9-]{10,}"
    r"|\bsk-(?:ant|proj)-[\w-]{20,}|\bsk_live_[A-Za-z0-9]{16,}"
    r"|\bAIza[\w-]{35}|\bnpm_[A-Za-z0-9]{36}\b|\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b"
)


class Refused(Exception):
    """Why a call is not sent. The text says what, never the value."""


class Guardrail:
    """One check of the texts of a call."""

    def __init__(self, name: str, kind: str, match: str | int | list[str] | None) -> None:
        self.name = name
        self._longest = match if kind == "length" else None
        self._pattern = pattern_of(kind, match)

    def refuses(self, texts: list[str]) -> bool:
        if self._longest is not None:
            return sum(map(len, texts)) > self._longest
        return any(self._pattern.search(text) for text in texts)


def pattern_of(kind: str, match: str | int | list[str] | None) -> re.Pattern[str] | None:
    if kind == "secrets":
        return SECRETS
    if kind == "pattern":
        return re.compile(match)
    if kind == "topics":
        # Whole words in any case, whatever white space is between them.
        words = (r"\s+".join(map(re.escape, word.split())) for word in match)
        return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)
    return None


def refuse_control(body: dict) -> None:
    """Refuses what LiteLLM would take for itself, and tools that run at the provider."""
    for field in body:
        if field in CONTROL or CONTROL_PREFIX.match(field):
            raise Refused(f"agents may not set '{field}'")
        if field in HOSTED_FIELDS:
            raise Refused(f"'{field}' would reach hosts that the agent may not")
    tools = body.get("tools")
    for tool in tools if isinstance(tools, list) else []:
        # Gemini names a tool by its only field, the others by its type.
        names = [str(tool.get("type")), *tool] if isinstance(tool, dict) else []
        hosted = next(filter(HOSTED_TOOL.match, names), None)
        if hosted is not None:
            raise Refused(f"tool '{hosted}' would reach hosts that the agent may not")


def refuse_texts(body: dict, guardrails: list[Guardrail]) -> None:
    """Refuses a call whose texts a guardrail does not let through."""
    texts = list(texts_in(body))
    for guardrail in guardrails:
        if guardrail.refuses(texts):
            raise Refused(f"guardrail '{guardrail.name}' refuses this text")


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
