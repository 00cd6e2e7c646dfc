"""Texts made to break rules, by kind: each a unit that is repeated until the text is long enough."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

REPORT = "2022年全县推进集团化办学，投入资金3.89亿元，新建学校12所，交流教师156名，占教师总数的12%。"
LETTERS = "Отчёт о школах تقرير المدارس รายงานโรงเรียน 学校のレポート 학교 보고서 σχολεία 🏫👩‍🏫🇨🇳"
INVISIBLE = "\ue000\ue123\uf8ff\u200b\u200c\u200d\ufeff\u200e\u200f\u202a\u202e\u2066\u2069\u00ad\U000f0000"

# Repeated as they stand.
UNITS = {
    "round brackets opened": "(",
    "round brackets closed": ")",
    "round brackets around figures": "(投入3万元",
    "square brackets": "【",
    "digits": "1234567890",
    "digits with commas": "1,234,567,890,",
    "digits with points": "1.2.3.4.",
    "numerals": "三",
    "scales": "亿",
    "numerals with scales": "三千二百万零五",
    "punctuation": "，。；：！？、…—·",
    "stops": "。",
    "commas": "，",
    "question marks": "?",
    "question marks between characters": "的?是学?校",
    "times gone back to": "2019年，同期，同年，",
    "times that go back": "同期，",
    "masks": "x",
    "masked figures": "投入xx万元，",
    "blanks": "  \t\u3000",
    "line ends": "\n",
    "titles opened": "《",
    "titles around words": "《学校",
    "titles": "印发《关于义务教育的意见》，",
    "quotes opened": "“",
    "quotes around words": "“双减",
    "straight quotes": '"校"',
    "notes": "義(yì)務(wù)教育",
    "scripts": LETTERS,
    "invisible characters": f"教{INVISIBLE}育",
    "zones of signs": "①②③⑳㈠㊣℃‰№㎡",
    "addresses": "https://www.example.cn/art/2022/3/1/art_1234_56789.html?id=1&b=2 ",
    "figures": "投入3万元，",
    "figures in a row": "3、4、5、6、7、8、9、",
    "figures in a list": "小学3所、初中4所、高中5所、",
    "respective figures": "小学、初中、高中分别为3所、4所、5所，",
    "changes": "由3所增加到4所，比上年增长5%，",
    "shares": "其中占教师总数的12%，",
    "rates": "巩固率达到95.5%，",
    "ratios": "生师比17:1，",
    "years": "2021年2022年",
    "months": "1月2月",
    "periods": "2019-2022年",
    "times ago": "去年今年明年",
    "places": "乌海市海南区、",
    "place names": "乌海市",
    "short place names": "朝阳海南",
    "provinces": "河南省山西省",
    "own region": "我市全县",
    "pronouns": "该县该校",
    "schools": "乌海市第一小学、",
    "numbered schools": "第一小学、第二小学、",
    "endings": "小学",
    "endings of bodies": "教育局",
    "pairs": "济源市第一小学与济源市第二小学结对，",
    "helpers": "济源市第一小学托管",
    "members": "济源市第一小学和",
    "honours": "被评为全国先进单位和示范区、",
    "issuers": "乌海市教育局印发",
    "campuses": "济源市第一小学玉泉校区、",
    "measures": "推进集团化办学、",
    "measures without verbs": "集团化办学",
    "weak measures": "实施课后服务和交流轮岗，",
    "problems": "师资不足，校舍紧缺，",
    "problems in a row": "不足缺口薄弱",
    "plans": "将要计划拟",
    "done": "已经累计",
    "speakers": "王小明：",
    "offices": "局长王小明",
    "one clause": "投入3万元新建学校2所推进集团化办学乌海市第一小学",
    "one sentence": "投入3万元，新建学校2所，推进集团化办学，乌海市第一小学结对帮扶第二小学，",
    "semicolons": "投入3万元；新建学校2所；推进集团化办学；",
    "one line": REPORT,
    "reports": REPORT + "\n",
    "paragraphs": "一、主要做法\n" + REPORT + "\n",
    "headings": "一、主要做法\n",
    "headings of many levels": "一、做法\n（一）办学\n1.投入\n（1）学校\n①教师\n",
    "headings in a line": "一、做法：（一）办学：1.投入：（1）学校：①教师；",
    "list items": "1.新建学校3所。",
    "short lines": "学校\n",
    "colons": "乌海市：学校：",
    "cells": "12|",
    "tabs": "12\t",
    "labels": "发布日期：2022-03-01 来源：",
    "links": "首页|新闻|政务|",
    "emphasis": "一是二是三是",
}  # fmt: skip


def rows() -> Iterator[str]:
    """The lines of a table without end."""
    yield "县区|学校(所)|教师(人)|经费(万元)\n"
    yield from (f"第{number}县|{number % 90}|{number % 900}|{number % 50}.5\n" for number in count(1))


def distinct() -> Iterator[str]:
    """Sentences of which none says what another says."""
    yield from (f"全县投入{number}万元，新建第{number}小学，学生{number + 3}人，实施“育才{number}”计划。" for number in count(1))


def schools() -> Iterator[str]:
    """Lines of which each names another school."""
    names = "春夏秋冬东南西北红黄蓝绿青山水木"
    for number in count():
        one, two, three = names[number % 16], names[number // 16 % 16], names[number // 256 % 16]
        yield f"济源市{one}{two}{three}小学与济源市{two}{three}中学结对。\n"


SERIES = {"table rows": rows, "distinct sentences": distinct, "distinct schools": schools}
KINDS = (*UNITS, *SERIES)


def text(kind: str, size: int) -> str:
    """A text of a kind with at least `size` characters."""
    if kind in UNITS:
        return UNITS[kind] * (size // len(UNITS[kind]) + 1)
    out: list[str] = []
    length = 0
    for piece in SERIES[kind]():
        out.append(piece)
        length += len(piece)
        if length >= size:
            break
    return "".join(out)
