"""Polls: their votes, and the two forms in which a bot sees them."""

from __future__ import annotations

from dataclasses import dataclass, field

from .errors import Json, Refusal


@dataclass(frozen=True, slots=True)
class Option:
    """One answer option; `persistent_id` stays the same whatever is added or shuffled."""

    text: str
    persistent_id: str
    entities: tuple[Json, ...] = ()


@dataclass(slots=True, eq=False)
class Poll:
    """A poll in one chat. `shown` holds what is fixed when it is sent, in the API's names."""

    poll_id: str
    chat_id: int
    message_id: int
    options: tuple[Option, ...]
    shown: Json
    only_in_message: Json
    closed: bool = False
    votes: dict[int, tuple[int, ...]] = field(default_factory=dict)
    counts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.counts = [0] * len(self.options)

    @property
    def anonymous(self) -> bool:
        """Whether the bot isn't told who voted."""
        return bool(self.shown["is_anonymous"])

    def vote(self, user_id: int, chosen: tuple[int, ...]) -> None:
        """Replace a person's vote; an empty choice takes it back. `Refusal` where the app would."""
        if self.closed:
            raise Refusal("the poll is closed")
        if len(set(chosen)) != len(chosen) or not all(
            0 <= index < len(self.options) for index in chosen
        ):
            raise Refusal("no such option")
        if len(chosen) > 1 and not self.shown["allows_multiple_answers"]:
            raise Refusal("the poll takes one answer")
        earlier = self.votes.get(user_id)
        if earlier is None and not chosen:
            raise Refusal("there is no vote to retract")
        if earlier is not None and not self.shown["allows_revoting"]:
            raise Refusal("the vote can't be changed")
        for index in earlier or ():
            self.counts[index] -= 1
        for index in chosen:
            self.counts[index] += 1
        if chosen:
            self.votes[user_id] = chosen
        else:
            del self.votes[user_id]

    def as_json(self, *, in_message: bool = False) -> Json:
        """The Poll object. Description and media come only with the message."""
        return {
            "id": self.poll_id,
            **self.shown,
            "options": [
                {
                    "persistent_id": option.persistent_id,
                    "text": option.text,
                    "voter_count": count,
                    **({"text_entities": list(option.entities)} if option.entities else {}),
                }
                for option, count in zip(self.options, self.counts, strict=True)
            ],
            "total_voter_count": len(self.votes),
            "is_closed": self.closed,
            **(self.only_in_message if in_message else {}),
        }

    def answer(self, user: Json) -> Json:
        """The PollAnswer object for a person's present vote."""
        chosen = self.votes.get(user["id"], ())
        return {
            "poll_id": self.poll_id,
            "user": user,
            "option_ids": list(chosen),
            "option_persistent_ids": [self.options[index].persistent_id for index in chosen],
        }
