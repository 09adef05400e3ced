"""What the engine computes on: one array a name, with what is known beside it.

Missing is never a number: every column carries a mask, and where the mask says no, the number means nothing.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from partybuilding.domain.brackets import Brackets
from partybuilding.money import Rate

Whole: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]
Places: TypeAlias = NDArray[np.intp]


@frozen(eq=False)
class Column:
    """The values of one name for all organisations, in the order of the tree.

    ``values`` are int64 in the smallest unit (truths are 0 and 1), ``known`` says where there is a value. With
    ``denominator`` it is a column of rates: values are numerators, and denominators are greater than zero wherever
    the rate is known. All arrays have one length.

    >>> import numpy as np
    >>> members = Column(np.array([120, 0]), np.array([True, False]))   # the second organisation did not report
    >>> members.rates
    False
    """

    values: Whole
    known: Mask
    denominator: Whole | None = None

    @property
    def rates(self) -> bool:
        """Whether this is a column of rates."""
        return self.denominator is not None


@frozen(eq=False)
class Resolved:
    """A standard as it holds for all organisations: which of its values each one has.

    ``which`` holds, for every organisation, the place of its value in ``choices``, and -1 where none holds. The choices
    are of one kind.

    >>> import numpy as np
    >>> per_head = Resolved(np.array([0, 0, 1, -1]), (2000, 3000))   # one place pays more, one has no rule
    >>> per_head.choices[per_head.which[2]]
    3000
    """

    which: Places
    choices: tuple[int | Rate | Brackets, ...]
