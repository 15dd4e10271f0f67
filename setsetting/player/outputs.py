"""Outputs a player can send to through a device: found by name, opened, watched, never exchanged.

`auto` is the system's default device when the player starts, and from then on that very device: no sound ever moves
to another by itself. `null` is paced by the clock and heard by nobody; miniaudio's own wakes four times as often. A
missing device is an error in a sentence; nothing is played on another one instead. The fast output has no device; see
`run`.
"""

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from setsetting.arrays import Block
from setsetting.errors import NotFound, Refused, SetSettingError, unknown
from setsetting.player.job import AUTO, NULL, VIRTUAL
from setsetting.units import Hertz, Milliseconds, frames_from_ms, s_from_ms
from setsetting.words.translate import _

Pull = Callable[[Block], int]

PERIOD_MS = Milliseconds(40)
PERIODS = 3
BUFFER_MS = Milliseconds(PERIOD_MS * PERIODS)
"""A change of level is heard after at most this: a period's wait and what is queued before it."""

OPENS_WITHIN_S = 3.0
"""So long a device that is tried may take to open and to let go."""
_LONGEST_CALLBACK_MS = Milliseconds(2_000)
_DISCARDING = ("Discard all samples", "Dummy Output")
"""How the null devices of ALSA, and of PulseAudio and PipeWire, begin, which stand in the list where there is no sound
card; they are no room's output, and what plays there is heard by nobody."""


class Output(Protocol):
    """An open output: calls `pull` from a thread of its own, and counts how often it did."""

    calls: int

    @property
    def is_started(self) -> bool:
        """Whether the device itself says that it still asks for sound."""

    def close(self) -> None:
        """Stop calling; may take long when the device is gone."""


class OpenOutput(Protocol):
    def __call__(self, name: str, rate_hz: Hertz, pull: Pull) -> Output: ...


@dataclass(frozen=True, slots=True)
class _Found:
    """A device of one of the system's sound services, by its id there."""

    name: str
    default: bool
    backend: Any
    id: Any


def resolve(output: str) -> str:
    """The name an output will be opened by: `auto` becomes the default device's name, a silent one keeps its own."""
    if output in VIRTUAL:
        return output
    devices = _devices()
    if not devices:
        raise NotFound(_("There is no sound device on this machine; connect one, or choose null, which plays unheard."))
    if output == AUTO:
        for device in devices:
            if device.default:
                return device.name
        raise NotFound(_("The system names no default sound device; choose one by its name."))
    if output not in [device.name for device in devices]:
        raise unknown(_("sound device"), output, [device.name for device in devices])
    return output


def resolve_all(outputs: Sequence[str]) -> tuple[str, ...]:
    """The names of several outputs; raises Refused where two of them are one."""
    found = tuple(map(resolve, outputs))
    for name in found:
        if found.count(name) > 1:
            raise Refused(_("The output {name} is named twice; name another beside it.").format(name=name))
    return found


def names() -> list[str]:
    """The devices that sound can be sent to, the default one first."""
    return [device.name for device in sorted(_devices(), key=lambda device: not device.default)]


def open_output(name: str, rate_hz: Hertz, pull: Pull) -> Output:
    """Open the null output or the device of exactly this name, and start it."""
    if name == NULL:
        return Unheard(rate_hz, pull)
    for device in _devices():
        if device.name == name:
            return _Device(device.backend, device.id, rate_hz, pull)
    raise NotFound(_("The sound device {name!r} is not there.").format(name=name))


def opens(name: str, rate_hz: Hertz, *, open_it: OpenOutput = open_output, within_s: float = OPENS_WITHIN_S) -> bool:
    """Open an output, send nothing but silence and let it go; False where that took longer than it may.

    Raises as `open_output`.
    """
    tried: list[SetSettingError | None] = []

    def silence(out: Block) -> int:
        out.fill(0.0)
        return len(out)

    def attempt() -> None:
        try:
            opened = open_it(name, rate_hz, silence)
        except SetSettingError as error:
            tried.append(error)
            return
        tried.append(None)
        opened.close()  # of a device that is gone it may never return

    trying = threading.Thread(target=attempt, daemon=True)
    trying.start()
    trying.join(within_s)
    for error in tried:
        if error is not None:
            raise error
    return bool(tried)


class Unheard:
    """An output without a device: the clock asks for a period after the other, as a device with `BUFFER_MS` would."""

    def __init__(self, rate_hz: Hertz, pull: Pull) -> None:
        self.calls = 0
        self.is_started = True
        self._pull = pull
        self._period = np.zeros((frames_from_ms(PERIOD_MS, rate_hz), 2), np.float32)
        threading.Thread(target=self._ask, daemon=True).start()

    def close(self) -> None:
        self.is_started = False

    def _ask(self) -> None:
        period_s, makes_up_s, due = s_from_ms(PERIOD_MS), s_from_ms(BUFFER_MS) - s_from_ms(PERIOD_MS), 0.0
        while self.is_started:
            due = max(due, time.monotonic() - makes_up_s)
            self._pull(self._period)
            self.calls += 1
            due += period_s
            time.sleep(max(0.0, due - time.monotonic()))


class _Device:
    def __init__(self, backend: Any, device_id: Any, rate_hz: Hertz, pull: Pull) -> None:
        import miniaudio

        self.calls = 0
        self._pull = pull
        self._open = True
        self._scratch = np.zeros((frames_from_ms(_LONGEST_CALLBACK_MS, rate_hz), 2), np.float32)
        with _quiet:
            try:
                self._device = miniaudio.PlaybackDevice(
                    output_format=miniaudio.SampleFormat.FLOAT32,
                    nchannels=2,
                    sample_rate=rate_hz,
                    buffersize_msec=PERIOD_MS,
                    callback_periods=PERIODS,
                    backends=[backend],
                    device_id=device_id,
                    app_name="Set & Setting",
                )
                feed = self._feed()
                next(feed)
                self._device.start(feed)
            except miniaudio.MiniaudioError as error:
                raise Refused(
                    _("The sound device cannot be opened ({why}); another program may hold it.").format(
                        why=", ".join(str(part) for part in error.args)
                    )
                ) from error

    def _feed(self) -> Generator[memoryview, int, None]:
        """What the device's callback runs: no lock, no I/O, one copy out of the ring."""
        asked = yield memoryview(b"")
        while self._open:
            out = self._scratch[:asked]
            self._pull(out)
            self.calls += 1
            asked = yield out.data.cast("B")

    @property
    def is_started(self) -> bool:
        import miniaudio

        device = self._device._device
        return self._open and device is not None and bool(miniaudio.lib.ma_device_is_started(device))

    def close(self) -> None:
        self._open = False
        self._device.close()


def _devices() -> list[_Found]:
    """Ask the first sound service that answers; a service that is not there is no error."""
    import miniaudio

    unheard = (miniaudio.Backend.NULL, miniaudio.Backend.CUSTOM)
    # PulseAudio (and PipeWire's stand-in) before ALSA: where it runs it owns the cards
    heard = sorted((b for b in miniaudio.get_enabled_backends() if b not in unheard), key=lambda b: b.value)
    for backend in heard:
        with _quiet, contextlib.suppress(miniaudio.MiniaudioError):
            found = _playbacks(miniaudio.Devices([backend]), backend)
            if found:
                return found
    return []


def _playbacks(listing: Any, backend: Any) -> list[_Found]:
    import miniaudio

    infos, count = miniaudio.ffi.new("ma_device_info**"), miniaudio.ffi.new("ma_uint32*")
    null = miniaudio.ffi.NULL
    if miniaudio.lib.ma_context_get_devices(listing._context, infos, count, null, null) != miniaudio.lib.MA_SUCCESS:
        return []
    found = []
    for index in range(count[0]):
        info = infos[0][index]
        name = miniaudio.ffi.string(info.name).decode(errors="replace")
        if not name.startswith(_DISCARDING):
            identity = miniaudio.ffi.new("ma_device_id *", info.id)  # a copy: the list's memory goes with it
            found.append(_Found(name, bool(info.isDefault), backend, identity))
    return found


class _Quiet:
    """Keeps what sound libraries print by themselves (ALSA: 35 lines without a card) off our stderr.

    Several threads may ask for it at once: the first turns stderr away and the last one turns it back. If each kept
    what it found, one would find what another had turned it to, and stderr would be lost for good.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked = 0
        self._kept = -1

    def __enter__(self) -> None:
        with self._lock:
            self._asked += 1
            if self._asked > 1:
                return
            sys.stderr.flush()
            self._kept = os.dup(2)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 2)
            os.close(nowhere)

    def __exit__(self, *_raised: object) -> None:
        with self._lock:
            self._asked -= 1
            if self._asked == 0:
                os.dup2(self._kept, 2)
                os.close(self._kept)


_quiet = _Quiet()
