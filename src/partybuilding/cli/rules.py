"""The commands about rules: which plugins take part."""

from __future__ import annotations

from partybuilding.cli.asking import Lang, Plugins, host_of
from partybuilding.cli.voice import mistakes, voice
from partybuilding.extension.tables import Table
from partybuilding.labels import Label


def plugins(*, plugin: Plugins = (), lang: Lang = "zh") -> None:
    """参与的插件。The plugins that take part, with version and digest."""
    with mistakes(voice(lang, stderr=True)):
        manifest = host_of(plugin).manifest
    headers = (Label("插件", "Plugin"), Label("版本", "Version"), Label("校验值", "Digest"))
    rows = [(each.name, each.version, each.digest) for each in manifest]
    voice(lang).table(Table(title=Label("插件", "Plugins"), headers=headers, rows=rows))
