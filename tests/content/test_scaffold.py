"""New campaigns, and the schema that editors complete campaign.yaml with."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from bot.content.launched import write_launched
from bot.content.lint import lint
from bot.content.load import PHRASES, STARTER, TEMPLATES, load
from bot.content.scaffold import SCHEMA, ScaffoldProblem, new_campaign
from bot.content.schema import json_schema

CAMPAIGNS = [STARTER, *sorted((TEMPLATES / "campaigns").iterdir())]


@pytest.mark.parametrize("source", CAMPAIGNS, ids=lambda path: path.name)
def test_a_new_campaign_is_right_from_the_start(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "sleep-better"
    new_campaign(source, folder)
    assert lint(folder, PHRASES, date(2026, 11, 23)) == ()
    loaded = load(folder)
    assert (loaded.campaign.key, loaded.campaign.version) == ("sleep-better", 1)


@pytest.mark.parametrize("name", ["2026", "1e3", "true", "null", "0x1f"])
def test_a_name_that_yaml_takes_for_something_else_is_text(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    new_campaign(STARTER, folder)
    assert lint(folder, PHRASES, date(2026, 11, 23)) == ()
    assert load(folder).campaign.key == name
    write_launched(folder)
    assert lint(folder, PHRASES, date(2026, 11, 23)) == ()


def test_what_is_no_text_is_not_copied(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    new_campaign(STARTER, old)
    (old / "campaign.yaml").write_bytes("key: één\n".encode("latin-1"))
    with pytest.raises(ScaffoldProblem, match="UTF-8"):
        new_campaign(old, new)
    assert not new.exists()


def test_a_copy_keeps_the_comments_and_begins_anew(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    new_campaign(STARTER, old)
    write_launched(old)
    path = old / "campaign.yaml"
    text = path.read_text()
    signed = 'sign_off:\n  by: Dr. A. de Vries\n  "on": 2026-05-01\n'
    path.write_text(
        text.replace("version: 1", "version: 7").replace(
            'sign_off: {by: null, "on": null}\n', signed
        )
    )
    new_campaign(old, new)
    assert (new / "campaign.yaml").read_text() == text.replace("key: old", "key: new")
    assert not (new / "launched.yaml").exists()
    assert load(old).signed_off is not None


def test_an_editor_finds_the_schema(tmp_path: Path) -> None:
    new_campaign(STARTER, tmp_path / "deep" / "new")
    for folder in (*CAMPAIGNS, tmp_path / "deep" / "new"):
        first = (folder / "campaign.yaml").read_text().partition("\n")[0]
        schema = first.removeprefix("# yaml-language-server: $schema=")
        assert (folder / schema).resolve() == SCHEMA


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Sleep", "can't be a campaign's name"),
        ("a" * 33, "can't be a campaign's name"),
        ("there", "is there already"),
    ],
)
def test_what_can_t_be_made_is_told(name: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(ScaffoldProblem, match=why):
        new_campaign(STARTER, tmp_path / name)


def test_only_a_campaign_can_be_copied(tmp_path: Path) -> None:
    with pytest.raises(ScaffoldProblem, match=r"it has no campaign\.yaml"):
        new_campaign(PHRASES, tmp_path / "new")


def test_the_published_schema_is_up_to_date() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == json_schema(), "run: make schema"


@pytest.mark.parametrize("folder", CAMPAIGNS, ids=lambda path: path.name)
def test_the_schema_takes_what_the_program_takes(folder: Path) -> None:
    validator = jsonschema.Draft202012Validator(json.loads(json_schema()))
    yaml = YAML(typ="safe")
    # An editor sees dates as text.
    yaml.constructor.yaml_constructors.pop("tag:yaml.org,2002:timestamp", None)
    yaml.constructor.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: str(node.value))
    data = yaml.load((folder / "campaign.yaml").read_text(encoding="utf-8"))
    assert list(validator.iter_errors(data)) == []
    data["steps"][0]["dya"] = data["steps"][0].pop("day")
    assert list(validator.iter_errors(data))
