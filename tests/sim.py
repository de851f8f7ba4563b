"""A day at the desk in virtual time: ``sim.work(minutes=29); sim.leave(minutes=6)``."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Any, TypeVar

from sitbreak.core.catalogue import Basis, Catalogue, Movement, Strength
from sitbreak.core.clock import Instant
from sitbreak.core.effects import (
    Effect,
    Entry,
    Prompt,
    Record,
    Sat,
    Show,
    Shown,
    WasAnswered,
    WasAway,
    WasHeld,
    Withdraw,
)
from sitbreak.core.events import (
    Answer,
    Answered,
    Drank,
    Event,
    IdleSampled,
    Judged,
    Locked,
    PauseAsked,
    PolicyChanged,
    Posture,
    PostureSaid,
    PresenceChanged,
    PromptAsked,
    ResumeAsked,
    Signal,
    Unlocked,
    Via,
    Woke,
)
from sitbreak.core.opinions import Taste
from sitbreak.core.policy import (
    Counts,
    Kind,
    Policy,
    Prompting,
    Reminder,
    Setting,
    Sitting,
    WorkSpan,
)
from sitbreak.core.rules import rules
from sitbreak.core.state import Quiet, Resting, Showing
from sitbreak.core.step import Step
from sitbreak.replay.player import Player

E = TypeVar("E", bound=Entry)

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MIN = 60.0


def movement(name: str, *kinds: Kind, region: str = "", setting: Setting = Setting.STANDING) -> Movement:
    """A movement for tests, plain in all that does not matter."""
    return Movement(
        id=name,
        kinds=kinds,
        title=name,
        line=f"{name}.",
        steps=("Do it.",),
        region=region or name,
        setting=setting,
        basis=Basis.ADAPTED,
        adapted="",
        hold_s=None,
        repetitions=None,
        sides=1,
        total_s=60.0,
        sources=("massage",),
        caution="",
        strength=Strength.PRACTITIONER,
    )


CATALOGUE: Catalogue = (
    movement("stroll", Kind.MOVEMENT),
    movement("squat", Kind.MOVEMENT),
    movement("reach", Kind.STRETCH),
    movement("bend", Kind.STRETCH),
    movement("shift", Kind.POSTURE, setting=Setting.DESK),
    movement("sip", Kind.HYDRATION, setting=Setting.DESK),
    movement("fetch-water", Kind.MOVEMENT, Kind.HYDRATION, setting=Setting.WALK),
)


def policy(
    *only: Kind,
    work: tuple[WorkSpan, ...] = (),
    exclude: frozenset[str] = frozenset(),
    zone: tzinfo = UTC,
    sitting: dict[str, float] | None = None,
    every_min: dict[Kind, float] | None = None,
    **prompting: Any,
) -> Policy:
    """The default policy of the design, with only these reminders on (none named: all)."""
    every = {Kind.MOVEMENT: 30, Kind.STRETCH: 90, Kind.POSTURE: 40, Kind.HYDRATION: 60} | (every_min or {})
    lasts = {Kind.MOVEMENT: 120, Kind.STRETCH: 60, Kind.POSTURE: 15, Kind.HYDRATION: 15}
    reminders = tuple(
        Reminder(
            kind=kind,
            enabled=not only or kind in only,
            every_s=every[kind] * MIN,
            lasts_s=float(lasts[kind]),
            counts=Counts.SITTING if kind is Kind.MOVEMENT else Counts.PRESENT,
        )
        for kind in Kind
    )
    base = Prompting(
        snoozes_s=(5 * MIN, 10 * MIN),
        snooze_limit=3,
        snooze_day_limit=12,
        merge_within_s=8 * MIN,
        most_per_hour=4,
        wait_for_pause_s=90.0,
        hold_at_most_s=45 * MIN,
        give_up_after_s=10 * MIN,
        ask_again_s=15 * MIN,
        grace_s=60.0,
        settings=frozenset({Setting.DESK, Setting.STANDING, Setting.WALK}),
    )
    times = {
        "away_after_s": 180.0,
        "present_within_s": 60.0,
        "occupied_at_most_s": 7200.0,
        "standing_at_most_s": 3600.0,
    }
    return Policy(
        sitting=Sitting(**(times | (sitting or {}))),
        reminders=reminders,
        prompting=replace(base, **prompting),
        work=work,
        exclude=exclude,
        zone=zone,
    )


class Sim:
    """One person, one desk, the real core. Every method lets its time pass before it returns."""

    def __init__(
        self, rules_of: Policy | None = None, *, start: datetime = MONDAY, catalogue: Catalogue = CATALOGUE
    ) -> None:
        self.policy, self.catalogue = rules_of or policy(), catalogue
        self.entries: list[Entry] = []
        self.records: list[Record] = []
        self.effects: list[tuple[float, Effect]] = []
        self.player = Player(rules(self.policy, catalogue), start, self._see)
        self.now_s = 0.0
        self.clock_ahead_s = 0.0

    def _see(self, at: Instant, effect: Effect) -> None:
        if isinstance(effect, Record):
            self.entries.append(effect.entry)
            self.records.append(effect)
        self.effects.append((at.mono_s, effect))

    @property
    def at(self) -> Instant:
        """Now, as this machine's clocks have it."""
        return self.player.at(self.now_s)._replace(wall=self.player.at(self.now_s + self.clock_ahead_s).wall)

    def feed(self, event: Event) -> Step:
        """Let one event happen now."""
        return self.player.feed(event)

    def wait(self, *, minutes: float = 0, seconds: float = 0) -> None:
        """Let time pass; the person does what they did."""
        self.now_s += minutes * MIN + seconds
        self.player.advance(self.now_s)

    def type_on(self, *, seconds: float) -> None:
        """Type without a pause."""
        self.touch()
        self.player.typing = True
        self.wait(seconds=seconds)
        self.player.typing = False

    def touch(self) -> None:
        """One input, now."""
        self.feed(IdleSampled(at=self.at, idle_s=0.0))
        self.player.active = True

    def work(self, *, minutes: float = 0, seconds: float = 0) -> None:
        """Type, with the pauses that typing has."""
        if not self.player.active:
            self.touch()
        self.wait(minutes=minutes, seconds=seconds)

    def leave(self, *, minutes: float = 0, seconds: float = 0) -> None:
        """Touch nothing; a source says so once ``away_after`` has passed."""
        self.player.active, self.player.last_input_s = False, self.now_s
        began_s, length_s = self.now_s, minutes * MIN + seconds
        after_s = self.policy.sitting.away_after_s
        if length_s >= after_s:
            self.now_s = began_s + after_s
            self.feed(IdleSampled(at=self.at, idle_s=after_s))
        self.now_s = began_s + length_s
        self.player.advance(self.now_s)

    def lock(self, *, minutes: float = 0, seconds: float = 0) -> None:
        """Lock, and unlock after that time."""
        self.feed(Locked(at=self.at))
        self.player.active, self.player.last_input_s = False, self.now_s
        self.wait(minutes=minutes, seconds=seconds)
        self.feed(Unlocked(at=self.at))
        self.touch()

    def sleep(self, *, minutes: float) -> None:
        """The machine sleeps without a word, and wakes; nobody has touched it yet."""
        self.player.active, self.player.last_input_s = False, self.now_s
        self.now_s += minutes * MIN
        self.player.feed(Woke(at=self.at, asleep_s=minutes * MIN))

    def signal(self, which: Signal, *, on: bool) -> None:
        """A call, a film, a talk begins or ends."""
        signals = self.player.signals
        self.player.tell(self.at, signals | {which} if on else signals - {which})

    def answer(self, answer: Answer, *, seconds: float | None = None, prompt: int | None = None) -> Step:
        """Click."""
        return self.feed(
            Answered(at=self.at, prompt_id=prompt, answer=answer, via=Via.NOTIFICATION, snooze_s=seconds)
        )

    def done(self) -> Step:
        """Click Done."""
        return self.answer(Answer.DONE)

    def snooze(self, *, seconds: float | None = None) -> Step:
        """Click Snooze."""
        return self.answer(Answer.SNOOZE, seconds=seconds)

    def skip(self) -> Step:
        """Click Skip."""
        return self.answer(Answer.SKIP)

    def pause(self, *, minutes: float | None = None) -> None:
        """Ask for quiet."""
        self.feed(PauseAsked(at=self.at, for_s=None if minutes is None else minutes * MIN, via=Via.TRAY))

    def resume(self) -> Step:
        """End the quiet."""
        return self.feed(ResumeAsked(at=self.at))

    def stand(self) -> None:
        """Say that one stands."""
        self.feed(PostureSaid(at=self.at, posture=Posture.STANDING))

    def sit(self) -> None:
        """Say that one sits."""
        self.feed(PostureSaid(at=self.at, posture=Posture.SITTING))

    def drink(self, ml: int = 250) -> None:
        """Drink a glass."""
        self.feed(Drank(at=self.at, ml=ml, via=Via.TRAY))

    def now(self, kind: Kind | None = None, *, within_s: float | None = None) -> Step:
        """Ask for a prompt."""
        return self.feed(PromptAsked(at=self.at, kind=kind, within_s=within_s))

    def judge(self, taste: Taste | None, movement: str | None = None) -> Step:
        """Say what one thinks of a movement: the one in the air, or the last one."""
        return self.feed(Judged(at=self.at, movement=movement, taste=taste, via=Via.TRAY))

    def hurt(self, movement: str | None = None) -> Step:
        """Say that it hurt."""
        return self.judge(Taste.HURT, movement)

    def lose_source(self) -> None:
        """No source tells any more."""
        self.player.active = False
        self.feed(PresenceChanged(at=self.at, source=None))

    def change(self, new: Policy) -> None:
        """The config was changed."""
        self.policy = new
        self.feed(PolicyChanged(at=self.at, policy=new, catalogue=self.catalogue))

    def of(self, kind: type[E]) -> list[E]:
        """The log's entries of one kind."""
        return [entry for entry in self.entries if isinstance(entry, kind)]

    @property
    def shown(self) -> list[Shown]:
        """Every showing so far."""
        return self.of(Shown)

    @property
    def sits(self) -> list[float]:
        """The seconds of every sit that is over."""
        return [sat.seconds for sat in self.of(Sat)]

    @property
    def aways(self) -> list[tuple[float, str]]:
        """(seconds, why) of every away stretch that is over."""
        return [(away.seconds, away.why.value) for away in self.of(WasAway)]

    @property
    def answers(self) -> list[str]:
        """Every outcome, with its evidence where it has one: ``done seen``, ``skip``."""
        return [" ".join(filter(None, (a.answer, a.evidence))) for a in self.of(WasAnswered)]

    @property
    def held(self) -> list[str]:
        """The reason of every hold."""
        return [hold.reason.value for hold in self.of(WasHeld)]

    @property
    def open(self) -> Prompt | None:
        """The prompt on the screen."""
        return self.player.state.phase.prompt if isinstance(self.player.state.phase, Showing) else None

    @property
    def resting(self) -> Prompt | None:
        """The prompt that will come back."""
        return self.player.state.phase.prompt if isinstance(self.player.state.phase, Resting) else None

    @property
    def quiet(self) -> bool:
        """Whether no prompt is in the air."""
        return isinstance(self.player.state.phase, Quiet)

    def most_open(self) -> int:
        """How many prompts were ever on the screen at once."""
        on_screen: set[int] = set()
        most = 0
        for _, effect in self.effects:
            if isinstance(effect, Show):
                on_screen.add(effect.prompt.id)
            elif isinstance(effect, Withdraw):
                on_screen.discard(effect.prompt_id)
            most = max(most, len(on_screen))
        return most
