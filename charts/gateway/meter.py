"""What calls cost, who may spend it, and whose answers are kept."""

import json
import logging
import time
from pathlib import Path

from fastapi import HTTPException
from litellm.integrations.custom_logger import CustomLogger
from litellm.proxy import proxy_server

log = logging.getLogger("fleetwright")
GRANTS = json.loads(Path(__file__).with_name("grants.json").read_text("utf-8"))


class Budget:
    """
    What may be spent in a window of time. The total of all pods is in Redis. Each pod remembers the highest it saw, so that
    a Redis that is away or starts anew makes nobody rich.
    """

    def __init__(self, owner: str, limit: float, seconds: int) -> None:
        self.limit = limit
        self._owner = owner
        self._seconds = seconds
        self._spent = 0.0
        self._window = 0

    async def is_spent(self) -> bool:
        key = self._key()
        redis = proxy_server.redis_usage_cache
        if redis is not None:
            try:
                self._spent = max(self._spent, float(await redis.async_get_cache(key) or 0))
            except Exception as error:
                self._warn(error)
        return self._spent >= self.limit

    async def spend(self, cost: float) -> None:
        key = self._key()
        self._spent += cost
        redis = proxy_server.redis_usage_cache
        if redis is not None:
            try:
                self._spent = max(self._spent, await redis.async_increment(key, cost, ttl=2 * self._seconds))
            except Exception as error:
                self._warn(error)

    def _key(self) -> str:
        window = int(time.time()) // self._seconds
        if window != self._window:
            self._window, self._spent = window, 0.0
        return f"{GRANTS['org']}:spent:{self._owner}:{self._seconds}:{window}"

    def _warn(self, error: Exception) -> None:
        log.warning("the budget of %s is counted by this pod alone, as Redis does not answer: %s", self._owner, error)


class Meter(CustomLogger):
    """LiteLLM calls this before and after each call to a model."""

    def __init__(self) -> None:
        super().__init__()
        org = budgets_of("org", GRANTS)
        self._budgets = {agent: org + budgets_of(f"agent/{agent}", grant) for agent, grant in GRANTS["agents"].items()}

    async def async_pre_call_hook(self, user_api_key_dict, cache, data, call_type):
        agent = user_api_key_dict.key_alias
        for budget in self._budgets[agent]:
            if await budget.is_spent():
                raise HTTPException(status_code=402, detail={"error": f"the budget of {budget.limit} USD is spent"})
        data["cache"] = cache_control(data.get("model"), agent)
        return data

    async def async_log_success_event(self, kwargs, response_obj, start_time, end_time):
        record = kwargs.get("standard_logging_object") or {}
        agent = (record.get("metadata") or {}).get("user_api_key_alias")
        cost = record.get("response_cost") or 0.0
        if not cost and not record.get("cache_hit"):
            log.warning("a call of %s to %s has no known price: no budget counts it", agent, record.get("model_group"))
        for budget in self._budgets.get(agent, []):
            await budget.spend(cost)


def budgets_of(owner: str, grant: dict) -> list[Budget]:
    return [Budget(owner, **grant["budget"])] if "budget" in grant else []


def cache_control(model: str | None, agent: str) -> dict:
    """Answers are kept for models that ask for it, and for each agent apart unless the model shares them."""
    asked = GRANTS["caches"].get(model)
    if asked is None:
        return {"no-cache": True, "no-store": True}
    namespace = f"{GRANTS['org']}:answers:{'' if asked['shared'] else agent}"
    return {"namespace": namespace, "s-maxage": asked["ttl"], "ttl": asked["ttl"], "use-cache": True}


meter = Meter()
