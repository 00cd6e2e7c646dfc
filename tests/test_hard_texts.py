"""Texts made to break rules: none stops a build, and no serial number becomes a figure."""

from __future__ import annotations

from pathlib import Path

import hard
import pytest
from asked import ontology, told
from conftest import Run
from files import pdf

from kg import documents, iri, rdf
from kg.errors import InputError
from kg.extract import extract
from kg.model import Document, DocumentFacts

LAWS = ontology()
SIZE = 2500  # characters: every rule meets its own beginning several times over
HOME = {"region": "620422"}

BIG = {
    "brackets": "(" * 10_000,
    "line": "天地玄黄宇宙洪荒日月盈昃辰宿列张，" * 40_000,  # 2 MB
    "digits": "1234567890" * 10_000,
    "punctuation": hard.text("punctuation", 30_000),
    "headings": "一、主要做法\n" * 10_000,
    "rows": hard.text("table rows", 30_000),
    "sentence": "推进学校建设，加强教师队伍" * 26_000,  # 1 MB
    "titles": "《" * 50_000,
    "quotes": "“双减" * 10_000,
    "invisible": hard.text("invisible characters", 30_000),
}

SERIALS = """
联系电话：0931-8123456 | 联系电话（0931）8123456 | 手机13812345678 | 值班电话：8123456 | 服务热线400-888-9999 | 拨打12345热线
邮编730000 | 邮政编码：730000 | 身份证号620102199001011234 | 身份证号码为62010219900101123X | 统一社会信用代码12620100438000000X
学校代码2162000001 | 学籍号G620102200801011234 | 准考证号20220612345 | 账号6222020200012345678 | 开户账号62220 20200 12345 | QQ群123456789
教材ISBN 978-7-107-12345-6 | 书号ISBN978-7-107-12345-6 | 课题编号GS[2022]GHB0123 | 索引号12620000438/2022-00123 | CN102345678A专利
车牌号甘A12345 | 甘A·12345号校车 | 校车甘A12D45投用 | 乘G1234次列车 | G30高速旁 | 312国道旁 | 人民路128号 | 办公楼302室
平台升级到V2.0.1 | 系统3.2.1版上线 | 平台2.0版上线 | Windows10系统 | IP地址192.168.1.1 | 建成5G网络 | GB/T 2260-2007标准 | ISO9001认证
网址https://www.example.cn/art/2022/3/1/art_1234_56789.html | 网址www.12371.cn | 邮箱jyj123@163.com
2022-03-01发布 | 2022/3/1发布 | 2022.3.1发布 | 2022年3月1日发布 | 二〇二二年三月一日发布 | 二零二二年三月发布 | 3月1日至5日开展 | 2022-2023学年
2022年3月1日9:30 | 上午9:30开会 | 下午14时30分开会 | 8:00-12:00办公 | 十四五期间 | 三年行动计划 | 第38个教师节 | 第三届二次会议 | 21世纪
教发〔2022〕12号印发 | 教发[2022]12号印发 | 兰政办发﹝2022﹞123号 | 国发2022年12号文 | 第12号令 | 见附表3 | 如图2-1所示 | 表3.2 | 附件1：名单
序号1 | （1）加强领导 | 1.加强领导 | 1、加强领导 | ①加强领导 | 一、加强领导 | （一）加强领导 | 第一，加强领导 | 一是加强领导
七年级3班 | 2022级3班 | 高三（12）班 | 50周岁以下 | 九年义务教育 | 比分3:2 | 1对1辅导 | 5+2课后服务 | “1+3+N”模式 | 90后教师 | 985高校
"""


def document(text: str) -> Document:
    """A document of that text, read from its bytes as a build reads it."""
    return documents.read(documents.Source("corpus/hard.txt", "hard.txt"), text.encode())


def written(found: DocumentFacts) -> list[str]:
    """The figures found, as the text writes them."""
    return [f.quantity.text for f in found.facts if f.quantity]


@pytest.mark.parametrize("kind", hard.KINDS)
def test_no_kind_of_text_stops_the_extraction(kind: str) -> None:
    """Every kind of hard text is refused by name or gives facts whose quotes it has word for word."""
    try:
        read = document(hard.text(kind, SIZE))
    except InputError as refused:
        assert refused.remedy, kind
        return
    found = extract(read, LAWS)
    assert sum(1 for _ in rdf.document_quads(found, LAWS, iri.BASE))
    for fact in found.facts:
        assert all(e.exact == read.text[e.start : e.end] and len(e.exact) <= 300 for e in fact.evidence)


def test_halves_of_characters_pass() -> None:
    """Halves of characters, as damaged PDFs hold them, are no obstacle to the figures beside them."""
    damaged = pdf([["全县新建学校3所。"]]).replace("全".encode("utf-16-be").hex().encode(), b"d800")
    read = documents.read(documents.Source("corpus/hard.pdf", "hard.pdf"), damaged, HOME)
    assert read.text == "\ufffd县新建学校3所。\n"
    assert written(extract(read, LAWS)) == ["3所"]


def test_hard_texts_build_beside_a_good_one(tmp_path: Path, run_kg: Run) -> None:
    """Very long texts of one kind are built; one that holds no text is named, and stops no other."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, text in BIG.items():
        (corpus / f"{name}.txt").write_text(text, "utf-8")
    (corpus / "good.txt").write_text("济源市新建学校3所。", "utf-8")
    result = run_kg("build", corpus, "-o", tmp_path / "out", "--files", "never")
    assert (result.returncode, result.stderr) == (0, "")
    assert "corpus/good.txt\n  region  济源市 (head)\n" in result.stdout
    (corpus / "blank.txt").write_text(" \n\u3000\n" * 10_000, "utf-8")
    result = run_kg("build", corpus, "-o", tmp_path / "out", "--files", "never", "-q")
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert "blank.txt" in result.stderr
    assert "(0 new or changed, 0 removed, 1 unreadable)" in result.stdout


@pytest.mark.parametrize("serial", [one.strip() for line in SERIALS.strip().splitlines() for one in line.split(" | ")])
def test_serial_numbers_are_no_figures(serial: str) -> None:
    """Numbers that count nothing give no figure, before one that counts and on a line of their own."""
    for text in (f"{serial}，全县新建学校3所。", f"全县新建学校3所。\n{serial}\n"):
        found = told(text, **HOME)
        assert written(found) == ["3所"], text
