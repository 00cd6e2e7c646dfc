"""The ontology's own examples, and what a broken one is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.check import check
from kg.errors import RuleError
from kg.rules import load, ontology_folder


def test_every_example_holds() -> None:
    """Each rule and term finds its examples and nothing in the texts it must not."""
    assert check() == []


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    """A rule without examples and a label of two measures are both told, with file and line."""
    folder = tmp_path / "ontology"
    shutil.copytree(ontology_folder(), folder)
    (folder / "rules/more.toml").write_text('kind = "relation"\n[[rule]]\nid = "bare"\nsays = "x"\npattern = "x"\n', "utf-8")
    (folder / "vocabularies/more.toml").write_text('scheme = "measure"\n[[term]]\nid = "twin"\nlabel = "集团化办学"\n', "utf-8")
    with pytest.raises(RuleError) as told:
        load(folder)
    (folder / "rules/more.toml").write_text(
        'kind = "relation"\n' + 2 * '[[rule]]\nid = "x"\nsays = "x"\npattern = "x"\nexamples = ["x"]\nnever = ["y"]\n', "utf-8"
    )
    with pytest.raises(RuleError, match=r"rules/more.toml:\d+: there is a rule 'x' already"):
        load(folder)
    lines = str(told.value).splitlines()
    assert any(line.startswith("rules/more.toml:3: rule 'bare' has no examples, never") for line in lines)
    assert any("集团化办学" in line and ":3: " in line or "twin" in line for line in lines)


def test_word_lists_answer_for_their_examples(tmp_path: Path) -> None:
    """A list of cues without examples is told, and so is each example that does not give what it says or hide what it should."""
    folder = tmp_path / "ontology"
    shutil.copytree(ontology_folder(), folder)
    changes = {
        "status": ("examples = [", "unread = ["),
        "times": ("examples = [", "unread = ["),
        "scope": ("examples = [", 'examples = [ { text = "会宁县新建学校3所。", at = "3所", gives = "靖远县" },'),
        "tables": ("examples = [", 'examples = [ { text = "会宁县新建学校3所。", at = "3所", gives = { unit = "人" } },'),
        "numbers": ('examples = ["2023年10月开学"', 'examples = ["在校生2023人"'),
    }
    for name, (old, new) in changes.items():
        file = folder / f"lexicon/{name}.toml"
        file.write_text(file.read_text("utf-8").replace(old, new, 1), "utf-8")
    lines = check(folder)
    assert [line.partition(":")[0] for line in lines] == [f"lexicon/{name}.toml" for name in ("numbers", "status", "times", "scope", "tables")]
    assert lines[0].endswith("block 'date' does not hide the figure of '在校生2023人'")
    assert all(line.endswith("there are no examples; add some, each with text, at and gives") for line in lines[1:3])
    assert lines[3].endswith("gives [{'agent': '会宁县'}], not {'agent': '靖远县'}")
    assert lines[4].endswith("gives [{'unit': '所'}], not {'unit': '人'}")


def test_a_misspelt_pattern_is_named(tmp_path: Path) -> None:
    """A regular expression that cannot be read, in a rule or in a list of words, is told with its file and line."""
    folder = tmp_path / "ontology"
    shutil.copytree(ontology_folder(), folder)
    rule = '[[rule]]\nid = "open"\nsays = "x"\npattern = "{agents}(开展"\nexamples = ["x"]\nnever = ["y"]\n'
    (folder / "rules/more.toml").write_text(f'kind = "relation"\n{rule}', "utf-8")
    with pytest.raises(RuleError, match=r"^rules/more.toml:3: the pattern of rule 'open' cannot be read: missing \)"):
        load(folder)
    (folder / "rules/more.toml").write_text(f'kind = "measure"\n{rule.replace("{agents}(", "")}measure = "no-such"\n', "utf-8")
    with pytest.raises(RuleError, match=r"^rules/more.toml:3: rule 'open' is of 'no-such', which is no measure"):
        load(folder)
    (folder / "rules/more.toml").unlink()
    file = folder / "lexicon/status.toml"
    text = file.read_text("utf-8").replace("neutral = '", "neutral = '(", 1)
    file.write_text(text, "utf-8")
    line = text[: text.index("neutral = '(")].count("\n") + 1
    with pytest.raises(RuleError, match=rf"^lexicon/status.toml:{line}: a pattern cannot be read: missing \)"):
        check(folder)
