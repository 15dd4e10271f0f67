"""Why each cue is there, in words a facilitator can check by ear."""

from collections.abc import Sequence

import numpy as np

from setsetting.soundscape.energy_curve import energy_curve
from setsetting.soundscape.instance import Instance, PhaseWindow, PlanItem, TrackRow
from setsetting.units import Seconds, ms_from_s
from setsetting.words.numbers import clock, signed
from setsetting.words.spelling import spelled
from setsetting.words.translate import _


class Reasons:
    """Words for the items of one instance."""

    def __init__(self, instance: Instance, *, of_a_patient: bool = True) -> None:
        self.instance = instance
        self.of_a_patient = of_a_patient
        self.rows = {row.track_id: row for row in instance.library}
        self.windows = {window.name: window for window in instance.protocol.phases}
        self.heard = frozenset((*instance.patient.heard_tracks, *instance.patient.heard_recordings))
        self.artists_heard = frozenset(map(spelled, instance.patient.heard_artists))
        self.pinned = {(pin.track_id, pin.phase) for pin in instance.patient.pinned}

    def of(self, items: Sequence[PlanItem], number: int) -> str:
        """The reason for one item among its neighbours."""
        item, window = items[number], self.windows[items[number].phase]
        before = items[number - 1] if number else None
        words = list(self._opening(item, before, window))
        if item.kind == "silence":
            until = next((later.start_s for later in items[number + 1 :]), None)
            words.append(
                _("silence") if until is None else _("silence until {time}").format(time=clock(ms_from_s(until)))
            )
        elif item.kind == "bed":
            words.append(_("a noise bed of {n} s bridges the gap").format(n=item.bed_s))
        else:
            row = self.rows[item.track_id or ""]
            words += [self._energy(row, item, items, number), *self._step(row, before), *self._sound(row, window)]
            words += self._course(row, item, items[:number])
        return "; ".join(words)

    def _opening(self, item: PlanItem, before: PlanItem | None, window: PhaseWindow) -> list[str]:
        if before is not None and before.phase == item.phase:
            return []
        if before is None:
            if self.instance.before.track_ids or self.instance.before.bed:
                return [_("follows what played, in {phase}").format(phase=window.name)]
            return [_("opens the soundscape")]
        late = (item.start_s or 0) - window.from_s
        if late == 0:
            return [_("opens {phase} on its minute").format(phase=window.name)]
        side = _("{n} s late") if late > 0 else _("{n} s early")
        return [
            _("opens {phase} {late} (window {flex} s)").format(
                phase=window.name, late=side.format(n=abs(late)), flex=window.flex_s
            )
        ]

    def _energy(self, row: TrackRow, item: PlanItem, items: Sequence[PlanItem], number: int) -> str:
        start = item.start_s or Seconds(0)
        end = items[number + 1].start_s if number + 1 < len(items) else None
        first, last = self._wanted(start, start + row.duration_s if end is None else end)
        if first == last:
            return _("energy {energy:g} where {first} is wanted").format(energy=row.energy, first=first)
        return _("energy {energy:g} where {first} to {last} is wanted").format(
            energy=row.energy, first=first, last=last
        )

    def _wanted(self, start: Seconds, end: Seconds) -> tuple[str, str]:
        at = np.array([start, max(start, min(end, self.instance.horizon_s) - 1)])
        target, _weight, _over = energy_curve(self.instance.protocol, at)
        return f"{round(target[0], 1):g}", f"{round(target[1], 1):g}"

    def _step(self, row: TrackRow, before: PlanItem | None) -> list[str]:
        energy = self.instance.before.energy
        if before is not None:
            energy = self.rows[before.track_id].energy if before.track_id is not None else None
        if energy is None:
            return []
        if energy == row.energy:
            return [_("no step from the track before")]
        return [_("step {step} from the track before").format(step=signed(row.energy - energy, 1))]

    def _sound(self, row: TrackRow, window: PhaseWindow) -> list[str]:
        words = [_("startle {lu:.1f} of {most:g} LU").format(lu=row.startle_lu, most=window.startle_max_lu)]
        if window.brightness_max < 1:
            words.append(
                _("brightness {value:.2f} of {most:g}").format(value=row.brightness, most=window.brightness_max)
            )
        return words

    def _course(self, row: TrackRow, item: PlanItem, earlier: Sequence[PlanItem]) -> list[str]:
        words: list[str] = []
        if (row.track_id, item.phase) in self.pinned:
            words.append(_("pinned to {phase}").format(phase=item.phase))
        if self.of_a_patient:
            heard = not self.heard.isdisjoint({row.track_id, row.recording_id})
            words.append(_("an anchor, heard before") if heard else _("new in this course"))
        names = row.credited
        by_artist = sum(bool(self.rows[one.track_id].credited & names) for one in earlier if one.track_id is not None)
        if by_artist:
            words.append(_("track {n} tonight by the same artist").format(n=by_artist + 1))
        elif names & self.artists_heard:
            words.append(_("artist heard in this course"))
        return words
