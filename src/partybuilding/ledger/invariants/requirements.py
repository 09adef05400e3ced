"""The forty-nine statements that must hold, what holds each of them, and the reference page about them.

Most are invariants; some hold because a record or a store refuses anything else, and some can only be shown by tests,
because they speak of two runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal

from attrs import frozen

from partybuilding.labels import Label
from partybuilding.ledger.invariants import INVARIANTS

Sort = Literal["always", "finding", "test"]
SORTS: Mapping[Sort, Label] = MappingProxyType(
    {
        "always": Label("始终成立", "always on"),
        "finding": Label("提示", "finding"),
        "test": Label("由测试证明", "shown by tests"),
    }
)
Place = Literal["changeset", "record", "store", "chain", "declaration", "run", "finding", "test"]
PLACES: Mapping[Place, Label] = MappingProxyType(
    {
        "changeset": Label("每次提交，以及 verify", "every changeset, and verify"),
        "record": Label("建立记录时", "when a record is made"),
        "store": Label("写入时", "when a store appends"),
        "chain": Label("verify 核对链条", "verify, on the chain"),
        "declaration": Label("声明规则时", "when a rule is declared"),
        "run": Label("计算时", "when a year is computed"),
        "finding": Label("检查提示", "a finding"),
        "test": Label("测试", "tests"),
    }
)


@frozen(kw_only=True)
class Requirement:
    """One statement: its number, what it says, how it holds, where that is checked, and by which codes it is told.

    ``codes`` are those of invariants (then checked on every changeset), of problems, or of a finding.
    """

    number: int
    sort: Sort
    statement: Label
    places: tuple[Place, ...]
    codes: tuple[str, ...] = ()


def _all(group: Label, *given: Requirement) -> tuple[Label, tuple[Requirement, ...]]:
    return group, given


def _is(number: int, zh: str, en: str, places: str, codes: str = "", *, sort: Sort = "always") -> Requirement:
    """A requirement with its places and codes between spaces."""
    found = tuple(place for place in PLACES if place in places.split())
    return Requirement(
        number=number, sort=sort, statement=Label(zh, en), places=found, codes=tuple(codes.split())
    )


GROUPS: tuple[tuple[Label, tuple[Requirement, ...]], ...] = (
    _all(
        Label("时间与历史", "Time and history"),
        _is(1, "变更编号从 1 起连续无缺，每行恰好属于一个变更。", "Changesets are numbered 1 to n without a gap; each row belongs to exactly one.", "store chain", "head-moved chain-number chain-head"),
        _is(2, "已存入的行永不修改或删除。", "A stored row is never changed or removed.", "chain", "chain-rows chain-hash chain-outside-head"),
        _is(3, "更正是新版本：按记录和生效日对应原版本，写明经办人和理由。", "A correction is a new version at the place (record, first day) of the one it replaces, with an actor and a reason.", "store", "header-lacks row-duplicate"),
        _is(4, "有效期间含始日、不含止日，始日早于止日，未定止日只有一种写法。", "Valid days are half-open, they start before they end, and an open end is written in one way.", "record store", "empty-interval"),
        _is(5, "过去某日按某编号所知的状态，任何时候读出都逐字节相同。", "The state of a day as known at a number is the same bytes whenever it is asked for.", "test", sort="test"),
        _is(6, "按索引得到的状态等于逐行重放得到的状态。", "The state by the index is the state by a naive replay of all rows.", "test", sort="test"),
        _is(7, "先后只看编号，不看时钟；时钟倒退不改变结果。", "Order goes by number and never by the clock; a clock that steps back changes nothing.", "store chain", "chain-number"),
        _is(8, "每个变更的摘要包含前一摘要、编号、各行和表头。", "The hash of a changeset covers the one before, the number, the rows and the header.", "chain", "chain-previous chain-hash"),
        _is(9, "每个变更恰有一个表头：谁、代谁、为何、命令、版本、许可规则。", "Each changeset has one header: who, for whom, why, by which command, versions and rule.", "store chain", "header-lacks chain-hash"),
    ),
    _all(
        Label("组织", "Organisations"),
        _is(10, "任何一天、每条线上，单位构成一棵树：一个根、无循环、不超过三十二层。", "On every day and line the organisations form a tree: one root, no circle, at most 32 levels.", "changeset", "tree-shape"),
        _is(11, "下级的存续期间在上级之内。", "A child's days lie within its parent's.", "changeset", "tree-orphan"),
        _is(12, "同一编码体系中，一个代码任何一天只属于一个单位，逐字比较。", "A code names one organisation per scheme on any day, compared exactly.", "changeset", "code-taken"),
        _is(13, "任何一天，岗位任职人数不超过职数。", "A post never has more holders than its capacity.", "changeset", "post-full"),
        _is(14, "单位撤销、合并、拆分时，每件未了事项在同一变更中有承接或理由。", "When a unit closes, merges or splits, everything open gets a successor or a reason in the same changeset.", "changeset", "obligation-left succession-missing succession-unknown reorganisation-mismatch balance-left"),
    ),
    _all(
        Label("责任书", "Letters of responsibility"),
        _is(15, "双方签字且上级责任书已生效，责任书才生效。", "A letter takes effect only when both have signed and the one above is in effect.", "changeset", "above-not-signed life-cycle letter-for-nobody"),
        _is(16, "签字对应内容；内容变了，签字作废。", "A signature covers the content; changed content voids it.", "changeset", "signature-content"),
        _is(17, "签字时任该岗位，下达与签订不是同一方、同一人。", "The signer held the post on the day; issuer and receiver are two bodies and two persons.", "record changeset", "signer-without-post signer-is-issuer issuer-is-receiver"),
        _is(18, "同一单位、年度、种类任何一天只有一份有效。", "At most one letter is in effect per unit, term and kind on any day.", "changeset", "letter-twice"),
        _is(19, "下级责任书有效期间，上级责任书不得单独撤销。", "A letter cannot end while one below it is in effect, unless both end in one changeset.", "changeset", "above-not-signed"),
        _is(20, "状态只按规定的步骤变化。", "States change only along the table of steps.", "changeset", "life-cycle"),
        _is(21, "上级责任书的每一行，或分解到下级，或注明由本级完成。", "Each line of a letter is handed down, or marked as kept at its level.", "finding", "line-left-lying", sort="finding"),
    ),
    _all(
        Label("目标与得分", "Targets and scores"),
        _is(22, "下级份额之和加预留恰等于上级目标；下级目标等于份额加写明理由的增减。", "Shares handed down plus the reserve are exactly the target above; a target is its share plus what is added, with a reason.", "record changeset", "share-sum line-disagrees"),
        _is(23, "方案各项分值之和恰等于总分，各项权重之和为全部。", "The points of a scheme sum exactly to its total, and weights to the whole.", "declaration", "points-not-total"),
        _is(24, "分解之和恰等于总数、不为负、与次序无关；上下限相同时权重大者不少得。", "A split sums exactly, is not negative, ignores the order, and gives more weight no less under equal bounds.", "test", sort="test"),
        _is(25, "得分在零与满分之间；缺失不等于零。", "A score lies between nothing and the full points; missing is not zero.", "run record", "score-out-of-range score-off-scale"),
        _is(26, "总分等于各项得分之和，只在综合考核中折算一次。", "The total is the sum of the scores; only the overall assessment weighs, with one rounding at the end.", "run", sort="test"),
        _is(27, "按原输入和原规则重算，结果逐字节相同。", "Computed again from the same records and rules, a result is the same to the byte.", "test", sort="test"),
        _is(28, "佐证、单位、插件的次序不影响得分。", "The order of evidence, units and plugins changes no score.", "test", sort="test"),
        _is(29, "否决不会提高得分；更多佐证不会降低单调指标的得分。", "A veto never raises a score; for monotone rules, more never scores less.", "test", sort="test"),
        _is(30, "排名完整而确定，同分同名次。", "Rankings are total and the same every time; equal scores share a rank.", "run", sort="test"),
        _is(31, "数据和评价在考核期内，只计一次。", "Evidence lies in the assessment period and counts once.", "changeset run", "counted-twice periods-overlap period-across-years"),
    ),
    _all(
        Label("项目与资金", "Projects and funding"),
        _is(32, "每笔资金各分录之和为零，金额为整数分，不为零且不超过上限。", "Every movement sums to zero; amounts are whole fen, not zero, within bounds.", "record changeset", "amount-too-large not-balanced empty-movement not-whole"),
        _is(33, "任何节点和日期：到账等于下拨加结存，承诺与支付不超过到账。", "At each node and day what came in is what went down and what is there; committed and paid never exceed it.", "changeset", "movement-astray over-spent"),
        _is(34, "全部科目之和不变，资金只经声明的来源进出。", "The total over all accounts is constant except through the declared source.", "changeset", "source-outside-budget"),
        _is(35, "冲销指明原凭证、金额恰好相反、只有一次。", "A reversal names its original, is its exact opposite, and exists at most once.", "changeset", "reversal"),
        _is(36, "同一幂等键只生效一次，内容不同即出错。", "The same key twice is one effect; with other content it is an error.", "store", "key-reused"),
        _is(37, "年度期初余额等于上年期末余额。", "A year opens with what the year before closed with.", "changeset", "carry-over-differs"),
        _is(38, "结束的项目没有未结清的承诺。", "A project that has ended holds no committed money.", "changeset", "project-holds-money"),
    ),
    _all(
        Label("清单、承诺与群众监督", "Lists, commitments, public supervision"),
        _is(39, "销号有不晚于当日的佐证；核验人不是责任人，不在其之下，并有管理权限。", "A closed item has evidence of that day or before; the verifier is not the owner, not below, and has authority.", "changeset", "closed-without-evidence verifier-is-owner verifier-without-authority"),
        _is(40, "已公示的承诺不得删除，撤回须写明理由。", "A published commitment is never removed; it is withdrawn in view, with a reason.", "changeset", "commitment-removed"),
        _is(41, "收到的意见等于未办、已答复、说明理由不予采纳与并案之和。", "Feedback received is open, answered, rejected with a reason, or merged.", "changeset", "feedback-lost life-cycle"),
        _is(42, "反映人身份不出现在任何公开内容和提示中。", "The informant's identity is in no public export and in no message.", "record changeset", "informant-recognisable informant-not-an-id"),
        _is(43, "复号保留原销号记录。", "Re-opening keeps the earlier closing in the history.", "changeset", "closing-removed"),
        _is(44, "逾期只由期限和查询日决定。", "Overdue follows from the due day and the day asked for alone.", "test", sort="test"),
    ),
    _all(
        Label("问责", "Accountability"),
        _is(45, "决定写明依据、规则版本和事发时任职的对象。", "A decision names its ground and a subject who held the post when it happened; the header pins the rules.", "changeset store", "decision-without-body header-lacks"),
        _is(46, "决定机关不是对象，也不在其之下。", "The decider is neither the subject nor below it.", "record changeset", "decider-is-subject decides-on-itself"),
        _is(47, "影响期到期自动终止，提前解除须另作决定。", "An effect ends by computation; ending it early takes a new decision.", "record changeset", "effect-shortened effect-before-decision"),
    ),
    _all(
        Label("数据交换", "Interfaces"),
        _is(48, "导入整体成功或整体不动，重复导入不起作用，导出再读入不变，同一状态的导出逐字节相同。", "An import is whole or not at all, done twice it is done once, what is written out reads back the same, and the same state is the same bytes.", "test", sort="test"),
    ),
    _all(
        Label("活动场所", "Venues"),
        _is(49, "工程一处一项，由他岗按实测面积验收，承诺与支付不超过合同及经批准的变更，共用不重复计算。", "A venue has one work at a time, accepted by another post as measured, paid within its contract and approved changes; what is shared belongs to another.", "record changeset", "work-area-differs work-accepted-by-builder work-contract-unsigned work-overdrawn work-twice shared-room-lacking shares-unshared not-larger"),
    ),
)  # fmt: skip
REQUIREMENTS: tuple[Requirement, ...] = tuple(each for _, given in GROUPS for each in given)
"""All forty-nine, in the order of their numbers."""
HEAD = """# What must hold

Forty-nine statements. An invariant is checked on the final state of every changeset, after plugins and before anything is
stored; all violations are told at once, and `verify` checks every changeset once more. The others hold because a record or
a store takes nothing else, or are shown by tests. This page is written from the source.

每个变更在入库前都按下列不变式检查其最终状态，一次列出全部违反之处；`verify` 再次逐个检查。

"""


def page() -> str:
    """The reference page, as Markdown."""
    groups = "\n".join(_group(label, given) for label, given in GROUPS)
    rows = "".join(
        f"| `{each.code}` | {each.statement.zh}<br>{each.statement.en} | {_numbers(each.code)} |\n"
        for each in sorted(INVARIANTS, key=lambda each: each.code)
    )
    table = f"## 不变式 · Invariants\n\n| code | statement | numbers |\n| --- | --- | --- |\n{rows}"
    return f"{HEAD}{groups}\n{table}"


def _group(label: Label, given: Iterable[Requirement]) -> str:
    rows = "".join(
        f"| {each.number} | {each.statement.zh}<br>{each.statement.en} | {_said(SORTS[each.sort])} | "
        f"{'; '.join(_said(PLACES[place]) for place in each.places)} | {' '.join(f'`{code}`' for code in each.codes)} |\n"
        for each in given
    )
    return (
        f"## {_said(label)}\n\n| number | statement | class | checked | codes |\n"
        f"| --- | --- | --- | --- | --- |\n{rows}"
    )


def _said(label: Label) -> str:
    return f"{label.zh} · {label.en}"


def _numbers(code: str) -> str:
    return ", ".join(str(each.number) for each in REQUIREMENTS if code in each.codes)
