"""What a rehearsal is made of: whoever plays the same script sees the same, to the byte."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict


class HandAct(BaseModel):
    """Something done by hand on the page's phone: one of the emulator's acts, with its body."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: AwareDatetime
    act: str
    body: dict[str, Any] = {}


class Script(BaseModel):
    """A kind of person, their language, when it begins, the moment that is shown, and what was done
    by hand until then."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str
    language: str
    starts: AwareDatetime
    at: AwareDatetime
    acts: tuple[HandAct, ...] = ()

    def until(self, at: datetime) -> Script:
        """The same up to a moment: what was done by hand after it never happened."""
        kept = tuple(act for act in self.acts if act.at < at)
        return self.model_copy(update={"at": at, "acts": kept})
