"""The tables of places, every row of regions.csv, zones.csv and towns.csv, and what texts make of them."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from asked import told

TABLES = Path(__file__).parent.parent / "ontology" / "tables"
COLUMNS = ["code", "name", "level", "parent", "short", "first_year", "last_year", "successors", "alt"]
NEWEST = 2026
Row = dict[str, str]


def read(name: str) -> list[Row]:
    """The rows of a table."""
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


REGIONS, ZONES, TOWNS = read("regions.csv"), read("zones.csv"), read("towns.csv")
BY_CODE: dict[str, list[Row]] = defaultdict(list)
for _row in REGIONS:
    BY_CODE[_row["code"]].append(_row)


def years(row: Row) -> range:
    """The years in which a row is valid."""
    return range(int(row["first_year"]), int(row["last_year"] or NEWEST) + 1)


def overlap(one: Row, other: Row) -> bool:
    """Whether two rows are valid in a common year."""
    return max(years(one).start, years(other).start) < min(years(one).stop, years(other).stop)


def labels(row: Row) -> list[str]:
    """All that a row is called."""
    return [label for label in (row["name"], row["short"], *row["alt"].split("|")) if label]


def version(code: str, year: int) -> Row | None:
    """The row of a code in a year."""
    return next((row for row in BY_CODE[code] if year in years(row)), None)


def test_columns_are_as_documented() -> None:
    """The three tables have the columns that their README names."""
    assert [list(REGIONS[0]), list(ZONES[0]), list(TOWNS[0])] == [COLUMNS, COLUMNS, ["name", "codes"]]


@pytest.mark.parametrize("name", ["regions.csv", "zones.csv", "towns.csv"])
def test_files_are_plain(name: str) -> None:
    """A table is UTF-8 without byte order mark, carriage return, blank or tab at a border of a cell."""
    raw = (TABLES / name).read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf") and b"\r" not in raw and raw.endswith(b"\n")
    assert [row for row in read(name) if any(value != value.strip() for value in row.values())] == []


def test_rows_are_sorted() -> None:
    """Regions stand in the order of code and first year, zones of code, towns of name."""
    assert REGIONS == sorted(REGIONS, key=lambda row: (row["code"], row["first_year"]))
    assert ZONES == sorted(ZONES, key=lambda row: row["code"])
    assert TOWNS == sorted(TOWNS, key=lambda row: row["name"])


def test_codes_are_six_digits() -> None:
    """A region's code has six digits, and its zeros say its level."""
    level = {"province": r"\d\d0000", "prefecture": r"\d\d(?!00)\d\d00", "county": r"\d{4}(?!00)\d\d"}
    assert [row for row in REGIONS if not re.fullmatch(level[row["level"]], row["code"])] == []


def test_years_are_in_order() -> None:
    """A row begins in 2000 or later, does not end before it begins, and two versions of a code share no year."""
    assert [row for row in REGIONS + ZONES if not 2000 <= years(row).start < years(row).stop <= NEWEST + 1] == []
    assert [rows for rows in BY_CODE.values() if any(overlap(one, other) for one, other in zip(rows, rows[1:], strict=False))] == []


def test_parents_stand_above() -> None:
    """A parent exists in the years of its child, is a level above it and begins with the same digits."""
    allowed = {"province": [""], "prefecture": ["province"], "county": ["prefecture", "province"]}
    problems = []
    for row in REGIONS:
        parents = [parent for parent in BY_CODE.get(row["parent"], []) if overlap(parent, row)]
        levels = {parent["level"] for parent in parents} or {""}
        if not levels <= set(allowed[row["level"]]) or not row["code"].startswith(row["parent"].rstrip("0")):
            problems.append(row)
    assert problems == []


def test_parents_outlive_their_children() -> None:
    """In every year of a row there is a version of its parent."""
    gaps = [(row["code"], year) for row in REGIONS if row["parent"] for year in years(row) if version(row["parent"], year) is None]
    assert gaps == []


def test_counties_without_prefecture_are_known_kinds() -> None:
    """Only counties of municipalities, and those that a province runs itself, have a province for parent."""
    direct = {row["code"] for row in REGIONS if row["level"] == "county" and row["parent"].endswith("0000")}
    assert [code for code in direct if code[:2] not in ("11", "12", "31", "46", "50") and code[2:4] != "90"] == []


def test_no_name_twice_under_one_parent() -> None:
    """No parent has two children of one name and level in the same year."""
    seen = Counter((row["parent"], row["level"], row["name"], year) for row in REGIONS for year in years(row))
    assert [key for key, count in seen.items() if count > 1] == []


def test_no_prefecture_name_is_ambiguous() -> None:
    """Names of provinces and prefectures are unique in every year."""
    seen = Counter((row["name"], year) for row in REGIONS if row["level"] != "county" for year in years(row))
    assert [key for key, count in seen.items() if count > 1] == []


def test_successors_take_over() -> None:
    """Every ended region has successors, all valid in the year after, and no other region has any."""
    problems = []
    for row in REGIONS + ZONES:
        codes = row["successors"].split()
        missing = [code for code in codes if version(code, int(row["last_year"]) + 1) is None]
        if bool(codes) != bool(row["last_year"]) or missing or len(set(codes)) != len(codes):
            problems.append(row)
    assert problems == []


def test_successors_lead_to_today() -> None:
    """Following the successors from any region ends, after a few steps, at regions in use."""

    def follow(row: Row) -> Iterator[str]:
        if not row["last_year"]:
            yield row["code"]
        for code in row["successors"].split():
            after = version(code, int(row["last_year"]) + 1)
            assert after is not None
            yield from follow(after)

    assert [row for row in REGIONS if not set(follow(row))] == []


def test_labels_are_usable() -> None:
    """Short and other forms have two characters or more, differ from the name and from each other, and hold no ASCII."""
    problems = [row for row in REGIONS + ZONES if len(set(labels(row))) != len(labels(row)) or min(map(len, labels(row))) < 2]
    assert problems == []
    assert [row for row in REGIONS + ZONES if any(char.isascii() for label in labels(row) for char in label)] == []


def test_short_forms_are_cut_from_the_name() -> None:
    """A region's short form is the beginning of its name."""
    assert [(row["name"], row["short"]) for row in REGIONS if not row["name"].startswith(row["short"])] == []


def test_autonomous_places_have_their_everyday_form() -> None:
    """Every autonomous prefecture has a form in 州, every autonomous county one in 县, every autonomous banner one in 旗."""
    tails = {"自治州": "州", "自治县": "县", "自治旗": "旗"}
    problems = [
        row["name"]
        for row in REGIONS
        for ending, tail in tails.items()
        if row["name"].endswith(ending) and not any(form.endswith(tail) and "自治" not in form for form in row["alt"].split("|"))
    ]
    assert problems == []


def test_count_of_regions_in_use() -> None:
    """In use are 34 provinces, 333 prefectures and 2,847 counties."""
    assert Counter(row["level"] for row in REGIONS if not row["last_year"]) == {"province": 34, "prefecture": 333, "county": 2847}


@pytest.mark.parametrize(
    ("code", "year", "name", "parent"),
    [
        ("419001", 2024, "济源市", "410000"),
        ("429004", 2024, "仙桃市", "420000"),
        ("469001", 2024, "五指山市", "460000"),
        ("659012", 2024, "白杨市", "650000"),
        ("659012", 2021, None, None),
        ("659013", 2026, "草湖市", "650000"),
        ("653132", 2026, "岑岭县", "653100"),
        ("653132", 2024, None, None),
        ("640502", 2024, "沙坡头区", "640500"),
        ("640502", 2002, None, None),
        ("640321", 2002, "中卫县", "640300"),
        ("341400", 2010, "巢湖市", "340000"),
        ("341400", 2011, None, None),
        ("340181", 2010, None, None),
        ("340181", 2011, "巢湖市", "340100"),
        ("330103", 2020, "下城区", "330100"),
        ("330103", 2021, None, None),
        ("330113", 2021, "临平区", "330100"),
        ("420600", 2009, "襄樊市", "420000"),
        ("420600", 2010, "襄阳市", "420000"),
        ("500381", 2000, "江津市", "500000"),
        ("500112", 2025, "渝北区", "500000"),
        ("500112", 2026, None, None),
        ("500157", 2026, "两江新区", "500000"),
        ("652829", 2024, "博湖县", "652800"),
        ("331082", 2024, "临海市", "331000"),
        ("150303", 2024, "海南区", "150300"),
        ("110228", 2014, "密云县", "110000"),
        ("810000", 2024, "香港特别行政区", ""),
    ],
)
def test_special_cases(code: str, year: int, name: str | None, parent: str | None) -> None:
    """Codes that changed hands, and places without a prefecture, have the right name and parent in the year asked for."""
    row = version(code, year)
    assert (row and row["name"], row and row["parent"]) == (name, parent)


@pytest.mark.parametrize(
    ("code", "year", "successors"),
    [
        ("420600", 2009, "420600"),
        ("330103", 2020, "330105"),
        ("330104", 2020, "330102 330114"),
        ("341402", 2010, "340181"),
        ("341400", 2010, "340100 340200 340500"),
        ("440203", 2002, "440204"),
        ("640321", 2002, "640502"),
        ("500105", 2025, "500157"),
    ],
)
def test_special_successors(code: str, year: int, successors: str) -> None:
    """Renamed, merged, divided and swapped regions lead to the codes that replaced them."""
    row = version(code, year)
    assert row is not None and row["successors"] == successors


@pytest.mark.parametrize(
    ("code", "short"),
    [
        ("419001", "济源"),
        ("652800", "巴音郭楞"),
        ("653000", "克孜勒苏"),
        ("620123", "榆中"),
        ("500243", "彭水"),
        ("150000", "内蒙古"),
        ("640000", "宁夏"),
        ("140322", ""),  # 盂县
        ("533103", ""),  # 芒市
        ("140502", ""),  # 城区
        ("621202", "武都"),
        ("370103", ""),  # 市中区, read in 济南市中小学
        ("450329", ""),  # 资源县, read in 自然资源局
        ("430121", ""),  # 长沙县, since 长沙 is the city
        ("150925", "凉城"),
        ("152221", ""),  # 科尔沁右翼前旗
        ("371621", ""),  # 惠民县, read in 惠民教育工程
        ("659011", ""),  # 新星市, read in 教坛新星
    ],
)
def test_short_forms(code: str, short: str) -> None:
    """Short forms are those in use, and empty where they would be one character, an ordinary word or the parent's own."""
    assert BY_CODE[code][-1]["short"] == short


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ("巴州", "652800"),
        ("黔南州", "522700"),
        ("红河州", "532500"),
        ("凉山州", "513400"),
        ("克州", "653000"),
        ("彭水县", "500243"),
        ("互助县", "630223"),
        ("科右前旗", "152221"),
        ("宁夏自治区", "640000"),
        ("济源示范区", "419001"),
        ("济源产城融合示范区", "419001"),
        ("八师石河子市", "659001"),
    ],
)
def test_other_forms(form: str, code: str) -> None:
    """An everyday or official variant belongs to one region in use."""
    assert [row["code"] for row in REGIONS if form in row["alt"].split("|") and not row["last_year"]] == [code]


def test_zones_stand_in_a_host() -> None:
    """A zone's code is its host's code and its name, and the host is in use."""
    problems = [row for row in ZONES if row["code"] != f"{row['parent']}/{row['name']}" or version(row["parent"], NEWEST) is None]
    assert problems == [] and {row["level"] for row in ZONES} == {"zone"}


def test_zone_names_are_unique() -> None:
    """No full or other form of a zone is shared with another zone, and no short form twice in one host."""
    seen = Counter(form for row in ZONES for form in labels(row) if form != row["short"])
    assert [form for form, count in seen.items() if count > 1] == []
    local = Counter((row["parent"], row["short"]) for row in ZONES if row["short"])
    assert [key for key, count in local.items() if count > 1] == []


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ("雄安新区", "130000/雄安新区"),
        ("苏州工业园区", "320500/苏州工业园区"),
        ("石家庄高新区", "130100/石家庄高新技术产业开发区"),
        ("芜湖经开区", "340200/芜湖经济技术开发区"),
        ("郑州航空港区", "410100/郑州航空港经济综合实验区"),
        ("兵团第八师", "650000/新疆生产建设兵团第八师"),
    ],
)
def test_zone_forms(form: str, code: str) -> None:
    """Everyday names of zones lead to the zone."""
    assert [row["code"] for row in ZONES if form in labels(row)] == [code]


def test_no_zone_is_called_a_kind_of_award() -> None:
    """示范区 alone names no zone, since reports tell of many that are to be created."""
    assert [row for row in ZONES if "示范区" in labels(row)] == []


def test_a_zone_may_become_a_county() -> None:
    """The functional zone 两江新区 of 2010 gives way to the county of the same name."""
    (zone,) = (row for row in ZONES if row["name"] == "两江新区")
    assert (zone["last_year"], zone["successors"]) == ("2025", "500157")


def test_towns_lie_in_known_regions() -> None:
    """A township's name is whole and stands once; its codes are sorted and stand in regions.csv, as counties or as cities without any."""
    assert [row for row in TOWNS if not re.fullmatch(r"\w+(镇|乡|街道|苏木)", row["name"]) or len(row["name"]) < 3] == []
    assert len({row["name"] for row in TOWNS}) == len(TOWNS)
    childless = set(BY_CODE) - {row["parent"] for row in REGIONS}
    problems = [row for row in TOWNS if not row["codes"] or row["codes"].split() != sorted({*row["codes"].split()} & childless)]
    assert problems == []


@pytest.mark.parametrize("name", ["杜桥镇", "上盘镇", "桃渚镇", "大田街道", "大洋街道", "尤溪镇"])
def test_towns_vote_for_their_county(name: str) -> None:
    """Six towns of 临海市 are listed under it."""
    (row,) = (row for row in TOWNS if row["name"] == name)
    assert "331082" in row["codes"].split()


SETTLED = [
    ("牡丹江市西安区:西安、东安两区打破区界划片。", "230000", {"231000", "231005", "231002"}),
    ("洛南、丹凤两县率先达标。", "611000", {"611021", "611022"}),
    ("在郧阳、丹江口等五县市推开。", "420300", {"420304", "420381"}),
    ("长治市潞州区由原城区、郊区合并设立。", "140000", {"140400", "140403", "140402", "140411"}),
    ("甘孜藏族自治州投入26亿元,甘孜为28%。", "513300", {"513300"}),
    ("章贡区9所、蓉江新区3所。", "360700", {"360702", "360700/蓉江新区"}),
    ("昆山高新区、昆山市花桥经济开发区开展试点。", "320583", {"320583", "320583/昆山高新区", "320583/花桥经济开发区"}),
    ("靖州推行学区制,芷江敢碰硬。会同县更要反思。", "431200", {"431229", "431228", "431225"}),
    ("西藏昌都市类乌齐县来访。", "500155", {"540000", "540300", "540323"}),
    ("近千名山区学生告别走读路,我局会同县财政局拨款,这里不是富裕县。", "431200", set()),
    ("建设国家新区,办好城市新区学校。", "360700", set()),
]


@pytest.mark.parametrize(("text", "home", "codes"), SETTLED)
def test_places_are_settled(text: str, home: str, codes: set[str]) -> None:
    """Short names in a closed list, names of the past and functional zones stand for the right places."""
    mentions = told(text, region=home).finding.mentions
    assert {t.key for t, _ in mentions if t.kind in ("region", "zone")} == codes


SHORT = [
    ("在阳朔新建高中。", ["阳朔县"]),
    ("加快花都、南沙、从化等区域医疗中心建设。", ["花都区", "南沙区", "从化区"]),
    ("县管校聘在全市铺开。", []),
]


@pytest.mark.parametrize(("text", "names"), SHORT)
def test_short_names_in_the_text_of_what_they_lie_in(text: str, names: list[str]) -> None:
    """Behind 在 and in lists of three or more, the short names of an own region's parts are places."""
    home = "450300" if "阳朔" in text else "440100"
    found = [thing.label for thing, _ in told(text, region=home).finding.mentions if thing.kind == "region"]
    assert found == names
