"""Small files of each format, made by the tests that read them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import docx

PARAGRAPHS = (
    "为促进义务教育优质均衡发展，全县大力推进集团化办学，组建教育集团12个，覆盖学校56所。",
    "二、主要做法",
    "（一）改善办学条件。累计投入3.89亿元用于校舍维修改造，新建学校3所。",
    "下一步，将继续推行县管校聘，力争到2025年交流轮岗比例达到20%以上。",
)


def page(encoding: str = "gb18030", declared: str = "gb2312") -> bytes:
    """A web page of a county's education bureau, with navigation and a table."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    html = f"""<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset={declared}">
    <meta name="PubDate" content="2023-05-18 10:20"><title>关于义务教育优质均衡发展情况的报告</title></head><body>
    <div class="nav"><a href="/">首页</a> <a href="/a">政务公开</a> <a href="/b">互动交流</a></div>
    <div class="article" id="zoom"><h1>关于义务教育优质均衡发展情况的报告</h1>{body}
    <table><tr><td>学段</td><td>学校数</td></tr><tr><td>小学</td><td>36</td></tr></table></div>
    <div class="footer">主办单位：县教育局 <a href="/c">网站地图</a></div></body></html>"""
    return html.encode(encoding)


def word() -> bytes:
    """A .docx with the paragraphs, and a table between the second and the third."""
    document = docx.Document()
    for paragraph in PARAGRAPHS[:2]:
        document.add_paragraph(paragraph)
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("学段", "学校数", "小学", "36"), strict=True):
        cell.text = text
    for paragraph in PARAGRAPHS[2:]:
        document.add_paragraph(paragraph)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def archive(members: dict[str, bytes]) -> bytes:
    """A zip archive; names as given."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, data in members.items():
            packed.writestr(zipfile.ZipInfo(name), data)
    return stream.getvalue()


def pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """A PDF whose pages hold these visual lines, in a font that every reader knows by name."""
    font = (
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType0"
        b"/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/DW 1000>>]>>"
    )
    count = len(pages)
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(count))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {count}>>".encode(), font]
    for number, lines in enumerate(pages):
        shown = "".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -20 Td " for line in lines)
        content = f"BT /F1 12 Tf 50 780 Td {shown}ET".encode()
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents {5 + 2 * number} 0 R>>".encode(),
            b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        ]
    return _numbered(objects)


def _numbered(objects: Sequence[bytes]) -> bytes:
    data, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj%s endobj\n" % (number, content)
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + head.encode()
