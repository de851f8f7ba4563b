"""Traces in JSON lines: ``{"from", "to", "is", "also"}`` and ``{"at", "answer", "for"}``, one object a line.

Lines may come in any order. Where two overlap, the later line holds, so that a day can be told roughly first
and then in detail.
"""

from __future__ import annotations

import json
from typing import Any

from sitbreak.config.durations import parse_duration
from sitbreak.core.events import Signal
from sitbreak.replay.trace import Being, Said, Span, Trace, TraceError, Word, make_trace, moment, shown
from sitbreak.wording import tr

MOST_LINES = 1_000_000

_SPAN_KEYS = frozenset({"from", "to", "is", "also"})
_SAID_KEYS = frozenset({"at", "answer", "for"})
_BEINGS = {being.value: being for being in Being}
_WORDS = {word.value: word for word in Word}
_TAKE_LENGTH = (Word.SNOOZE, Word.PAUSE)
_NOTHING: frozenset[Signal] = frozenset()


def parse_lines(text: str, file: str) -> Trace:
    """The trace that ``text`` holds.

    Raises:
        TraceError: a line cannot be used.
    """
    if text.count("\n") >= MOST_LINES:
        raise TraceError(
            tr("{file} has over {most} lines").format(file=file, most=MOST_LINES),
            remedy=tr("Split it; each part is replayed by itself."),
        )
    decode = json.JSONDecoder().raw_decode
    spans: list[Span] = []
    said: list[Said] = []
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if not line:
            continue
        try:
            told, end = decode(line)
            if end != len(line):
                raise json.JSONDecodeError("Extra data", line, end)
            if isinstance(told, dict) and "at" in told:
                said.append(_said(told))
            else:
                spans.append(_span(told))
        except TraceError as fault:
            raise fault.placed(tr("{file}, line {line}").format(file=file, line=number)) from None
        except (ValueError, RecursionError) as error:
            raise not_json(error).placed(tr("{file}, line {line}").format(file=file, line=number)) from None
    try:
        return make_trace(spans, said)
    except TraceError as fault:
        raise fault.placed(file) from None


def not_json(error: Exception) -> TraceError:
    """The fault that keeps a text from being JSON, without a place."""
    match error:
        case json.JSONDecodeError():
            reason = f"{error.msg}, column {error.colno}"
        case RecursionError():
            reason = tr("nested too deeply")
        case _:
            reason = str(error)
    return TraceError(
        tr("this is not JSON: {reason}").format(reason=reason),
        remedy=tr(
            "Is the file whole? It is one JSON object a line, or all of it is an ActivityWatch export."
        ),
    )


def _span(told: Any) -> Span:
    if not isinstance(told, dict):
        raise _no_object(told)
    _only(told, _SPAN_KEYS, "from", "to", "is")
    start, end = moment(told["from"]), moment(told["to"])
    if end < start:
        raise TraceError(
            tr("it ends before it begins"), remedy=tr('Exchange "from" and "to", or look at their dates.')
        )
    being = _BEINGS.get(told["is"]) if isinstance(told["is"], str) else None
    if being is None:
        raise _none_of("is", told["is"], *_BEINGS)
    return Span(start, end, being, _signals(told["also"]) if "also" in told else _NOTHING)


def _signals(also: object) -> frozenset[Signal]:
    names = also if isinstance(also, list) else [also]
    for name in names:
        if name not in list(Signal):
            raise _none_of("also", name, *Signal)
    return frozenset(map(Signal, names)) if names else _NOTHING


def _said(told: dict[str, Any]) -> Said:
    _only(told, _SAID_KEYS, "at", "answer")
    word = _WORDS.get(told["answer"]) if isinstance(told["answer"], str) else None
    if word is None:
        raise _none_of("answer", told["answer"], *_WORDS)
    return Said(moment(told["at"]), word, _length_s(word, told["for"]) if "for" in told else None)


def _length_s(word: Word, written: object) -> float:
    if word not in _TAKE_LENGTH:
        raise TraceError(
            tr('"{word}" takes no length').format(word=word),
            remedy=tr('Only a snooze and a pause take "for".'),
        )
    try:
        seconds = parse_duration(written)
    except ValueError as error:
        raise TraceError(
            tr('"for" is {written}').format(written=shown(written)), remedy=f"{error}."
        ) from None
    if seconds < 1:
        raise TraceError(
            tr('"for" is no time at all'), remedy=tr('Give a second at least, or leave "for" out.')
        )
    return seconds


def _only(told: dict[str, Any], known: frozenset[str], *needed: str) -> None:
    for key in needed:
        if key not in told:
            raise TraceError(
                tr('it has no "{key}"').format(key=key),
                remedy=tr('A line has "from", "to" and "is", or it has "at" and "answer".'),
            )
    for key in told:
        if key not in known:
            raise TraceError(
                tr('it has "{key}", which nobody knows').format(key=shown(key)[1:-1]),
                remedy=tr("Write one of: {known}.").format(known=", ".join(sorted(known))),
            )


def _none_of(key: str, value: object, *known: str) -> TraceError:
    return TraceError(
        tr('"{key}" is {value}').format(key=key, value=shown(value)),
        remedy=tr("Write one of: {known}.").format(known=", ".join(known)),
    )


def _no_object(told: object) -> TraceError:
    return TraceError(
        tr("{told} is no object").format(told=shown(told)),
        remedy=tr('A line has "from", "to" and "is", or it has "at" and "answer".'),
    )
