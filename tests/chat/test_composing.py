"""What is encoded once for everybody holds only as long as what it says."""

from __future__ import annotations

import shutil
from pathlib import Path

from domain.examples import MONDAY, someone

from bot.chat.composing import Composer
from bot.content.load import PHRASES, TEMPLATES
from bot.content.render import read_texts
from bot.delivery.ledger import Claimed
from bot.store.deliveries import STEP_ITEM, Delivery, Lane, State


def test_a_tip_says_whether_a_physio_can_be_asked_now(tmp_path: Path) -> None:
    folder = tmp_path / "rugpijn"
    shutil.copytree(TEMPLATES / "campaigns" / "rugpijn", folder)
    (folder / "nl" / "not-alone.j2").write_text("Vragen? {% if staffed %}Typ /vraag.{% endif %}")
    texts = read_texts(folder, PHRASES)
    composed = Composer(texts, paid=False)
    delivery = Delivery(
        1, "not-alone", STEP_ITEM, Lane.BULK, State.SENDING, MONDAY, None, 1, None, None, b"ref",
        someone(),
    )  # fmt: skip
    for staffed in (False, True, False):
        texts.staffed = staffed
        body = composed(Claimed(delivery, 1, [])).of(1, 1)
        assert (b"/vraag" in body) is staffed
