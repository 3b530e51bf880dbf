"""The Telegram Bot API over HTTP, in memory, with the people who talk to the bot.

`World` holds the state and the rules and takes its time from outside; `serve` puts it on a port.
A bot under rehearsal is the same program as in production, with another API address.
"""

from .errors import Complaint, Refusal
from .faults import Fault
from .limits import Limits
from .server import create_app, serve
from .world import World

__all__ = ["Complaint", "Fault", "Limits", "Refusal", "World", "create_app", "serve"]
