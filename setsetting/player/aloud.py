"""Frames sent to an output by the program that asks, without a player's process: to hear again what was heard.

It holds the output as a player does, so that no session sounds beside it, and ends with who asked.
"""

import threading
import time
from pathlib import Path

from setsetting.audio.mix import Mix
from setsetting.errors import Refused, UsageError
from setsetting.player import outputs
from setsetting.player.again import HeardAgain
from setsetting.player.job import FAST, NULL, PlayerJob
from setsetting.player.occupancy import AGAIN, occupied
from setsetting.player.outputs import BUFFER_MS
from setsetting.player.transport import Transport
from setsetting.units import Frames, Milliseconds, s_from_ms
from setsetting.words.translate import _

_TICK_S = 0.05
_RISE_MS = Milliseconds(2_000)
"""What begins in the middle rises over this, so that it startles nobody."""
_STOP_MS = Milliseconds(500)
_GONE_AFTER_S = 5.0


def play(again: HeardAgain, output: str, clinic: str, stop: threading.Event) -> None:
    """Send all frames to an output, at their pace; returns when they are over, or faded out once `stop` is set.

    Raises Refused where a session plays on it, or it is gone.
    """
    if output == FAST:
        raise UsageError(_("What is heard again has its own pace; name an output, or null to play it unheard."))
    name = NULL if output == NULL else outputs.resolve(output)
    job = PlayerJob(AGAIN, Mix(again.rate_hz, again.frames, ()), output, clinic)
    with occupied(Path(), job, (name,)):
        transport = Transport(job.mix, Frames(0), lambda _mix, _frame: again, waits=False)
        try:
            if again.pieces[0].frame:
                transport.gain_stage.fade_in(Frames(0), _RISE_MS)
            _send(transport, name, stop)
        finally:
            transport.close()


def _send(transport: Transport, name: str, stop: threading.Event) -> None:
    while transport.fill():
        pass
    device = outputs.open_output(name, transport.rate_hz, transport.pull)
    calls, called_at = 0, time.monotonic()
    try:
        while not transport.ended:
            while transport.fill():
                pass
            if stop.is_set() and not transport.gain_stage.ending:
                transport.gain_stage.ask_fade_out(_STOP_MS)
            if device.calls != calls:
                calls, called_at = device.calls, time.monotonic()
            elif time.monotonic() - called_at > _GONE_AFTER_S:
                raise Refused(_("The output {name} takes no sound any more.").format(name=name))
            time.sleep(_TICK_S)
        time.sleep(s_from_ms(BUFFER_MS))  # what is in the device's buffer is still to be heard
    finally:
        threading.Thread(target=device.close, daemon=True).start()
