"""Why sitbreak does what it does, and what speaks against it: ``evidence``."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from sitbreak.cli.common import as_json
from sitbreak.cli.prose import sources_line, wrap
from sitbreak.config.content_background import Source, load_evidence, load_sources
from sitbreak.config.content_evidence import Claim, Default, Evidence, Study
from sitbreak.wording import ntr, tr, use_language


@click.command()
@as_json
def evidence(*, as_json: bool) -> None:
    """Show why the settings ship as they do: each study with its size, its finding and its limits."""
    use_language()
    known, sources = load_evidence(), load_sources()
    if as_json:
        everything: dict[str, tuple[Claim | Study | Default | Source, ...]] = {
            "claims": known.claims,
            "studies": known.studies,
            "defaults": known.defaults,
            "sources": tuple(sources.values()),
        }
        print(json.dumps({name: [asdict(one) for one in several] for name, several in everything.items()}))
        return
    print(tr("Why sitting is broken up, in the articles' view:"))
    for claim in known.claims:
        print(wrap(f"- {tr(claim.text)}"))
        print(sources_line(claim.sources, sources))
    print("\n" + tr("What trials found:"))
    for study in known.studies:
        if study.favours:
            _print_study(study)
    print("\n" + tr("What speaks against it:"))
    for study in known.studies:
        if not study.favours:
            _print_study(study)
    _print_defaults(known)
    print("\n" + tr("How far to trust the articles:"))
    for source in sources.values():
        print(wrap(f"- {source.title} ({tr(source.by)}). {tr(source.what)} {tr(source.trust)}"))


def _print_study(study: Study) -> None:
    size = ntr("{n} person", "{n} people", study.people or 0).format(n=study.people)
    facts = (tr(study.design), size if study.people else "", tr(study.lasted) if study.lasted else "")
    print(wrap(f"- {tr(study.authors)}, {study.year}: {', '.join(filter(None, facts))}."))
    print(wrap(tr(study.finding), first="  ", indent=""))
    print(wrap(tr("Limits: {limits}").format(limits=tr(study.limits)), first="  ", indent=""))
    if study.doi:
        print(f"  doi {study.doi}")


def _print_defaults(known: Evidence) -> None:
    names = {study.id: f"{tr(study.authors)} {study.year}" for study in known.studies}
    print("\n" + tr("Why the settings ship as they do:"))
    for default in known.defaults:
        print(wrap(f"- {default.key} = {default.value}: {tr(default.because)}"))
        if default.studies:
            print(wrap("; ".join(names[study] for study in default.studies), first="  ", indent=""))
