"""A process that appends until it is done or killed, saying each event once it is acknowledged.

python record_writer.py RECORD DEVICE COUNT NAME
"""

import sys
from pathlib import Path

from record_clinics import PATIENT, opened

from setsetting.record.kinds import TrackVetoed

PATIENT_S = 120.0
"""A machine without breath lets one of four writers wait for longer than a person would."""


def main() -> None:
    path, device, count, name = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
    with opened(path, device=device, wait_s=PATIENT_S) as record:
        for n in range(count):
            event = record.append("patient.vetoed", TrackVetoed(PATIENT, "tag", f"{name} {n}"), event_id=f"{name}-{n}")
            sys.stdout.write(f"{event.event_id} {event.hash}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
