"""Figures as reports write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from asked import ontology

from kg.model import Document
from kg.text import read
from kg.values import Numbers

NUMBERS = Numbers(ontology().words["numbers"], ontology().units)

READ = [
    ("投入4.25亿元", "425000000", "CNY", "eq"),
    ("近三亿元", "300000000", "CNY", "approx"),
    ("2.3亿余元", "230000000", "CNY", "ge"),
    ("六成二", "62", "%", "eq"),
    ("八成以上", "80", "%", "ge"),
    ("三分之二", "66.67", "%", "eq"),
    ("百分之九十七", "97", "%", "eq"),
    ("两千余名", "2000", "名", "ge"),
    ("一百四十几所", "140", "所", "ge"),
    ("三百来名", "300", "名", "approx"),
    ("17亿2千万元", "1720000000", "CNY", "eq"),
    ("提高2.6个百分点", "2.6", "百分点", "eq"),
    ("不少于250名", "250", "名", "ge"),
    ("不足1800人", "1800", "人", "le"),
    ("翻了一番", "1", "番", "eq"),
    ("控制在35个左右", "35", "个", "approx"),
    ("最低档提高到每月600元", "600", "CNY", "eq"),
    ("生师比16.4:1", "16.4", "1", "eq"),
]


@pytest.mark.parametrize(("text", "value", "unit", "comparator"), READ)
def test_figures(text: str, value: str, unit: str, comparator: str) -> None:
    """A figure has its value in base units, its unit and its bound."""
    (figure,) = NUMBERS.find(text)
    assert (figure.value, figure.unit, figure.comparator) == (Decimal(value), unit, comparator)


@pytest.mark.parametrize(("text", "low", "high"), [("五六个", 5, 6), ("十五六所", 15, 16), ("六七十名", 60, 70), ("两三百人", 200, 300)])
def test_two_digits_in_a_row_are_a_range(text: str, low: int, high: int) -> None:
    """A number said roughly has both of its ends; no such number is a time (十五) or a sum."""
    (figure,) = NUMBERS.find(text)
    assert (figure.value, figure.value_max) == (low, high)


@pytest.mark.parametrize("text", ["xx%", "xxxx万元", "x.x万元"])
def test_masked_figures_have_no_value(text: str) -> None:
    """A figure that the source masks is found and has no value."""
    (figure,) = NUMBERS.find(text)
    assert figure.value is None


@pytest.mark.parametrize("text", ["第九小学", "5+2课后服务", "十四五规划", "教发〔2021〕12号", "20222023学年", "2023年10月8日", "一是加强领导"])
def test_names_dates_and_numbers_of_documents_are_no_figures(text: str) -> None:
    """Ordinals, names, dates, document and list numbers count nothing."""
    assert NUMBERS.find(text) == []


def clean(text: str) -> str:
    """The clean text of a document with this text."""
    return read(Document("d", "d", "", text)).clean


def test_notes_and_traditional_characters_are_undone() -> None:
    """Pronunciation notes go, traditional characters become simplified."""
    assert clean("義務(wù)教育發(fā)展與學(xué)校建設(shè)") == "义务教育发展与学校建设"


def test_a_quote_is_found_word_for_word() -> None:
    """Every span of the clean text leads back to the original that it stands for."""
    document = Document("d", "d", "", "實施“青松計劃”,義務(wù)教育發(fā)展(zhǎn)良好。")
    text = read(document)
    at = text.clean.index("义务教育")
    assert text.quote(at, at + 4) == "義務(wù)教育"
