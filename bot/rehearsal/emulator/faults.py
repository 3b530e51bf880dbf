"""Faults a test can order: what the network and Telegram do to a bot on a bad day."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Literal

FaultKind = Literal[
    "latency", "flood", "server_error", "bad_gateway", "cut", "garbage", "unauthorized", "forbidden"
]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, for the calls of `method` (`*` is every method but getUpdates).

    It strikes the next `times` calls (without `times`: all of them), each with `probability`.
    `when` says whether the call is executed first: a bot can't tell, which is the point of it.
    """

    kind: FaultKind
    method: str = "*"
    when: Literal["before", "after"] = "before"
    times: int | None = 1
    probability: float = 1.0
    seconds: float | tuple[float, float] = 0.05
    retry_after: int = 1
    description: str = "bot was blocked by the user"

    def __post_init__(self) -> None:
        if not 0 <= self.probability <= 1:
            raise ValueError("probability must be between 0 and 1")
        if self.kind in {"flood", "unauthorized", "forbidden"} and self.when == "after":
            raise ValueError(f"{self.kind} means that nothing was executed")


class Faults:
    """The faults on order. Chance is seeded, so a run can be repeated."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)
        self.orders: list[Fault] = []
        self.struck = 0

    def order(self, fault: Fault) -> None:
        """Add a fault."""
        self.orders.append(fault)

    def clear(self) -> None:
        """Cancel all that is on order."""
        self.orders.clear()

    def strike(self, method: str) -> list[Fault]:
        """The faults that hit this call: every latency, and at most one of the others."""
        hits: list[Fault] = []
        for fault in list(self.orders):
            if fault.method != method and (fault.method != "*" or method == "getUpdates"):
                continue
            if fault.kind != "latency" and any(hit.kind != "latency" for hit in hits):
                continue
            if fault.probability < 1 and self._random.random() >= fault.probability:
                continue
            self._use_up(fault)
            hits.append(fault)
        self.struck += len(hits)
        return hits

    def delay(self, fault: Fault) -> float:
        """The seconds a latency fault takes this time."""
        if isinstance(fault.seconds, tuple):
            return self._random.uniform(*fault.seconds)
        return fault.seconds

    def _use_up(self, fault: Fault) -> None:
        if fault.times is None:
            return
        # By identity: two equal orders are two orders.
        index = next(i for i, other in enumerate(self.orders) if other is fault)
        if fault.times > 1:
            self.orders[index] = replace(fault, times=fault.times - 1)
        else:
            del self.orders[index]
