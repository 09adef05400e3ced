"""The files of the tree: organisations, their codes and parents, bodies, posts and who holds them."""

from __future__ import annotations

from partybuilding.domain.organisations import BODY_KINDS, ORGANISATION_KINDS
from partybuilding.domain.posts import POST_ROLES
from partybuilding.exchange.columns import Column, Form
from partybuilding.exchange.forms.shared import ENDS, NAME, NAME_EN, STARTS, body, organisation, own_id, post
from partybuilding.exchange.kinds import COUNT, DECLARED, ID, IDS, TEXT, TRUTH, word
from partybuilding.labels import Label

ORGANISATIONS = Form(
    file="organisations.csv",
    label=Label("组织", "organisations"),
    meaning="Every node of the tree: the district, what stands above and below it, and organisations of other lines.",
    noun="organisation",
    columns=(
        *(own_id(), NAME, NAME_EN),
        Column("kind", "类别", word(ORGANISATION_KINDS), "what kind of organisation", needed=True),
        organisation(
            "parent", "上级", "the parent on the territory line; empty: the root, or not on it", needed=False
        ),
        Column(
            "example", "示例", TRUTH, "whether it is invented; invented problems stand beside such names only"
        ),
        *(STARTS, ENDS),
    ),
)
PLACEMENTS = Form(
    file="placements.csv",
    label=Label("归口", "placements"),
    meaning="Parents on other lines than the territory, or parents that change during the year.",
    owner="organisation",
    columns=(
        organisation(meaning="the child"),
        Column(
            "line",
            "条线",
            DECLARED,
            "the line, such as `sector`; `territory` is the line of the parents above",
            needed=True,
        ),
        organisation("parent", "上级", "the parent on this line"),
        *(STARTS, ENDS),
    ),
)
ALIASES = Form(
    file="aliases.csv",
    label=Label("代码", "official codes"),
    meaning="Official codes with the scheme they belong to; a code is never the identity of an organisation.",
    owner="organisation",
    columns=(
        organisation(),
        Column(
            "scheme",
            "代码体系",
            DECLARED,
            "`stats` (National Bureau of Statistics) or `mca` (Civil Affairs)",
            needed=True,
        ),
        Column("code", "代码", TEXT, "the code, as text", needed=True),
        *(STARTS, ENDS),
    ),
)
BODIES = Form(
    file="bodies.csv",
    label=Label("党组织", "Party bodies"),
    meaning="Party organisations, each at its seat; letters are signed between them.",
    noun="body",
    columns=(
        *(own_id(), NAME, NAME_EN),
        Column("kind", "类别", word(BODY_KINDS), "what kind of body", needed=True),
        organisation("seat", "所在组织", "the organisation it sits at"),
        Column(
            "covers",
            "覆盖组织",
            IDS,
            "the organisations it covers, if others than its seat",
            refers=("organisation",),
        ),
        body("superior", "上级党组织", "the body above it", needed=False),
        *(STARTS, ENDS),
    ),
)
POSTS = Form(
    file="posts.csv",
    label=Label("岗位", "posts"),
    meaning="The offices of a body, on which letters and lists fix responsibility.",
    noun="post",
    columns=(
        own_id(),
        body("body", "党组织", "the body"),
        Column(
            "role",
            "职务",
            word(POST_ROLES),
            "the role; letters need secretary, deputy and officer",
            needed=True,
        ),
        Column("title", "职务名称", TEXT, "what the post is called here, if otherwise"),
        Column("capacity", "职数", COUNT, "how many may hold it at a time; empty: one"),
        *(STARTS, ENDS),
    ),
)
TENURES = Form(
    file="tenures.csv",
    label=Label("任职", "tenures"),
    meaning="Who holds a post, as a random id; no name stands in the folder.",
    noun="tenure",
    key=("post", "holder"),
    columns=(
        own_id(needed=False),
        post("post", "岗位", "the post"),
        Column("holder", "任职者", ID, "a random id that the office gave", needed=True),
        *(STARTS, ENDS),
    ),
)
