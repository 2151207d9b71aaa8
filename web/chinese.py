"""The Chinese of the interface: of each whole English text, with the same places for values.

Terms follow the glossary and the labels of the ontology. A standing, a stance and a channel keep
their strength: what is reported stays reported (据报道), what a party says stays its own word (称,
确认), and what is concluded says so (据推断).
"""

__all__ = ["CHINESE", "COLUMNS", "DEFINITIONS"]

CHINESE = {
    # The frame
    "Skip to the content": "跳到正文",
    "Main": "主导航",
    "Paths": "供应路径",
    "Queries": "查询",
    "Compare": "比较",
    "Network": "关系网络",
    "About": "关于",
    "Search": "搜索",
    "Search by name": "按名称搜索",
    "Company, bureau, product …": "公司、公安局、产品……",
    "Data set": "数据集",
    "New sources": "新增来源",
    "New transactions": "新增交易",
    "Correct an error or reply": "更正或回应",
    "What a page says is what its sources say. Each statement names who makes it, and on what "
    "evidence.":
        "页面内容均为其来源所述。每项陈述都注明由谁作出、依据何种证据。",
    "This page is not translated.": "本页尚未翻译，以下为英文。",
    # Home
    "Who supplies surveillance, to whom, and who says so": "谁向谁供应监控技术，依据谁的说法",
    "Sousveil follows surveillance technology from the company that makes it, through "
    "subsidiaries and resellers, to the public body that uses it. Every step names its "
    "evidence, and what the companies answer stands beside it.":
        "Sousveil 追踪监控技术从制造公司，经子公司和经销商，到使用它的公共机构的流向。每一步都"
        "注明证据，公司的回应与之并列。",
    "Search by name, in Latin script, Chinese or pinyin": "按名称搜索：拉丁字母、中文或拼音",
    "Paths from EU companies to Chinese public security bureaus":
        "从欧盟公司到中国公安局的供应路径",
    "What is in this data set": "本数据集的内容",
    "Newest sources": "最新来源",
    "publisher not stated": "发布者未注明",
    "How to read this site": "如何阅读本网站",
    "An organisation concerned says so itself.": "相关组织自己如此表示。",
    "A procurement record, register or official document says so.":
        "采购记录、登记册或官方文件如此记载。",
    "A company published it about itself.": "公司自行发布的关于自身的内容。",
    "A report or the press says so.": "报告或媒体如此报道。",
    "The editors concluded it, and say why.": "由编辑推断，并说明理由。",
    "Somebody disputes it or does not confirm it; the answer stands beside it.":
        "有人提出异议或未予确认；其回应并列于旁。",
    "Method, corrections and replies": "方法、更正与回应",
    "Method": "方法",
    # Standings, as queries/words.py has them
    "confirmed by a party": "经当事方确认",
    "documented in a record": "有记录记载",
    "published by a party itself": "当事方自行发布",
    "reported": "据报道",
    "inferred, not stated by any source": "推断得出，无来源明示",
    "contested": "有争议",
    # About
    "Everything here rests on claims. A claim is what one author says in one document, with "
    "the place where it can be read. Sousveil does not decide what is true: it says who says "
    "it, on what basis, and who disagrees.":
        "这里的一切都以陈述为依据。一项陈述是一位作者在一份文件中所说的内容，并注明可查阅之处。"
        "Sousveil 不判定真伪，只说明由谁说、依据什么、谁不同意。",
    "A path is shown only where each step is claimed: who owned whom at the date of the sale, "
    "who made and who sold, who bought and who uses. Sales are never joined because they share "
    "a reseller; they are joined only where the same goods are documented in both, and then "
    "the path is marked inferred. A brand named in a tender, a bidding agent and a losing "
    "bidder never make a path.":
        "只有每一步都有陈述支持时才显示路径：销售当日谁拥有谁、谁制造、谁销售、谁购买、谁使用。"
        "不会因为经销商相同就把两次销售连接起来；只有两次销售都记载了同一货物时才连接，并且该路"
        "径标为推断。招标文件提到的品牌、采购代理机构和未中标的投标人都不构成路径。",
    "A date is as precise as its source. Where a date leaves open whether a company was owned "
    "at the time, the path is marked inferred.":
        "日期的精确程度与其来源相同。如果日期无法确定公司当时是否归属，该路径标为推断。",
    "How strongly something is said": "陈述的力度",
    "Somebody disputes it, or was asked and does not confirm it. The answer stands beside it, "
    "and the standing stays what its evidence gives.":
        "有人提出异议，或被询问后未予确认。其回应并列于旁，而证据所给出的力度不变。",
    "Every claim has an address of its own. Write to the publisher of this site with that "
    "address, what is wrong, and where the right statement can be read. A reply of an "
    "organisation concerned is added as its own claim and shown wherever the claim is shown.":
        "每项陈述都有自己的网址。请将该网址、错误之处以及正确内容的出处告知本网站的发布者。相关"
        "组织的回应会作为其自身的陈述加入，并在显示该陈述之处一并显示。",
    "Natural persons are not part of the data.": "数据不包含自然人。",
    "Licence": "许可",
    "The software is licensed under Apache-2.0. The curated data are licensed under CC BY 4.0 "
    "and cite their sources; the sources keep their own licences, named on their pages.":
        "软件以 Apache-2.0 许可发布。整理的数据以 CC BY 4.0 许可发布并注明来源；来源保留各自的"
        "许可，见其页面。",
    "Coverage and known gaps": "覆盖范围与已知缺口",
    "What the sources leave open, computed from the data:": "来源未说明之处，由数据计算得出：",
    # Search
    "Name, in Latin script, Chinese or pinyin": "名称：拉丁字母、中文或拼音",
    # Sentences about paths
    " That {seller} was a subsidiary of {maker} is {standing}.":
        "{seller}是{maker}的子公司：{standing}。",
    " This is contested.": "此项有争议。",
    " and ": "、",
    "A party confirms that {what} ({event}, {when}).": "据当事方确认，{what}（{event}，{when}）。",
    "A record documents that {what} ({event}, {when}).": "有记录载明，{what}（{event}，{when}）。",
    "A party has published that {what} ({event}, {when}).":
        "据当事方自行发布的内容，{what}（{event}，{when}）。",
    "It is reported that {what} ({event}, {when}).": "据报道，{what}（{event}，{when}）。",
    "It is concluded, and no source states as a whole, that {what} ({event}, {when}).":
        "据推断（没有来源完整载明），{what}（{event}，{when}）。",
    "{sellers} supplied {goods} to {end}": "{sellers}向{end}供应了{goods}",
    "{goods} of {maker} reached {end}; who sold them is not stated":
        "{maker}的{goods}供至{end}，由谁销售未注明",
    "{maker} sold {goods} to {end} itself": "{maker}自行向{end}销售了{goods}",
    "{goods} of {maker} were sold to {end} by {sellers}": "{maker}的{goods}由{sellers}销售给{end}",
    "{goods} of {maker} were sold to {end} by the reseller {sellers}":
        "{maker}的{goods}由经销商{sellers}销售给{end}",
    "products": "产品",
    "its subsidiary {name}": "其子公司{name}",
    "(seller not stated)": "（销售方未注明）",
    "sold by the maker itself": "由制造商自行销售",
    "sold through its own subsidiary": "通过自有子公司销售",
    "sold through a third-party reseller": "通过第三方经销商销售",
    "seller not stated": "销售方未注明",
    "Confirmed": "确认",
    "Disputed": "否认",
    "Not confirmed": "未予确认",
    "Explained": "说明",
    "Stated": "称",
    "{stance} by {author}": "{author}{stance}",
    "date not stated": "日期未注明",
    "by {end}, not dated more closely": "不晚于 {end}，无更确切日期",
    "{start} or later": "{start} 或之后",
    "between {start} and {end}": "{start} 至 {end} 之间",
    # Separators and small words
    ", ": "，",
    ": ": "：",
    "; ": "；",
    ".": "。",
    "yes": "是",
    "no": "否",
    "id": "标识",
    "name": "名称",
    "Name": "名称",
    "none": "不分组",
    "any": "不限",
    "either": "不限",
    "not stated": "未注明",
    "relation": "关系",
    "organisation": "组织",
    "ontology": "本体",
    "supply": "供应",
    "parties": "各方",
    "claims": "陈述",
    "transactions": "交易",
    "several": "跨年",
    "undated": "无日期",
    "None.": "无。",
    "No row.": "没有记录。",
    "No claim.": "没有陈述。",
    # The paths page
    "From": "自",
    "To": "至",
    "Within": "所在地区",
    "Programme": "项目计划",
    "Product": "产品",
    "Channel": "供应渠道",
    "Contested": "争议",
    "Standing at least": "可信状态不低于",
    "Inferred paths": "推断的路径",
    "Shares of half or less": "半数及以下的股权",
    "Most transactions in a path": "路径中最多交易数",
    "Longest chain of ownership": "最长持股链",
    "Steps from the end user up to the body asked for": "从最终用户向上到所问机构的层级",
    "Most paths to answer": "最多给出的路径数",
    "region, country or company: EU, SE, Idemia": "区域、国家或公司：EU、SE、Idemia",
    "kind, country:kind or body: CN:university, 上海市公安局":
        "机构类别、国家:类别或具体机构：CN:university、上海市公安局",
    "place of the end user: CN-XJ": "最终用户所在地：CN-XJ",
    "only contested": "仅有争议的",
    "only uncontested": "仅无争议的",
    "show": "显示",
    "leave out": "不显示",
    "follow": "追溯",
    "do not follow": "不追溯",
    "4 for a body, 0 for a kind": "具体机构为 4，机构类别为 0",
    "Narrow the question": "缩小范围",
    "Delivered on or after": "交付不早于",
    "Delivered on or before": "交付不晚于",
    "Ownership as of": "股权截至",
    "empty: at the date of each sale": "留空：以每次销售当日为准",
    "Ask": "查询",
    "{n:,} paths.": "{n:,} 条路径。",
    "Only the first {n:,} are given, by origin, date and end user: narrow the question to see "
    "the others.":
        "仅按起点公司、日期和最终用户给出前 {n:,} 条；请缩小范围以查看其余。",
    "{n:,} inferred left out (“Inferred paths: show” adds them).":
        "略去 {n:,} 条推断的路径（选择“推断的路径：显示”可加入）。",
    "{n:,} left out that are not dated closely enough.": "略去 {n:,} 条日期不够确切的路径。",
    "Understood: {words}.": "理解为：{words}。",
    "Ownership at the date of each sale.": "股权以每次销售当日为准。",
    "Ownership as of {day}.": "股权截至 {day}。",
    "At most {transactions} and {links} of ownership in a path.":
        "每条路径最多含 {transactions}和 {links}持股。",
    "{n} transactions": "{n} 笔交易",
    "{n} links": "{n} 级",
    "Cite this answer": "引用本结果",
    "The address of this page is the question, and the data set is {hash}. An answer of the "
    "same data set is the same; if the hash at the foot of the page has changed, the data have.":
        "本页网址即为所提问题，数据集为 {hash}。同一数据集的结果相同；如果页脚的哈希值已改变，"
        "则数据已改变。",
    "Take the whole answer away:": "下载全部结果：",
    "All paths in one picture": "全部路径图",
    "All paths": "全部路径",
    "Sort, group and filter the answer": "对结果排序、分组和筛选",
    "Sort by": "排序",
    "Group by": "分组",
    "Arrange": "应用",
    "Only with the words": "仅含以下词语",
    "in names, products, programmes, titles": "见于名称、产品、项目计划或标题",
    "{n} of {of} have the words “{words}”.": "{of} 条中有 {n} 条含“{words}”。",
    "Groups": "分组",
    "Group": "组别",
    "The answer ends on page {n}.": "结果到第 {n} 页为止。",
    "No path of the answer has these words.": "结果中没有含这些词语的路径。",
    "The sources of this data set document no such path. That is no proof that there is none.":
        "本数据集的来源没有记载这样的路径。这并不证明不存在这样的路径。",
    "origin, then date": "起点公司，再按日期",
    "date, oldest first": "日期，从早到晚",
    "date, newest first": "日期，从晚到早",
    "end user": "最终用户",
    "standing, strongest first": "可信状态，从强到弱",
    "channel": "供应渠道",
    "origin": "起点公司",
    "year": "年份",
    "standing": "可信状态",
    "Date not stated": "日期未注明",
    "May lie in more than one year": "可能跨越不止一年",
    "Parent above": "上层母公司",
    "Products": "产品",
    "Programmes": "项目计划",
    "End user is part of": "最终用户隶属于",
    "Used in": "使用单位",
    "Subsidiary": "子公司",
    "{name}: ownership {standing}": "{name}：持股关系{standing}",
    "because {reason}": "理由：{reason}",
    "Inferred, because {reason}": "推断，理由：{reason}",
    "What the parties and others say": "当事方的回应与各方说法",
    "Evidence": "证据",
    "read in {source}:": "见于{source}：",
    "citing {source}": "引自{source}",
    "claim {n} for {name}": "{name}：第 {n} 项陈述",
    # Pictures
    "{title}: picture, scrolls sideways": "{title}：图，可横向滚动",
    "{title}: table, scrolls sideways": "{title}：表格，可横向滚动",
    "Take away the relations of {name}": "收起{name}的关系",
    "Add the relations of {name}": "展开{name}的关系",
    "{n} more do not fit into the picture; the table lists all.":
        "另有 {n} 项未能画入图中；表格列出全部。",
    "{n} more do not fit into the picture": "另有 {n} 项未能画入图中",
    "Take the picture away:": "下载图片：",
    "Explore in the network view": "在关系网络中查看",
    "The picture in words": "图的文字说明",
    "{label} (contested)": "{label}（有争议）",
    "stated by a source": "来源明示",
    "What is connected with {name}": "与{name}相关的关系",
    "Ownership of {name}": "{name}的股权",
    "Ownership of {name} as of {day}": "{name}截至 {day} 的股权",
    "share not stated": "持股比例未注明",
    "Paths from {start} to {end}": "从{start}到{end}的路径",
    "Network of {name}": "{name}的关系网络",
    "Transactions of {name} in time": "{name}的交易时间图",
    "dated to the day": "日期确切到日",
    "some time in this span": "在此期间的某时",
    "by then, or from then on": "不晚于该时，或自该时起",
    "Date not stated, so not drawn:": "日期未注明，故未画出：",
    "The table lists the same transactions with their dates in words.":
        "表格列出相同的交易，并以文字注明日期。",
    "Transactions by year": "按年份的交易",
    "Each bar leads to the transactions of that year. “several” are those whose date may lie "
    "in more than one year.":
        "点击各柱可查看该年的交易。“跨年”指日期可能跨越不止一年的交易。",
    "All years": "全部年份",
    "End users by province of China": "按中国省级行政区的最终用户",
    "Public bodies that received something, by province, region or municipality of China; each "
    "stands roughly where it lies. The list has the same numbers.":
        "收到货物的公共机构，按中国的省、自治区、直辖市和特别行政区；各格大致按地理位置排列。列"
        "表中的数字相同。",
    "and {n} more": "等，另有 {n} 个",
    "Of {n} bodies no place is stated.": "有 {n} 个机构未注明地点。",
    # Nodes
    "{class}: {name}, with evidence for every statement": "{class}：{name}，每项陈述均附证据",
    "{n} independent origins": "{n} 个独立出处",
    "{n} claims": "{n} 项陈述",
    "merged ids": "已合并的标识",
    "Paths from this company to public bodies": "从该公司到公共机构的供应路径",
    "Paths from EU companies to this body": "从欧盟公司到该机构的供应路径",
    "Where its goods went": "其货物的去向",
    "What reached it": "供至该机构的货物",
    "Where it went": "该产品的去向",
    "Who supplied it": "谁为其供货",
    "What reached bodies there": "供至当地机构的货物",
    "Transactions of its subjects after it": "其适用对象此后的交易",
    "The first {n} of {of:,}.": "前 {n} 项，共 {of:,} 项。",
    "The first {n}; {all}.": "前 {n} 项；{all}。",
    "all {n:,}": "全部 {n:,} 项",
    "All {n:,}": "全部 {n:,} 项",
    "The whole table, with downloads": "完整表格及下载",
    "Mentions, bids and agencies are no supply and stand by themselves.":
        "提及、投标和代理不构成供应，另行列出。",
    "The sources of this data set document none.": "本数据集的来源没有相关记载。",
    "End users by area": "按地区的最终用户",
    "Transactions in which it has a part": "其参与的交易",
    "Only {which}: {n}.": "仅限{which}：{n} 笔。",
    "those of {year}": " {year} 年的交易",
    "those whose date may lie in more than one year": "日期可能跨越不止一年的交易",
    "those without a date": "没有日期的交易",
    "Mentions, bids and agencies": "提及、投标与代理",
    "These are no supply: nothing says that goods of it changed hands in them.":
        "这些不构成供应：没有任何内容表明其货物在其中易手。",
    "The first 12; all of them stand in the lists of relations below.":
        "前 12 项；全部见下方的关系列表。",
    "Replies and findings": "回应与调查结论",
    "Said about it": "各方对其的说法",
    "What it says": "其自身的说法与回应",
    "Ownership": "股权",
    "As of": "截至",
    "Show": "显示",
    "No owner and no subsidiary is stated.": "没有注明任何股东或子公司。",
    "No owner and no subsidiary is stated as of {day}.": "截至 {day}，没有注明任何股东或子公司。",
    "Connections": "关联",
    "{n} more neighbours are not drawn.": "另有 {n} 个相邻节点未画出。",
    "Relations": "关系",
    "Evidence that it exists as described": "其存在且如所述的证据",
    "This page as {json}": "本页数据：{json}",
    "This page as {json}, its relations as {csv}": "本页数据：{json}；其关系：{csv}",
    "When": "时间",
    "Date": "日期",
    "Transaction": "交易",
    "Its part": "其角色",
    "Others": "其他方",
    "Subject": "主体",
    "Group of": "所属集团",
    "Company": "公司",
    "Maker": "制造商",
    "Makers": "制造商",
    "Supplier": "供应方",
    "Part": "角色",
    "Seller": "销售方",
    "Receiver": "接收方",
    "End user": "最终用户",
    "End users": "最终用户",
    "Previous": "上一页",
    "Next": "下一页",
    "Pages": "分页",
    "Page {page} of {of}, {n:,} rows": "第 {page} 页，共 {of} 页，{n:,} 行",
    # Transactions, sources, claims
    "This is no supply: nothing says that goods changed hands.":
        "这不构成供应：没有任何内容表明货物易手。",
    "Who had which part": "各方角色",
    "Organisation": "组织",
    "Organisation, by its name at the time": "组织（当时的名称）",
    "No party is stated.": "没有注明任何一方。",
    "Picture": "图示",
    "Everything else that is stated": "其他已注明的内容",
    "Who says so": "由谁陈述",
    "What rests on it": "以其为依据的内容",
    "What else is said about it": "对同一内容的其他说法与回应",
    "What would fall with it": "一旦撤回将随之失去的内容",
    "If this source were retracted, nothing else in the data set would support these.":
        "如果撤回该来源，数据集中将没有其他内容支持以下各项。",
    "Show them": "显示",
    "Claim": "陈述",
    "Said by": "陈述者",
    "Where": "出处",
    "Stance": "立场",
    "{stance}, on {topic}": "{stance}（议题：{topic}）",
    "Read in": "见于",
    "Which relies on": "其所依据的文件",
    "Note": "备注",
    "Nothing: this claim gives a name, and no element rests on it.":
        "无：该陈述给出名称，没有要素以其为依据。",
    "Nothing: this claim is a reply or speaks to something else than existence, and no element "
    "rests on it.":
        "无：该陈述是回应，或不涉及是否存在，没有要素以其为依据。",
    "What it speaks about is contested because of it.": "其所涉内容因此标为有争议。",
    "Nothing would fall if this claim were retracted: {n} other claims support the same.":
        "如果撤回该陈述，不会失去任何内容：另有 {n} 项陈述支持同一内容。",
    "If this claim were retracted, no other claim would support this {element}.":
        "如果撤回该陈述，将没有其他陈述支持该{element}。",
    "It would be gone from the graph.": "它将从图中消失。",
    "It would be gone from the graph, with its {n} relations.": "它连同其 {n} 项关系将从图中消失。",
    "Every path that rests on it would go too.": "以其为依据的每条路径也将随之消失。",
    # Comparison, queries, network
    "Compare two companies": "比较两家公司",
    "One company": "一家公司",
    "The other": "另一家公司",
    "{n} deliveries in this data set": "本数据集中有 {n} 次交付",
    "To share a reseller or an end user is no link between the two companies.":
        "拥有共同的经销商或最终用户并不表示两家公司之间有关联。",
    "Resellers that both have": "共同的经销商",
    "Reseller": "经销商",
    "Goods of {name}": "{name}的货物",
    "End users of {name}": "{name}的最终用户",
    "End users that both reached": "共同的最终用户",
    "Programmes that both reached": "共同的项目计划",
    "None in this data set.": "本数据集中没有。",
    "Canned queries": "现成查询",
    "Each has a form, its Cypher text, and its rows as a table, CSV or JSON.":
        "每项查询都有表单和 Cypher 文本，结果可以表格、CSV 或 JSON 取得。查询的说明为英文。",
    "evidence": "证据",
    "instruments": "文书",
    "ownership": "股权",
    "paths": "供应路径",
    "places": "地点",
    "programmes": "项目计划",
    "(needed)": "（必填）",
    "as usual: {value}": "默认：{value}",
    "Run": "运行",
    "Answer": "结果",
    "Columns of the files": "文件的列",
    "Cypher text, scrolls sideways": "Cypher 文本，可横向滚动",
    "Open one more": "再展开一个",
    "Begin with": "起始节点",
    "a company, body, programme, product, place, instrument or transaction":
        "公司、机构、项目计划、产品、地点、文书或交易",
    "Supply": "供应",
    "Ownership and succession": "股权与承继",
    "Parts of bodies": "机构的组成",
    "Products and programmes": "产品与项目计划",
    "Mentions, bids, agents, distributors (no supply)": "提及、投标、代理、经销（不构成供应）",
    "Laws, bans and lists": "法律、禁令与清单",
    "Places": "地点",
    "Draw": "绘图",
    "{n} nodes": "{n} 个节点",
    "{n} relations": "{n} 项关系",
    "{n} of {of:,} paths are drawn.": "画出 {of:,} 条路径中的 {n} 条。",
    "{n:,} neighbours of {name} are not drawn.": "{name}有 {n:,} 个相邻节点未画出。",
    "A picture holds {n} nodes at most.": "一幅图最多容纳 {n} 个节点。",
    "There is no relation of the kinds that are shown.": "没有所选类别的关系。",
    "A name leads to its page; + adds what is connected with it, − takes that away. The "
    "address of this page is the picture: link to it.":
        "点击名称进入其页面；“+”展开与其相关的内容，“−”收起。本页网址即为该图，可直接链接。",
    "Open:": "已展开：",
    "take away": "收起",
    "The relations in words": "关系的文字说明",
    "Relation": "关系",
    # Publications
    "Name, in Latin script, Chinese or pinyin: two letters or more":
        "名称：拉丁字母、中文或拼音，至少两个字",
    "{n} found for “{q}”.": "“{q}”：找到 {n} 项。",
    "Nothing found for “{q}”: try fewer letters, or another spelling or script.":
        "未找到“{q}”：请减少字母，或换一种拼写或文字。",
    "Write two letters or more.": "请输入至少两个字。",
    "The search needs the pages to be read from a web server; the lists below do without.":
        "搜索需要从网络服务器读取页面；下方列表则不需要。",
    "The search needs JavaScript; the lists below do without.":
        "搜索需要 JavaScript；下方列表则不需要。",
    "This form needs the program behind these pages: {program}. What was asked beforehand is "
    "linked from the pages of companies and bodies, and {paths} from here.":
        "此表单需要本网站背后的程序：{program}。预先查询的结果见公司和机构页面的链接；此处可查看{paths}。",
    "the paths from EU companies to public security bureaus": "从欧盟公司到公安局的路径",
    "All names": "全部名称",
    "Names": "名称",
    "Names by first letter": "按首字母排列的名称",
    "other": "其他",
    "Every company, body, product, programme, place, document and transaction by the first letter "
    "of its name, Chinese names by their pinyin.":
        "公司、机构、产品、项目计划、地点、文件和交易，按名称首字母排列，中文名称按拼音。",
    # Errors, data
    "This cannot be asked": "无法这样查询",
    "Not found": "未找到",
    "Gone": "已不存在",
    "Too much": "内容过多",
    "Too many requests": "请求过多",
    "Not available": "暂不可用",
    "Something went wrong": "出现错误",
    "As data": "数据形式",
    "interface for programs": "程序接口",
    "Every page names its twins as data. Programs find the {api}, the {ontology} and {sparql}.":
        "每个页面都注明其数据形式。供程序使用的有{api}、{ontology}和{sparql}。",
    "questions in SPARQL": "SPARQL 查询示例",
    "{n} found for “{words}”.": "“{words}”：找到 {n} 项。",
    "{n} or more found for “{words}”.": "“{words}”：找到 {n} 项或更多。",
    "Nothing found for “{words}”: try fewer letters, or another spelling or script.":
        "未找到“{words}”：请减少字母，或换一种拼写或文字。",
}
"""By the English text."""

DEFINITIONS = {
    "confirmed": "相关组织确认了他人所述的内容。",
    "documented": "采购记录、登记册或官方文件记载了它。",
    "self-published": "当事方自行发布了它。",
    "reported": "报告、媒体或倡导组织报道了它。",
    "inferred": "由编辑推断得出；没有来源如此表述。",
}
"""What the standings mean, by their ids: the ontology defines its concepts in English."""

COLUMNS = {
    "adopted": "通过日期", "agent": "代理机构", "agents": "代理机构", "asserted_by": "由谁主张",
    "author": "陈述者", "authors": "陈述者", "basis": "依据", "began": "开始", "bidder": "投标方",
    "buyers": "采购方", "certain": "时间确定", "channel": "供应渠道", "claim": "陈述",
    "claims": "陈述", "companies": "公司", "company": "公司", "confirmed_by": "由谁确认",
    "conflicts": "不一致的属性", "contested": "有争议", "contested_by": "由谁质疑",
    "contested_count": "有争议的数量", "control": "控制", "counted_by": "由谁统计",
    "countries": "国家", "date": "日期", "date_from": "最早日期", "date_to": "最晚日期",
    "day_stated": "注明日期", "declared_for": "声明为其经销商的公司",
    "deliveries": "交付",    "depth": "层级", "description": "说明", "distributor": "经销商",
    "documented_sales": "有记载的销售",
    "effect": "效力", "element": "要素", "element_kind": "要素类别", "end_user": "最终用户",
    "end_user_count": "最终用户数", "end_user_kind": "最终用户类别",
    "end_user_stated": "注明最终用户", "end_users": "最终用户",
    "end_users_of_one": "第一家的最终用户", "end_users_of_other": "第二家的最终用户",
    "ended": "结束", "explains": "有说明", "falls": "将失去", "figure": "数据",
    "first_day": "最早一日",
    "goods_of_one": "第一家的货物", "goods_of_other": "第二家的货物", "holder": "所属集团",
    "id": "标识", "in_force": "生效期间", "inferred_because": "推断理由", "instrument": "文书",
    "instrument_kind": "文书类别", "instruments": "文书", "issuers": "颁布者", "kept": "仍有支持",
    "kept_by": "由何陈述支持", "kind": "类别", "last_day": "最晚一日", "launched_by": "发起方",
    "locator": "位置", "lost": "失去的支持", "lost_claims": "失去的陈述", "maker": "制造商",
    "makers": "制造商", "manufacturer_stated": "注明制造商", "mention": "提及类别",
    "mentioned": "被提及者", "model_stated": "注明型号", "origin": "起点公司",
    "other_transactions": "其他交易", "owned": "被持股公司", "owner": "股东",
    "ownership": "持股关系",
    "ownership_contested": "持股有争议", "ownership_standing": "持股的可信状态",
    "parent": "母公司", "part_of": "隶属于", "party": "当事方", "phase_of": "属于计划",
    "places": "地点", "population": "统计总体", "position": "立场", "primary_source": "原始来源",
    "principal": "委托方", "principal_count": "委托方数", "principals": "委托方", "product": "产品",
    "product_stated": "注明产品", "products": "产品", "programme": "项目计划",
    "programmes": "项目计划", "publisher": "发布者", "qualifier": "限定词", "quantity": "数量",
    "received_as": "接收角色", "receiver": "接收方", "receiver_kind": "接收方类别",
    "recipient_stated": "注明接收方", "relation": "关系", "reseller": "经销商",
    "resellers": "经销商", "role": "角色", "roles": "角色", "said": "陈述日期", "seller": "销售方",
    "seller_stated": "注明销售方", "sellers": "销售方", "share_exact": "持股比例",
    "share_max": "最高持股比例", "share_min": "最低持股比例", "since": "自何时起", "source": "来源",
    "sources": "来源", "stance": "立场", "standing": "可信状态", "standings": "可信状态",
    "subject": "主体", "summary": "摘要", "supplier": "供应方", "supporters": "支持者",
    "title": "标题", "topic": "议题", "transaction": "交易", "transaction_count": "交易数",
    "transactions": "交易", "ultimate_parents": "最终母公司", "unit": "单位", "url": "网址",
    "used_in": "使用单位", "valid": "有效期间", "valid_from": "有效期起", "valid_to": "有效期止",
    "value": "数值", "values": "属性值",
}
"""Headings of the rows of queries, by the names of their columns."""
