"""The noxfile gives pip's configuration to uv, and stays with pip where uv has no word for it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def noxfile() -> ModuleType:
    spec = importlib.util.spec_from_file_location("noxfile_to_read", Path(__file__).parents[2] / "noxfile.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_environment_wins_over_the_command_and_the_command_over_the_general_part(
    noxfile: ModuleType,
) -> None:
    listing = """\
:env:.index-url='https://a.example/simple'
global.cert='/etc/office.pem'
global.index-url='https://c.example/simple'
global.no-index=''
install.cert='/etc/install.pem'
install.index-url='https://b.example/simple'
download.proxy='http://proxy.example'
"""
    assert noxfile.pip_settings(listing) == {
        "index-url": "https://a.example/simple",
        "cert": "/etc/install.pem",
    }


def test_several_indexes_written_on_several_lines_reach_uv_and_are_searched_alike(
    noxfile: ModuleType,
) -> None:
    settings = noxfile.pip_settings(
        r"global.extra-index-url='\nfile:///srv/simple\nhttps://a.example/simple'"
    )
    assert noxfile.uv_environment(settings) == {
        "UV_INDEX": "file:///srv/simple https://a.example/simple",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }


def test_folders_of_wheels_and_certificates_reach_uv(noxfile: ModuleType) -> None:
    settings = {
        "find-links": "/srv/wheels  ~/wheels",
        "cert": "/etc/office.pem",
        "index-url": "https://a.example/simple",
    }
    assert noxfile.uv_environment(settings) == {
        "UV_FIND_LINKS": f"/srv/wheels,{Path.home()}/wheels",
        "SSL_CERT_FILE": "/etc/office.pem",
        "UV_DEFAULT_INDEX": "https://a.example/simple",
    }


@pytest.mark.parametrize(
    "key", ["proxy", "trusted-host", "client-cert", "no-index", "constraint", "a-new-option"]
)
def test_a_setting_that_uv_has_no_word_for_is_named(noxfile: ModuleType, key: str) -> None:
    assert noxfile.beyond_uv({key: "1", "cert": "/etc/office.pem", "timeout": "60"}) == [key]


def test_the_fifteen_minutes_are_shared_out_exactly(noxfile: ModuleType) -> None:
    assert sum(share for share, _ in noxfile.MINUTES.values()) == 15


def test_the_time_of_every_test_is_counted_in_one_row(noxfile: ModuleType, tmp_path: Path) -> None:
    report = tmp_path / "tests.xml"
    cases = {
        "tests/unit/test_sqlite_store.py": 120,
        "tests/unit/test_errors.py": 60,
        "plugins/x/tests/test_rules.py": 12,
    }
    rows = "".join(f'<testcase file="{file}" time="{seconds}"/>' for file, seconds in cases.items())
    report.write_text(f"<testsuites><testsuite>{rows}</testsuite></testsuites>", "utf-8")
    assert noxfile.minutes_by_part(report) == {
        "tests of ledger and stores": 1.0,
        "tests of plugins and the host": 0.1,
        "all other tests, and installing them": 0.5,
    }
