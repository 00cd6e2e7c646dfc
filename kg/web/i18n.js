// The words of the page in both languages; names of things come from the graph itself.

const WORDS = {
  title: ["义务教育政策知识图谱", "Compulsory education policy graph"],
  search: ["搜索地区、学校、举措、原文(按 / 键)", "Search places, schools, measures, quotes (press /)"],
  hits: ["搜索结果", "Search results"],
  tabs: ["页面", "Pages"],
  graph: ["图谱", "Graph"],
  table: ["事实表", "Facts"],
  documents: ["文档", "Documents"],
  about: ["说明", "About"],
  theme: ["深色或浅色", "Dark or light"],
  filters: ["筛选", "Filters"],
  panel: ["详情", "Details"],
  canvas: ["图谱画布:方向键移到相邻节点,回车打开,加减号缩放,0 看全图", "Graph canvas: arrows move to the nearest node, Enter opens, plus and minus zoom, 0 fits"],
  summary: ["{documents} 份文档 · {nodes} 个节点 · {facts} 条事实", "{documents} documents · {nodes} nodes · {facts} facts"],
  newest: [" · 最新 {date}", " · newest {date}"],
  shown: ["显示 {shown} / 共 {total} 个节点,{facts} / {allFacts} 条事实", "{shown} of {total} nodes, {facts} of {allFacts} facts shown"],
  folded: ["折叠 {count} 个{names}", "{count} {names} folded"],
  byFilter: ["筛选隐藏 {count} 个", "{count} hidden by filters"],
  byHand: ["手动隐藏 {count} 个", "{count} hidden by you"],
  loose: ["{count} 个无连线", "{count} without a line"],
  byLinks: ["{count} 条连线未画", "{count} lines not drawn"],
  showLoose: ["画出", "draw them"],
  restore: ["全部恢复", "Restore all"],
  cut: ["为清晰只画出 {shown} / {total} 个节点;搜索、事实表和“展开邻居”可找到全部。", "Only {shown} of {total} nodes are drawn for clarity; search, facts and “expand” reach them all."],
  allHidden: ["全部被筛选隐藏。", "Everything is hidden by filters."],
  empty: ["图谱为空:没有读到任何文档。请用 kg build 加上文档所在的文件夹重新生成,例如:kg build seeds", "The graph is empty: no document was read. Build it with kg build and a folder of documents, for example: kg build seeds"],
  copy: ["复制链接", "Copy link"],
  copied: ["已复制", "Copied"],
  png: ["导出图片", "Save PNG"],
  csv: ["导出 CSV", "Save CSV"],
  fit: ["看全图", "Fit"],
  zoomIn: ["放大", "Zoom in"],
  zoomOut: ["缩小", "Zoom out"],
  types: ["类型", "Types"],
  kinds: ["事实类别", "Kinds of fact"],
  states: ["状态", "Status"],
  region: ["地区", "Region"],
  measure: ["举措", "Measure"],
  document: ["文档", "Document"],
  year: ["年份", "Year"],
  all: ["全部", "All"],
  only: ["只看", "only"],
  none: ["无", "none"],
  noYear: ["年份不明", "year unknown"],
  noPlace: ["地区不明", "place unknown"],
  narrow: ["在列表中查找", "Find in list"],
  close: ["关闭", "Close"],
  back: ["返回", "Back"],
  expand: ["展开邻居", "Expand"],
  collapse: ["收起", "Collapse"],
  hide: ["隐藏此节点", "Hide node"],
  pathFrom: ["从此查找路径", "Find a path from here"],
  pathTo: ["到此的路径", "Path to here"],
  pathPick: ["再点选另一个节点,查找与“{name}”之间的路径。", "Pick a second node to find paths to “{name}”."],
  paths: ["“{from}”与“{to}”之间的路径", "Paths between “{from}” and “{to}”"],
  noPath: ["四步之内没有路径。", "No path within four steps."],
  expanded: ["已展开 {added} 个邻居,其余 {rest} 个可在事实表查看。", "{added} neighbours added; the other {rest} are in the facts table."],
  nothingMore: ["邻居都已画出。", "All neighbours are drawn."],
  locate: ["在图中查看", "Show in graph"],
  factsOf: ["在事实表中查看", "Show in facts table"],
  more: ["另外 {count} 条", "{count} more"],
  aliases: ["别名", "Also called"],
  definition: ["释义", "Definition"],
  code: ["行政区划代码", "Code"],
  where: ["所在地区", "Place"],
  namedIn: ["出现于文档", "Named in"],
  homeOf: ["本地文档", "Documents of this place"],
  noDocument: ["无文件:没有一份文档属于此地,其情况未知。", "No document belongs to this place: nothing is known of it."],
  noFacts: ["未提及:文档里没有关于它的事实。", "Not mentioned: no fact of a document is about it."],
  quote: ["原文", "Quote"],
  openText: ["在文档中查看", "Open in document"],
  noText: ["文档全文未收入本页(页面过大)或未保存。", "The text of this document is not part of this page."],
  paragraph: ["第 {n} 段", "paragraph {n}"],
  pageNumber: ["第 {n} 页", "page {n}"],
  marks: ["{count} 处标注", "{count} marks"],
  factCount: ["{count} 条事实", "{count} facts"],
  noMarks: ["没有从这份文档得到事实。", "No fact was taken from this document."],
  chooseText: ["选择一份文档,查看全文和其中每一条事实的位置。", "Choose a document to read it with every fact marked in place."],
  stated: ["", ""],
  manifest: ["(清单给出)", " (manifest)"],
  inferredDate: ["(推断)", " (inferred)"],
  undated: ["日期不明", "undated"],
  publisher: ["发布", "Publisher"],
  genre: ["文种", "Genre"],
  identifier: ["文号", "Number"],
  file: ["文件", "File"],
  source: ["来源", "Source"],
  colSubject: ["主体", "Subject"],
  colPredicate: ["关系", "Relation"],
  colObject: ["对象", "Object"],
  colValue: ["数值", "Value"],
  colUnit: ["单位", "Unit"],
  colPeriod: ["时间", "Period"],
  colStatus: ["状态", "Status"],
  colMarks: ["标记", "Marks"],
  colQuote: ["原文", "Quote"],
  colDocument: ["文档", "Document"],
  colDate: ["文档日期", "Document date"],
  colPlace: ["地区", "Place"],
  rows: ["共 {count} 条", "{count} rows"],
  page: ["第 {page} / {pages} 页", "Page {page} of {pages}"],
  previous: ["上一页", "Previous"],
  next: ["下一页", "Next"],
  noRows: ["没有符合条件的事实。", "No fact matches."],
  clear: ["清除筛选", "Clear filters"],
  sortBy: ["按“{name}”排序", "Sort by {name}"],
  filterBy: ["筛选“{name}”", "Filter {name}"],
  groupNodes: ["节点", "Nodes"],
  groupQuotes: ["原文", "Quotes"],
  groupTexts: ["文档", "Documents"],
  noHits: ["没有找到“{q}”。可换用简称、学校全名或原文中的词。", "Nothing found for “{q}”. Try a short name, a full school name or words of a text."],
  unnamed: ["(未命名)", "(unnamed)"],
  value: ["数值", "value"],
  withheld: ["原文隐去", "withheld in source"],
  asWritten: ["原文写作 {text}", "written {text}"],
  inferred: ["推断", "inferred"],
  inferredNote: ["主体由上下文推断", "agent inferred from context"],
  home: ["本地", "home"],
  flagged: ["存疑", "flagged"],
  schoolLevel: ["校级", "school’s own"],
  restates: ["重复表述", "restated"],
  partOf: ["其中项", "part of a total"],
  changeOf: ["变化量", "change"],
  addressed: ["有对应计划", "answered by a plan"],
  meets: ["达到 {name}", "meets {name}"],
  fails: ["未达 {name}", "fails {name}"],
  from: ["由 {value}", "from {value}"],
  per: ["每{per}", "per {per}"],
  due: ["期限 {due}", "due {due}"],
  saidIn: ["{year} 年文件", "said in {year}"],
  asof: ["目前", "as of the document"],
  since: ["{year} 年以来", "since {year}"],
  concernsThings: ["涉及", "concerns"],
  responsible: ["责任单位", "responsible"],
  rule: ["规则", "Rule"],
  error: ["图谱数据无法读取:{message}", "The data of the graph cannot be read: {message}"],
  legend: ["图例", "Legend"],
  solid: ["已实施、实际", "done, actual"],
  dashed: ["计划、目标", "planned, target"],
  dotted: ["未落实、问题", "lacking, problem"],
  structure: ["隶属、所在", "part of, located in"],
  size: ["图形越大,事实越多", "the larger, the more facts"],
  badge: ["折叠的数据条数", "figures folded in"],
};

// kind of term -> key -> [Chinese, English]
const TERMS = {
  type: {
    Region: ["地区", "Region"], Institution: ["学校与机构", "Institution"], Measure: ["举措", "Measure"], Honour: ["荣誉与认定", "Honour"],
    Policy: ["政策文件", "Policy document"], Indicator: ["指标", "Indicator"], Criterion: ["标准条款", "Criterion"], Document: ["报告文档", "Report"], Other: ["其他", "Other"],
  },
  kind: {
    Adoption: ["举措", "Measure"], Outcome: ["数据", "Figure"], Withheld: ["隐去的数据", "Withheld figure"], Shortcoming: ["问题", "Shortcoming"], Relation: ["关系", "Relation"],
  },
  status: {
    Done: ["已实施", "done"], Planned: ["计划", "planned"], Problem: ["未落实", "lacking"], Actual: ["实际", "actual"], Target: ["目标", "target"],
    UnderWay: ["进行中", "under way"], Ended: ["已结束", "ended"], "": ["未注明", "not said"],
  },
  predicate: {
    adopts: ["实施", "adopts"], "adopts Planned": ["计划实施", "plans"], "adopts Problem": ["未落实", "lacks"],
    measured: ["数据", "figure"], "measured Target": ["目标", "target"], withheld: ["数据(原文隐去)", "figure withheld"], lacks: ["存在问题", "falls short in"],
    pairedWith: ["结对帮扶", "paired with"], memberOf: ["加入", "member of"], leads: ["牵头", "leads"], mergedInto: ["并入", "merged into"], campusOf: ["校区属于", "campus of"],
    cooperatesWith: ["合作", "cooperates with"], issued: ["印发", "issued"], evaluatedAs: ["获评", "evaluated as"], "evaluatedAs UnderWay": ["申报、接受评估", "under evaluation as"],
    concerns: ["涉及", "concerns"], partOf: ["隶属", "part of"], locatedIn: ["位于", "located in"], issuedBy: ["发布单位", "issued by"], awardedBy: ["授予单位", "awarded by"],
    mentions: ["提到", "mentions"], cites: ["引用", "cites"], homeRegion: ["本地为", "is of"],
  },
  quantity: {
    Level: ["存量", "level"], Flow: ["当期", "flow"], Cumulative: ["累计", "cumulative"], Change: ["变化量", "change"], GrowthRate: ["增长率", "growth rate"], Share: ["占比", "share"], Norm: ["标准", "norm"],
  },
  voice: { superior: ["上级所述", "said by superior"], inspector: ["督导所述", "said by inspector"], other: ["他方所述", "said by others"] },
  extent: { pilot: ["试点", "pilot"], partial: ["部分", "partial"], full: ["全面", "full"] },
  detail: {
    "under way": ["进行中", "under way"], underWay: ["进行中", "under way"], UnderWay: ["进行中", "under way"], recommended: ["建议", "recommended"], required: ["要求", "required"], stalled: ["停滞", "stalled"],
    Recommended: ["建议", "recommended"], Required: ["要求", "required"], Stalled: ["停滞", "stalled"],
  },
  direction: { up: ["上升", "up"], down: ["下降", "down"] },
  flag: { masked: ["有隐去", "masked"], template: ["模板", "template"], spam: ["含无关信息", "spam"] },
};

let column = 0;

export function setLanguage(lang) {
  column = lang === "en" ? 1 : 0;
  document.documentElement.lang = column ? "en" : "zh-CN";
}

export function inEnglish() {
  return column === 1;
}

export function t(key, values = {}) {
  return WORDS[key][column].replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

export function term(kind, key) {
  return TERMS[kind][key]?.[column] ?? key;
}

export function count(number) {
  return Number(number).toLocaleString("en-US");
}

// Fill every element of the template that names its words.
export function translatePage() {
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-t-label]")) node.setAttribute("aria-label", t(node.dataset.tLabel));
  for (const node of document.querySelectorAll("[data-t-placeholder]")) node.placeholder = t(node.dataset.tPlaceholder);
  document.title = t("title");
}
