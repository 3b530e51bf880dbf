"""`forget`: a person is erased, whoever asked and in whichever way."""

from __future__ import annotations

from bot.service import joining

from .conftest import Cli, Crowd

CHAT = 1


async def test_by_pseudonym_after_a_yes(cli: Cli, crowd: Crowd) -> None:
    await crowd.enrol(2, "poster")
    person = await joining.look(crowd.records, CHAT)
    assert person is not None
    name = person.subscriber.pseudonym

    no = await cli("forget", name, answer="n\n", DATABASE_URL=crowd.url)
    assert "nothing was erased" in no.err
    assert no.code == 1
    assert await joining.look(crowd.records, CHAT) is not None

    yes = await cli("forget", name, answer="y\n", DATABASE_URL=crowd.url)
    assert yes.code == 0, yes.err
    assert await joining.look(crowd.records, CHAT) is None
    assert await joining.look(crowd.records, 2) is not None
    assert "nobody" in (await cli("forget", name, "--yes", DATABASE_URL=crowd.url)).complaint


async def test_by_chat_id_which_is_never_shown(cli: Cli, crowd: Crowd, key: str) -> None:
    await crowd.enrol(1, "poster")
    settings = {"DATABASE_URL": crowd.url, "DATA_KEY": key}
    stranger = await cli("forget", "--chat-id", "987654", "--yes", **settings)
    assert "987654" not in stranger.complaint
    result = await cli("forget", "--chat-id", str(CHAT), "--yes", **settings)
    assert (result.code, result.out) == (0, "erased\n")
    assert await joining.look(crowd.records, CHAT) is None
