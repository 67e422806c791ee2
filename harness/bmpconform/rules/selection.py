"""The rules as one profile and policy have them, and the findings that they give.

Why a selection: it is made once, at the start; a message then meets a tuple of plain functions for its class.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from bmpconform.rules.rule import RULES, ActiveRule, Breach, Rule
from bmpconform.rules.session import Session
from bmpconform.spec.catalogue import CLAUSES, Authority, Clause, Level
from bmpconform.spec.profiles import Profile
from bmpconform.wire.errors import BmpconformError
from bmpconform.wire.messages import Message, Peer
from bmpconform.wire.value import Value

HOUSE_NUL = "HOUSE-nul"


class PolicyError(BmpconformError):
    """A policy that does not exist: the setting as typed, and what could stand in its place."""

    def __init__(self, setting: str, allowed: Iterable[str]) -> None:
        """Keep both as data."""
        super().__init__(setting, tuple(allowed))
        self.setting = setting
        self.allowed = tuple(allowed)

    def __str__(self) -> str:
        """Say both in one sentence."""
        return f"There is no policy {self.setting}; there is {', '.join(self.allowed)}."


class Policy(Value, frozen=True):
    """What the user decides: the level of the house rule."""

    trailing_nul: Level = Level.FAIL

    @staticmethod
    def of(settings: Mapping[str, str]) -> "Policy":
        """Return the policy of settings such as trailing-nul=warn. Raises PolicyError."""
        levels: dict[str, Level] = {}
        allowed = [f"{key}={word}" for key in _POLICIES for word in _POLICY_LEVELS]
        for key, word in settings.items():
            setting = f"{key}={word}"
            if setting not in allowed:
                raise PolicyError(setting, allowed)
            levels[_POLICIES[key]] = _POLICY_LEVELS[word]
        return Policy(**levels)

    def settings(self) -> dict[str, str]:
        """Return the settings that give this policy."""
        return {key: getattr(self, name).value for key, name in _POLICIES.items()}

    def level(self, clause: Clause) -> Level:
        """Return what a breach of `clause` is worth."""
        return self.trailing_nul if clause.id == HOUSE_NUL else clause.level


_POLICIES = {"trailing-nul": "trailing_nul"}
_POLICY_LEVELS = {level.value: level for level in (Level.FAIL, Level.WARN, Level.INFO)}


class Finding(Value, frozen=True):
    """One breach as a profile sees it; `clause` is None only where no document is at issue."""

    clause: str | None
    also: tuple[str, ...]
    authority: Authority
    code: str
    level: Level
    breach: Breach


class Selection:
    """The active rules by the class that they judge."""

    def __init__(self, profile: Profile, policy: Policy) -> None:
        """Bind every rule that this profile has."""
        self.profile = profile
        self._rules, self._stream_rules = (_bound(profile, policy, of_stream=of_stream) for of_stream in (False, True))

    def codes(self) -> frozenset[str]:
        """Return the codes of all active rules."""
        of_all = (*self._rules.values(), *self._stream_rules.values())
        return frozenset(active.code for rules in of_all for active in rules)

    def judge(self, value: object) -> list[Finding]:
        """Return what the rules for the class of `value` alone find in it, in the order of the rules."""
        return _judge(self._rules.get(type(value), ()), value)

    def judge_in_session(self, message: Message, session: Session) -> list[Finding]:
        """Return what is found in a message as the next of its session."""
        return _judge(self._stream_rules.get(type(message), ()), message, session)

    def judge_message(self, message: Message, session: Session) -> list[Finding]:
        """Return what is found in one message: in itself, its per-peer header and its place in the session."""
        peer: Peer | None = getattr(message, "peer", None)
        of_peer = [] if peer is None else self.judge(peer)
        return [*self.judge(message), *of_peer, *self.judge_in_session(message, session)]


@lru_cache(maxsize=32)
def _bound(profile: Profile, policy: Policy, *, of_stream: bool) -> Mapping[type, tuple[ActiveRule, ...]]:
    """Return the rules, bound once: whoever checks many inputs makes many selections, of few kinds."""
    bound: dict[type, tuple[ActiveRule, ...]] = {}
    for rule in RULES:
        active = activate(rule, profile, policy) if rule.of_stream == of_stream else None
        if active is not None:
            for shape in rule.shapes:
                bound[shape] = (*bound.get(shape, ()), active)
    return bound


def _judge(rules: Iterable[ActiveRule], *judged: object) -> list[Finding]:
    findings: list[Finding] = []
    breaches: list[Breach] = []
    for active in rules:
        active.check(*judged, breaches)
        if breaches:
            findings.extend(as_finding(active, breach) for breach in breaches)
            breaches.clear()
    return findings


def as_finding(active: ActiveRule, breach: Breach) -> Finding:
    """Return a breach as a finding of this rule; a breach may lower the level, never raise it."""
    level = active.level if breach.level is None else min(active.level, breach.level)
    return Finding(active.clause, active.also, active.authority, active.code, level, breach)


def activate(rule: Rule, profile: Profile, policy: Policy) -> ActiveRule | None:
    """Return the rule as the profile has it, None where it has not."""
    if (rule.needs is not None and rule.needs not in profile.clauses) or rule.unless in profile.clauses:
        return None
    held = [CLAUSES[clause] for clause in rule.clauses if clause in profile.clauses]
    if not held:
        if rule.clauses:
            return None
        assert rule.level is not None  # noqa: S101 - a rule without clauses says its own level
        return ActiveRule(rule.code, None, (), Authority.DOCUMENT, rule.level, rule.bind(profile.documents))
    level = Level.sternest(policy.level(clause) for clause in held)
    if rule.level is not None:
        level = min(level, rule.level)
    clause, *also = held
    return ActiveRule(
        rule.code, clause.id, tuple(other.id for other in also), clause.authority, level, rule.bind(profile.documents)
    )
