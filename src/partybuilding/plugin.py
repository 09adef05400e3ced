"""All that a plugin may import: records, declarations, the words of formulas, units, tables, stores, and hook marks.

A plugin needs nothing else from this library, and the national rules take nothing else either. What is not handed on
here may change without notice.

>>> from partybuilding.plugin import Formula, choose, fen
>>> def subsidy(members):
...     return choose(members > 0, members * 2000, 0)
>>> Formula(name="acheng.subsidy", function=subsidy, unit=fen, source="District budget").source.instrument
'District budget'
"""

from partybuilding.domain.appraisals import (
    Appraisal,
)
from partybuilding.domain.brackets import (
    Brackets,
)
from partybuilding.domain.carriers import (
    Carrier,
    CarrierModel,
    Chain,
    ChainUnit,
    Link,
    Part,
)
from partybuilding.domain.decisions import (
    Decision,
    Ladder,
    RungOfLadder,
)
from partybuilding.domain.funding import (
    Account,
    Leg,
    Movement,
)
from partybuilding.domain.indicators import (
    Addition,
    Agreement,
    Goal,
    Indicator,
)
from partybuilding.domain.letter_rules import (
    LetterForm,
    SigningWindow,
)
from partybuilding.domain.letters import (
    Cut,
    Letter,
    Line,
)
from partybuilding.domain.lifecycles import (
    Evidence,
    Lifecycle,
    Step,
    Transition,
)
from partybuilding.domain.lists import (
    Item,
    PublicCommitment,
)
from partybuilding.domain.organisations import (
    Alias,
    District,
    Organisation,
    PartyBody,
    Placement,
)
from partybuilding.domain.posts import (
    Post,
    Tenure,
)
from partybuilding.domain.projects import (
    Project,
    ProjectType,
)
from partybuilding.domain.record import (
    Record,
    is_id,
)
from partybuilding.domain.reorganisations import (
    Key,
    Reorganisation,
    Succession,
    Weight,
)
from partybuilding.domain.responsibilities import (
    Responsibilities,
    ResponsibilityKind,
)
from partybuilding.domain.schemes import (
    Grade,
    GradeScale,
    Scheme,
)
from partybuilding.domain.sheets import (
    Sheet,
)
from partybuilding.domain.snapshot import (
    Snapshot,
)
from partybuilding.domain.standards import (
    Confidence,
    Declaration,
    Modality,
    Place,
    Policy,
    Source,
    Standard,
    Stricter,
    Unit,
    day_unit,
    fen,
    grade_unit,
    hour,
    household,
    item,
    meeting,
    member,
    month,
    organisation,
    person_time,
    point,
    rank_unit,
    share,
    square_metre,
    truth,
    year_unit,
)
from partybuilding.domain.venues import (
    Contract,
    Venue,
    Work,
)
from partybuilding.errors import (
    HeadMoved,
    InputProblem,
    PartybuildingError,
    Problem,
    RecordProblem,
    SchemaTooNew,
    StepRefused,
    StoreBusy,
    StoreClosed,
    StoreCorrupt,
    StoreProblem,
    StoreReadOnly,
    Where,
)
from partybuilding.extension.canonical import (
    canonical,
)
from partybuilding.extension.declarations import (
    Cascade,
    Check,
    Command,
    Distribution,
    Fact,
    FileFormat,
    Finding,
    Formula,
    Method,
    Motion,
    Pairs,
    Ranking,
    Rollup,
    ScoringRule,
    Tally,
)
from partybuilding.extension.expressions import (
    Expression,
    bracket,
    choose,
    divide,
    greatest,
    known,
    least,
    or_else,
    portion,
)
from partybuilding.extension.hookspecs import (
    hookimpl,
)
from partybuilding.extension.persons import (
    Person,
    PersonStore,
    require_remembered,
)
from partybuilding.extension.sealing import (
    admit,
    verify_link,
)
from partybuilding.extension.store import (
    CAPABILITIES,
    Changeset,
    Draft,
    Entry,
    Head,
    Header,
    OpenStore,
    Row,
    StorageBackend,
    Store,
    Stored,
    no_such_blob,
    number_known,
    planted_beyond,
)
from partybuilding.extension.tables import (
    Amount,
    Cell,
    Table,
    shown,
)
from partybuilding.labels import (
    Label,
)
from partybuilding.money import (
    Rate,
    Rounding,
    down,
    half_up,
    up,
    yuan,
)

__all__ = [
    "CAPABILITIES",
    "Account",
    "Addition",
    "Agreement",
    "Alias",
    "Amount",
    "Appraisal",
    "Brackets",
    "Carrier",
    "CarrierModel",
    "Cascade",
    "Cell",
    "Chain",
    "ChainUnit",
    "Changeset",
    "Check",
    "Command",
    "Confidence",
    "Contract",
    "Cut",
    "Decision",
    "Declaration",
    "Distribution",
    "District",
    "Draft",
    "Entry",
    "Evidence",
    "Expression",
    "Fact",
    "FileFormat",
    "Finding",
    "Formula",
    "Goal",
    "Grade",
    "GradeScale",
    "Head",
    "HeadMoved",
    "Header",
    "Indicator",
    "InputProblem",
    "Item",
    "Key",
    "Label",
    "Ladder",
    "Leg",
    "Letter",
    "LetterForm",
    "Lifecycle",
    "Line",
    "Link",
    "Method",
    "Modality",
    "Motion",
    "Movement",
    "OpenStore",
    "Organisation",
    "Pairs",
    "Part",
    "PartyBody",
    "PartybuildingError",
    "Person",
    "PersonStore",
    "Place",
    "Placement",
    "Policy",
    "Post",
    "Problem",
    "Project",
    "ProjectType",
    "PublicCommitment",
    "Ranking",
    "Rate",
    "Record",
    "RecordProblem",
    "Reorganisation",
    "Responsibilities",
    "ResponsibilityKind",
    "Rollup",
    "Rounding",
    "Row",
    "RungOfLadder",
    "SchemaTooNew",
    "Scheme",
    "ScoringRule",
    "Sheet",
    "SigningWindow",
    "Snapshot",
    "Source",
    "Standard",
    "Step",
    "StepRefused",
    "StorageBackend",
    "Store",
    "StoreBusy",
    "StoreClosed",
    "StoreCorrupt",
    "StoreProblem",
    "StoreReadOnly",
    "Stored",
    "Stricter",
    "Succession",
    "Table",
    "Tally",
    "Tenure",
    "Transition",
    "Unit",
    "Venue",
    "Weight",
    "Where",
    "Work",
    "admit",
    "bracket",
    "canonical",
    "choose",
    "day_unit",
    "divide",
    "down",
    "fen",
    "grade_unit",
    "greatest",
    "half_up",
    "hookimpl",
    "hour",
    "household",
    "is_id",
    "item",
    "known",
    "least",
    "meeting",
    "member",
    "month",
    "no_such_blob",
    "number_known",
    "or_else",
    "organisation",
    "person_time",
    "planted_beyond",
    "point",
    "portion",
    "rank_unit",
    "require_remembered",
    "share",
    "shown",
    "square_metre",
    "truth",
    "up",
    "verify_link",
    "year_unit",
    "yuan",
]
