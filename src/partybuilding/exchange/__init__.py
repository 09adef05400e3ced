"""The way in and out for files: the district folder (TOML and CSV), and results as CSV."""

from partybuilding.exchange.folder import Folder, read_folder
from partybuilding.exchange.forms import FORMS
from partybuilding.exchange.results import csv_text, write_csv

__all__ = ["FORMS", "Folder", "csv_text", "read_folder", "write_csv"]
