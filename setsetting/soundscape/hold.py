"""How music is held: what is asked of whatever goes on until somebody lets the plan go on."""

from dataclasses import dataclass

from setsetting.units import Energy, Milliseconds


@dataclass(frozen=True, slots=True)
class Hold:
    """How the music is held, from `at_ms` until `until_ms`.

    A track keeps the rules of one of `phases`, the first rather than another, and has at most the energy `most`, which
    only sinks. What is looked for is `wanted`, else as much as it may have. From `calmer_ms` on the `calm_phases` serve
    too, and the `calmest` is looked for. With `leaves` what plays is left at once.
    """

    at_ms: Milliseconds
    until_ms: Milliseconds
    phases: tuple[str, ...]
    most: Energy | None = None
    wanted: Energy | None = None
    calmer_ms: Milliseconds | None = None
    calm_phases: tuple[str, ...] = ()
    calmest: Energy = 1.0
    leaves: bool = False
