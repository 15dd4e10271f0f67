"""Acts on what a patient wishes of the music, short of a refusal."""

from collections.abc import Iterable

from setsetting.clinical.preferences import Wish, refuse_other
from setsetting.desk.clinic import Clinic
from setsetting.library.catalogue import called
from setsetting.record import rows, statement_rows
from setsetting.record.sound import refuse_edited
from setsetting.record.statement_kinds import Preferred
from setsetting.record.statement_rows import PreferenceRow


def prefer(clinic: Clinic, code: str, wish: Wish, what: str = "", value: str = "") -> tuple[PreferenceRow, ...]:
    """Keep a wish; a familiar track that was offered and not wanted is about nothing. The same again is nothing new."""
    if what or wish is not Wish.FAMILIAR:
        refuse_other(wish, what)
    if what == "track":
        with clinic.catalogue() as catalogue:
            value = called(value, catalogue.names().tracks).id
            catalogue.keep([value])
    with clinic.record() as record, record.whole():
        patient = rows.patient(record, code)
        said = Preferred(patient.named_id, str(wish), what, " ".join(value.split()))
        stands = statement_rows.preferences(record, patient.patient_id)
        if all((row.wish, row.what, row.value) != (said.wish, said.what, said.value) for row in stands):
            record.append("patient.preferred", said)
    return show(clinic, code)


def show(clinic: Clinic, code: str) -> tuple[PreferenceRow, ...]:
    """What a patient wishes, oldest first."""
    with clinic.record() as record:
        patient = rows.patient(record, code, withdrawn=True)
        refuse_edited(record, patient.patient_id)
        return tuple(statement_rows.preferences(record, patient.patient_id))


def titles(clinic: Clinic, told: Iterable[PreferenceRow]) -> dict[str, str]:
    """What the tracks among them are called, by id."""
    from setsetting.desk.meeting import titles as called_so

    wanted = [row.value for row in told if row.what == "track"]
    return called_so(clinic.names(), wanted) if wanted else {}
