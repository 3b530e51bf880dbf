"""The benchmarks' null server counts and delays as it says, and our own program runs beside it."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections import Counter
from typing import Any

import pytest
from process import ROOT

from benchmarks.ours import WARM_UP
from benchmarks.runs import Conditions, report, served


def call(url: str, method: str, **data: object) -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(
        f"{url}/bot1:a/{method}",
        json.dumps(data).encode(),
        {"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, json.load(refusal)


def test_no_second_holds_more_than_the_allowance() -> None:
    with served(Conditions(allowance=5)) as url:
        statuses = Counter(call(url, "sendMessage", chat_id=1, text="x")[0] for _ in range(60))
        seen = report(url)
    accepted = seen["accepted"]
    assert statuses == {200: len(accepted), 429: len(seen["refused"])}
    for earlier, later in zip(accepted, accepted[5:], strict=False):
        assert later - earlier >= 1
    for refused in seen["refused"]:
        assert sum(refused - 1 < at <= refused for at in accepted) == 5


def test_a_refusal_names_the_seconds_to_wait() -> None:
    with served(Conditions(allowance=1)) as url:
        call(url, "sendMessage", chat_id=1, text="x")
        status, answer = call(url, "sendMessage", chat_id=1, text="x")
    assert (status, answer["parameters"]) == (429, {"retry_after": 1})


def test_a_message_counts_when_it_arrives_and_not_when_it_left() -> None:
    with served(Conditions()) as url:
        call(url, "sendMessage", chat_id=1, text="x")
        at_once = report(url)["accepted"][0]
        call(url, "sendMessage", chat_id=1, text="x")
        assert report(url)["accepted"][0] == at_once
    with served(Conditions(low=200, high=200, asks=1000)) as url:
        call(url, "sendMessage", chat_id=1, text="x")
        (arrived,) = report(url)["accepted"]
        update = call(url, "getUpdates")[1]["result"][0]
        call(url, "sendMessage", chat_id=update["message"]["chat"]["id"], text="x")
        seen = report(url)
    assert seen["accepted"][1] - arrived >= 0.2
    (reply,) = seen["replies"]
    # From the update to the reply's leaving: its way here is not part of it.
    assert reply <= seen["accepted"][1] - arrived - 0.2


@pytest.mark.parametrize("method", ["getMe", "sendMessage", "sendPoll", "setWebhook"])
def test_every_method_is_answered(method: str) -> None:
    with served(Conditions()) as url:
        status, answer = call(url, method, chat_id=1)
        accepted = report(url)["accepted"]
    assert status == 200
    assert answer["ok"]
    assert len(accepted) == method.startswith("send")


def test_our_own_program_is_measured_whole() -> None:
    with served(Conditions()) as url:
        job = {"kind": "pipeline", "url": url, "messages": 40, "rate": 0}
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.ours", json.dumps(job)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout.splitlines()[-1])
        seen = report(url)
    assert told["messages"] == 40
    assert len(seen["accepted"]) == WARM_UP + 40
    assert told["cpu"] > 0
