"""The conformance kit for stores: every promise of the storage contract as a plain function.

The author of a backend says how it opens and where, and gets one test per promise:

>>> import pytest
>>> from partybuilding.storage.memory import MEMORY
>>> subject = Subject(backend=MEMORY, place=lambda: "memory:")
>>> @pytest.mark.parametrize("check", checks_for(subject))
... def test_our_store_keeps_its_promises(check):
...     check.run(subject)
>>> [case.check.code for case in cases(subject) if case.left_out][:2]
['E6', 'E7']
"""

from partybuilding.testing.store_checks.check import CannotRun, Damage, StoreCheck, Subject, requires
from partybuilding.testing.store_checks.kit import Case, cases, checks_for, every_check

__all__ = [
    "CannotRun",
    "Case",
    "Damage",
    "StoreCheck",
    "Subject",
    "cases",
    "checks_for",
    "every_check",
    "requires",
]
