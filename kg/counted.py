"""What a figure counts: the noun phrase to its right or left, with the verb that governs it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kg.indicators import Indicators
from kg.model import record
from kg.names import Name
from kg.outline import Outline
from kg.places import Place
from kg.values import either
from kg.words import Divider

LONGEST_PHRASE = 22
WINDOW = 26  # characters left of a figure that are divided into words; the longest noun phrase before a figure in the seeds takes 19 (2026-11)
LISTED = 80  # characters left of a figure in which a list of names may stand
LONGEST_WORD = 6  # characters of a vocabulary word that the division into words is told of
REACH = 16  # characters right of a figure in which the thing counted stands
NOUN_MARKS = ("n", "j", "l", "i", "vn", "s", "z", "an", "x", "eng")  # jieba's marks of words that make a noun phrase
CLAUSES, BREAKS, DIGIT, COUNTED = re.compile("[,;:]"), re.compile(r"[\d()《、]"), re.compile(r"\d"), re.compile(r"\d[\d.]*.")
BRACKETED, ASIDES = re.compile(r"\([^()]*\)"), re.compile(r"\([^()]*\)|《[^《》]*》(?=.)")
MODIFIERS = ("a", "b", "t", "ad")


@record
class Counted:
    """The phrase of an indicator and the noun at its core."""

    phrase: str = ""
    noun: str = ""
    verb: str = ""


class Counting:
    """Finds what figures count, by the words of outcomes.toml."""

    def __init__(self, words: Mapping[str, Any], deictic: Sequence[str], indicators: Indicators, labels: Iterable[str]) -> None:
        """`deictic`: words for the own region, which open a phrase; `labels`: the vocabulary's words for things and measures."""
        self.marked = Divider(w for w in (*labels, *words["compounds"]) if 2 <= len(w) <= LONGEST_WORD).marked
        self.words, self.indicators = words, indicators
        self.verbs, self.predicates = frozenset(words["verbs"]), frozenset(words["predicates"])
        lacking = f"(?:{either(words['lacking'])})"
        self.lacking, self.opens_lacking = re.compile(f"{lacking}$"), re.compile(f"^{lacking}(?!{either(words['lacks'])})")
        self.links = re.compile(f"(?:{either(words['links'])}|[了的])$")
        self.openers = re.compile(f"(?!{either(words['not_opened'])})(?:{words['means']}|{either([*words['openers'], *deictic])}|[,、:;]|至|到)")
        self.said, self.sent = re.compile(words["said"]), tuple(words["sent"])
        self.several = re.compile(words["several"])
        self.mark = re.compile(words["mark"])
        self.time_lead, self.time_tail = re.compile(words["time_lead"]), re.compile(words["time_tail"])
        self.rate_topic = re.compile(f"[^,。;:()]*?(?:{either(words['rates'])})")
        self.spending = re.compile(either(words["spending"]))
        self.funds = re.compile(rf"(?:、[一-鿿]{{0,6}}[\d.]+[万亿]*元)*的?([一-鿿]{{0,8}}?(?:{either(words['money_nouns'])}))")
        self.each = re.compile(words["each"])
        self.money = re.compile(either(words["money_nouns"]))

    # --- pieces of text ---

    def lead(self, outline: Outline, start: int, floor: int) -> str:
        """The text of a figure's clause left of it that may say what it counts: not before `floor`, without brackets and titles."""
        clean = outline.clean
        low = max(outline.clause(start)[0], min(floor, start))
        piece = clean[low:start]
        if ")" in piece and "(" not in piece:
            opened = clean.rfind("(", 0, start)
            if 0 <= opened and start - opened < 40:
                piece = clean[outline.clause(opened)[0] : opened] + piece[piece.rfind(")") + 1 :]
        piece = ASIDES.sub("", piece)
        return piece[piece.rfind("(") + 1 :]

    def strip(self, phrase: str) -> str:
        """A phrase without what opens it (time, 全县, 其中) and what links it to the figure (达到, 为, 共有)."""
        phrase = self.mark.sub("", phrase).strip(" \t|,;:、。(《》—-+◆●·■▲★")
        while True:
            new = self.several.sub("", self.time_lead.sub("", phrase))
            if m := self.openers.match(new):
                new = new[m.end() :]
            if new == phrase:
                break
            phrase = new
        while m := self.links.search(phrase) or self.time_tail.search(phrase):
            if m.start() == 0 and len(phrase) <= 2 and phrase not in self.words["links"]:
                break
            phrase = phrase[: m.start()]
        phrase = self.several.sub("", phrase.split("、")[-1] if phrase.count("、") > 3 else phrase)
        return phrase[-LONGEST_PHRASE:].strip("、的 ")

    def nameless(self, phrase: str, end: int, clean: str, mentions: Sequence[Place | Name]) -> str:
        """What a phrase says behind the last name of a place or institution in it, or before the first: 配备率甘孜为28%."""
        names = {clean[m.start : m.end] for m in mentions if end - LISTED <= m.start and m.end <= end}
        found = [n for n in names if n in phrase]
        behind = self.strip(phrase[max((phrase.rfind(n) + len(n) for n in found), default=0) :])
        return behind or self.strip(phrase[: min((phrase.find(n) for n in found), default=0)])

    def right(self, clean: str, end: int, limit: int = -1, quoted: Sequence[tuple[int, int]] = ()) -> str:
        """The noun phrase that follows a figure: 34所|中小学校, 187名|学生, 1500万元|“以奖代补”资金; "" where a predicate follows."""
        said = next((b for a, b in quoted if a == end and 1 < b - a <= REACH), end)
        if said > end:
            return clean[end:said] + self.right(clean, said)
        last = limit if limit >= 0 else end + REACH
        stop = re.compile(r"[,;:。!?\n|\t]").search(clean, end, last)
        piece = clean[end : stop.start() if stop else last].removeprefix("的")
        tokens = self.marked(BREAKS.split(BRACKETED.sub("", piece))[0])
        out, noun = "", False
        if tokens and tokens[0][0] in self.words["single"] and (len(tokens) == 1 or not tokens[1][1].startswith(NOUN_MARKS)):
            return str(self.words["single"][tokens[0][0]])
        for i, (word, mark) in enumerate(tokens):
            after = tokens[i + 1] if i + 1 < len(tokens) else ("", "")
            if word in self.predicates:
                break
            if self._nominal(word, mark) and word not in self.words["empty"]:
                noun = True
            elif out and mark == "uj" and self._nominal(*after):
                noun = False
            elif not (mark.startswith(MODIFIERS) or (mark.startswith("v") and not noun and len(word) > 1 and after[1].startswith(NOUN_MARKS))):
                break
            elif noun and not after[1].startswith(NOUN_MARKS):
                break
            out += word
            if out in self.indicators.nouns and len(out) >= 3 and not self._nominal(*after):
                return out
        return out.removesuffix("等") if noun and len(out) > 1 else ""

    def sum_of(self, clean: str, end: int) -> str:
        """The noun for money behind a sum with what stands between: 1260万元|薄改资金, also behind the last sum of a list; "" where none follows."""
        m = self.funds.match(clean, end)
        return m[1] if m else ""

    def predicate(self, clean: str, end: int) -> str:
        """What is said right behind a figure of those it counts: 9人|长期借调; "" where nothing is."""
        m = self.said.match(clean, end)
        return m[1] if m and m[1] not in self.words["empty"] else ""

    def left(self, phrase: str) -> Counted:
        """The noun phrase at the end of a stripped phrase and the verb beside it."""
        tokens = list(self.marked(phrase[-WINDOW:]))
        verb = ""
        while tokens and (tokens[-1][0] in self.verbs or tokens[-1][0] in self.words["empty"]):
            word = tokens.pop()[0]
            if len(word) > 1 and word not in self.words["links"] and word not in self.words["empty"]:
                verb = word + verb
        np = self._phrase(tokens)
        if not np:
            return self._behind(tokens, "") if tokens and tokens[-1][1] == "d" else Counted("", "", verb)
        words = self.marked(np)
        if not verb and len(words) == 1 and words[0][1] == "v" and np not in self.indicators.nouns:
            return self._behind(tokens, np)
        inner = tokens[-1][0] if tokens and tokens[-1][0] in self.verbs and len(tokens[-1][0]) > 1 else ""
        return Counted(f"{np}{verb}" if verb else f"{inner}{np}", np, verb)

    def _phrase(self, tokens: list[tuple[str, str]]) -> str:
        """The words of a noun phrase that stand last, taken from the tokens."""
        np = ""
        while tokens:
            word, mark = tokens[-1]
            inside = (np and word in self.words["joints"]) or (mark.startswith("v") and word not in self.verbs)
            ending = not np and len(word) == 1 and mark == "uv"  # 运动场|地, divided wrongly
            if word in self.words["empty"] or not (self._nominal(word, mark) or mark.startswith(MODIFIERS) or inside or ending):
                break
            np = word + np
            tokens.pop()
        named, _, kind = np.rpartition(self.words["among"])
        return (kind if kind and len(named) > LONGEST_WORD else np).strip("".join(self.words["joints"]))

    def _behind(self, tokens: list[tuple[str, str]], verb: str) -> Counted:
        """What stands before a verb and what goes with it: 教师周转宿舍|也|盖了, 音乐教师|还|缺; no noun where nothing does."""
        while tokens and (tokens[-1][1] in ("d", "t", "r", "m", "p", "zg") or tokens[-1][0] in self.verbs):
            tokens.pop()
        np = ""
        while tokens and (self._nominal(*tokens[-1]) or tokens[-1][1].startswith(MODIFIERS)):
            np = tokens.pop()[0] + np
        return Counted(f"{np}{verb}" if np else "", np, verb)

    def _nominal(self, word: str, mark: str) -> bool:
        """Whether a word can stand in a noun phrase: by its mark, or because the vocabulary knows it."""
        return mark.startswith(NOUN_MARKS) or word in self.indicators.nouns or word in self.indicators.restrictions

    # --- kinds of figures ---

    def count(self, phrase: str, right: str) -> Counted:
        """What a count counts: the noun behind it with the verb before it (撤并 34所 学校), else the noun before it (录播室 50间); how much of it lacks."""
        found = self.left(phrase)
        if (noun := right or found.noun) and (self.lacking.search(phrase) or self.opens_lacking.match(phrase)):
            lack = f"{self.opens_lacking.sub('', noun)}{self.words['lack']}"
            return Counted(lack, lack)
        if right and not (found.noun and right.startswith(self.sent)):
            verb = found.verb or (
                found.phrase.removesuffix(found.noun) if found.noun and found.phrase.endswith(found.noun) and not phrase.endswith("的") else ""
            )
            return Counted(f"{verb}{right}", right, verb)
        return found

    def amount(self, phrase: str, right: str, sentence: str) -> Counted:
        """What a sum of money is: the phrase with a noun for money beside it, else its purpose, else the money that the sentence spoke of before."""
        for text in (phrase, right):
            if m := self.money.search(text):
                return Counted(text, m[0])
        found = self.left(phrase)
        earlier = [m[0] for m in self.money.finditer(sentence)]
        if each := self.each.match(phrase):  # 生活补助小学每生每年1000元
            clause = next((c for c in reversed(CLAUSES.split(sentence)) if self.money.search(c)), "")
            if head := right or self.strip(DIGIT.split(clause)[0]):
                return Counted(f"{each['class']}{head}", head)
        spent = self.spending.search(phrase)
        done = found.noun or (found.verb if found.verb not in self.verbs else "")
        if done and not spent:
            return Counted(phrase, done)
        if spent and not (right or found.noun):
            said = next((s for c in reversed(CLAUSES.split(sentence)) if self.money.search(s := self.strip(DIGIT.split(c)[0]))), "")
            head = said or self.earlier(sentence)
            if head:
                return Counted(f"{head}{found.verb or self.words['spent']}", head, found.verb)
        if spent or not earlier:
            head = right or found.noun
            return Counted(f"{head}{self.words['spent']}" if spent else phrase or right, self.words["spent"] if spent else head, found.verb)
        clause = next((c for c in reversed(CLAUSES.split(sentence)) if self.money.search(c)), "")
        return Counted(self.strip(clause) or earlier[-1], earlier[-1])

    def topic(self, sentence: str) -> str:
        """The last phrase of a sentence's beginning that names a rate."""
        found = [self.strip(COUNTED.split(m[0])[-1]) for m in self.rate_topic.finditer(sentence)]
        return next((f for f in reversed(found) if len(f) > 1), "")

    def says_nothing(self, phrase: str) -> bool:
        """Whether a phrase is nothing but words that say nothing of what is counted: 至今仅, 最低的."""
        return all(
            word in self.words["empty"] or word in self.words["links"] or not (self._nominal(word, mark) or mark.startswith((*MODIFIERS, "v")))
            for word, mark in self.marked(phrase)
        )

    def earlier(self, sentence: str) -> str:
        """The noun that the clauses before a figure's own speak of last."""
        for clause in reversed(CLAUSES.split(sentence)):
            said = self.strip(DIGIT.split(self.time_lead.sub("", self.mark.sub("", clause)))[0])
            noun, known = self.left(said).noun, self.indicators.last_noun(said)
            if noun or known:
                return known if known and not self.indicators.mentions(noun) else noun
        return ""
