"""What the tray shows for a state."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sitbreak.core.effects import Reason
from sitbreak.core.events import Answer
from sitbreak.core.policy import Policy
from sitbreak.core.state import Asking
from sitbreak.core.view import Status
from sitbreak.ports import RING_STEPS, Look, MenuItem, TrayFace
from sitbreak.runtime.notes import snooze_label
from sitbreak.runtime.words import kind_word, reason_words
from sitbreak.store.reports import Day, sat_today_s, with_sit
from sitbreak.wording import duration_text, time_text, tr

_LINE = 84
_SEPARATOR = MenuItem("")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a face shows beside the status.

    ``title`` is what the prompt in the air asks for, ``image`` its figure, ``snooze_s`` what it may be
    snoozed for. ``last`` is the (id, title) of what was asked for last.
    """

    policy: Policy
    title: str
    snooze_s: float | None
    today: Day
    safety: tuple[str, ...]
    image: Path | None = None
    last: tuple[str, str] | None = None


def face_of(status: Status, shown: Shown) -> TrayFace:
    """The tray's face: ring, tooltip and menu.

    Minutes are those of the ring's last step and other times are times of day, so that the face differs
    only when the ring does, or when something happened.
    """
    return TrayFace(
        look=_look(status),
        step=int(status.fill * RING_STEPS + 1e-6),
        tooltip=_tooltip(status, shown.policy, shown.title),
        menu=_menu(status, shown),
    )


def _look(status: Status) -> Look:
    if status.open or status.question is not None:
        return Look.DUE
    if any(hold.reason is Reason.PAUSED for hold in status.holds):
        return Look.PAUSED
    return Look(status.state)


def _tooltip(status: Status, policy: Policy, title: str) -> str:
    lines = [_where_line(status, policy)]
    if status.open:
        lines.append(tr("Now: {title}").format(title=title))
    elif status.question is not None:
        lines.append(tr("Was that a break?"))
    elif status.returns is not None:
        at = time_text(status.returns.astimezone(policy.zone))
        lines.append(tr("{title}: again at {time}").format(title=title, time=at))
    else:
        lines.extend(_next_line(status, policy))
    lines += [_hold_line(hold.reason) for hold in status.holds]
    return "\n".join(lines)


def _where_line(status: Status, policy: Policy) -> str:
    since = time_text(status.since.astimezone(policy.zone))
    match status.state:
        case "seated":
            began = since if status.sit_since is None else time_text(status.sit_since.astimezone(policy.zone))
            sat_s = _stepped_s(status, policy)
            if sat_s < 60:
                return tr("Sitting since {time}").format(time=began)
            return tr("Sitting for {length}, since {time}").format(length=duration_text(sat_s), time=began)
        case "standing":
            return tr("Standing since {time}").format(time=since)
        case "away":
            return tr("Away since {time}").format(time=since)
        case _:
            return tr("Nothing here can tell whether you are at the machine")


def _next_line(status: Status, policy: Policy) -> list[str]:
    running = [due for due in status.due if due.in_s is not None]
    if not running:
        return []
    soonest = min(running, key=lambda due: due.in_s or 0.0)
    if not soonest.in_s:
        return [tr("Due: {kind}").format(kind=kind_word(soonest.kind))]
    at = (status.at + timedelta(seconds=soonest.in_s or 0.0)).astimezone(policy.zone)
    return [tr("Next: {kind} at {time}").format(kind=kind_word(soonest.kind), time=time_text(at))]


def _stepped_s(status: Status, policy: Policy) -> float:
    """The sit in progress as of the ring's last step, seconds."""
    return _stepped(status.sitting_s, policy)


def _today_s(status: Status, policy: Policy) -> float:
    """The same, of that sit's part since midnight."""
    began = status.at if status.sit_since is None else status.sit_since
    return _stepped(sat_today_s(began, status.at, status.sitting_s, policy.zone), policy)


def _stepped(seconds: float, policy: Policy) -> float:
    step_s = max(60.0, policy.reminders[0].every_s / RING_STEPS)
    return int(seconds / step_s + 1e-6) * step_s


def _hold_line(reason: Reason) -> str:
    return tr("Held: {reason}").format(reason=reason_words(reason))


def _menu(status: Status, shown: Shown) -> tuple[MenuItem, ...]:
    policy = shown.policy
    standing = status.state == "standing"
    return (
        *_answer_items(status, shown),
        MenuItem(tr("Take a break now"), ("now", ""), default=True),
        MenuItem(
            tr("I'm sitting again") if standing else tr("I'm standing"),
            ("posture", "sitting" if standing else "standing"),
        ),
        MenuItem(tr("Log water: {ml} ml").format(ml=policy.glass_ml), ("water", policy.glass_ml)),
        _SEPARATOR,
        _pause_item(status, policy),
        MenuItem(
            tr("Today so far"),
            children=_facts(_today_lines(with_sit(shown.today, _today_s(status, policy)))),
        ),
        MenuItem(tr("About and safety"), children=(*_hurt_item(shown), *_facts(_wrapped(shown.safety)))),
        _SEPARATOR,
        MenuItem(tr("Quit"), ("quit",)),
    )


def _hurt_item(shown: Shown) -> tuple[MenuItem, ...]:
    if shown.last is None:
        return ()
    movement, title = shown.last
    return (MenuItem(tr("“{title}” hurt").format(title=title), ("judge", "hurt", movement)), _SEPARATOR)


def _answer_items(status: Status, shown: Shown) -> tuple[MenuItem, ...]:
    if status.question is not None:
        return _question_items(status.question, shown.policy)
    if status.prompt is None:
        return ()
    number, snooze_s = status.prompt.id, shown.snooze_s
    items = [
        MenuItem(shown.title, ("now", ""), image=shown.image),
        MenuItem(tr("Done"), ("answer", Answer.DONE.value, number)),
    ]
    if status.open and snooze_s is not None:
        items.append(MenuItem(snooze_label(snooze_s), ("answer", Answer.SNOOZE.value, number)))
    items += [
        MenuItem(tr("Skip"), ("answer", Answer.SKIP.value, number)),
        MenuItem(tr("This hurt"), ("judge", "hurt", status.prompt.movement)),
        _SEPARATOR,
    ]
    return tuple(items)


def _question_items(question: Asking, policy: Policy) -> tuple[MenuItem, ...]:
    start, end = (time_text(at.wall.astimezone(policy.zone)) for at in (question.gap.start, question.gap.end))
    return (
        MenuItem(tr("{start} to {end}: was that a break?").format(start=start, end=end), ("ping",)),
        MenuItem(tr("Yes"), ("answer", Answer.YES.value, question.id)),
        MenuItem(tr("No"), ("answer", Answer.NO.value, question.id)),
        _SEPARATOR,
    )


def _pause_item(status: Status, policy: Policy) -> MenuItem:
    paused = next((hold for hold in status.holds if hold.reason is Reason.PAUSED), None)
    lengths = (
        MenuItem(tr("30 minutes"), ("pause", "for", 1800.0)),
        MenuItem(tr("1 hour"), ("pause", "for", 3600.0)),
        MenuItem(tr("Until tomorrow"), ("pause", "until", "tomorrow")),
    )
    if paused is None:
        return MenuItem(tr("Pause"), children=lengths)
    resume = (MenuItem(tr("Resume"), ("resume",)), _SEPARATOR)
    if paused.until is None:
        return MenuItem(tr("Paused"), children=resume + lengths)
    until = time_text(paused.until.astimezone(policy.zone))
    return MenuItem(tr("Paused until {time}").format(time=until), children=resume + lengths)


def _facts(lines: Sequence[str]) -> tuple[MenuItem, ...]:
    """Lines to read. A line without a request would be grey, and safety must be easy to read."""
    return tuple(MenuItem(line, ("ping",)) for line in lines)


def _today_lines(day: Day) -> list[str]:
    return [
        tr("Sat for {time}, longest {longest}").format(
            time=duration_text(day.sat_s), longest=duration_text(day.longest_sit_s)
        ),
        tr("Breaks: {seen} seen, {said} as you said").format(seen=day.done_seen, said=day.done_said),
        tr("Snoozed {snoozed}, skipped {skipped}, unanswered {ignored}").format(
            snoozed=day.snoozed, skipped=day.skipped, ignored=day.ignored
        ),
        tr("Water: {ml} ml").format(ml=day.water_ml),
    ]


def _wrapped(lines: Sequence[str]) -> list[str]:
    """Menus do not wrap, so long lines are broken at spaces; what goes on is indented."""
    return [
        row
        for line in lines
        for row in textwrap.wrap(line, _LINE, subsequent_indent="   ", break_long_words=False)
    ]
