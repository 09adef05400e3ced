"""``python -m partybuilding`` is the command line."""

from partybuilding.cli import main

main()
