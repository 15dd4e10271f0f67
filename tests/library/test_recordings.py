"""Recordings: encodings of one are known as one, what was said of one holds for all, and people decide what is near."""

import sqlite3

import mutagen
import numpy as np
import pytest
from music_files import encode, melody, write, write_wav

from setsetting.errors import NotFound, Refused, Stopped
from setsetting.library.catalogue import Catalogue
from setsetting.library.recordings import Kin, Kinship, recordings
from setsetting.library.scan import scan
from setsetting.soundscape.wishes import Wishes, refusing

ENCODINGS = ("wav", "mp3", "opus", "m4a")


@pytest.fixture
def catalogue(tmp_path):
    with Catalogue.open(tmp_path / "library.db") as opened:
        yield opened


@pytest.fixture
def music(tmp_path):
    folder = tmp_path / "music"
    folder.mkdir()
    return folder


def tone(seconds=12, hz=440):
    return 0.1 * np.sin(2 * np.pi * hz * np.arange(seconds * 44_100) / 44_100)


def by_name(catalogue):
    return {track.path.rpartition("/")[2]: track for track in catalogue.tracks()}


def test_four_encodings_are_one_recording_and_another_piece_is_not(music, catalogue):
    for suffix in ENCODINGS:
        encode(music / f"a.{suffix}", melody())
    encode(music / "b.flac", melody(seed=1))
    scan([music], catalogue)
    tracks = by_name(catalogue)
    assert len({track.id for track in tracks.values()}) == 5
    assert len({tracks[f"a.{suffix}"].recording_id for suffix in ENCODINGS}) == 1
    assert tracks["b.flac"].recording_id not in {None, tracks["a.wav"].recording_id}


def test_a_sound_too_even_to_be_known_again_is_of_no_recording(music, catalogue):
    encode(music / "tone.wav", tone())
    encode(music / "tone.flac", 0.5 * tone())
    scan([music], catalogue)
    assert [track.recording_id for track in catalogue.tracks()] == [None, None]


def test_a_lossy_copy_of_a_sound_too_even_to_be_known_is_met_with_it_and_another_tone_is_not(music, catalogue):
    encode(music / "tone.flac", tone())
    for name, sound in (("copy.mp3", 0.3 * tone()), ("copy.opus", tone()), ("higher.mp3", tone(hz=466))):
        encode(music / name, sound)
    scan([music], catalogue)
    tracks, found = by_name(catalogue), catalogue.recordings()
    met = found.met_by([tracks["tone.flac"].id])
    assert {name for name, track in tracks.items() if not met.isdisjoint(track.names)} == {
        "tone.flac",
        "copy.mp3",
        "copy.opus",
    }
    catalogue.say_same(tracks["copy.mp3"].id, tracks["tone.flac"].id, same=False, who="p1")
    catalogue.say_same(tracks["copy.mp3"].id, tracks["copy.opus"].id, same=False, who="p1")
    assert catalogue.recordings().met_by([tracks["tone.flac"].id]).isdisjoint(tracks["copy.mp3"].names)


def test_a_refusal_goes_on_from_part_to_part_and_to_what_holds_one_but_not_to_what_else_that_holds():
    excerpts = [
        Kin(part, whole, Kinship.EXCERPT, 0.1) for part, whole in (("b", "a"), ("c", "b"), ("x", "a"), ("a", "w"))
    ]
    found = recordings("abcxwn", [*excerpts, Kin("n", "c", Kinship.NEAR, 0.3)], {})
    assert found.met_by("a") >= found.names("abcxwn")
    assert found.met_by("c") >= found.names("abcwn")
    assert found.met_by("c").isdisjoint(found.names("x"))
    assert found.heard_with("a") >= found.names("abcxw")
    assert found.heard_with("a").isdisjoint(found.names("n"))
    assert set(found.shares()["rc"]) == {"rb", "ra", "rw"}


def test_what_was_said_of_an_mp3_holds_for_the_flac_that_replaced_it(music, catalogue, tmp_path):
    mp3 = encode(music / "a.mp3", melody())
    scan([music], catalogue)
    (old,) = catalogue.tracks()
    catalogue.set_fields(old.id, {"energy": "8", "lyrics": "none", "title": "Sea"}, who="p1")
    catalogue.tag(old.id, ["ocean"], [], who="p1")
    mp3.unlink()
    encode(music / "b.flac", melody())
    scan([music], catalogue)
    (new,) = catalogue.tracks()
    assert new.id != old.id
    assert (new.energy, new.lyrics, new.title, new.tags) == (8.0, "none", "Sea", ("ocean",))
    catalogue.set_fields(new.id, {"energy": "3"}, who="p1")
    assert catalogue.tracks()[0].energy == 3.0
    catalogue.close()
    (tmp_path / "library.db").unlink()
    with Catalogue.open(tmp_path / "library.db") as again:
        scan([music], again)
        assert (again.tracks()[0].energy, again.tracks()[0].title) == (3.0, "Sea")
        assert again.recordings().of[old.id] == again.tracks()[0].recording_id


def test_an_excerpt_is_no_encoding_but_a_refusal_of_the_whole_meets_it(music, catalogue):
    whole = melody(40)
    encode(music / "part.mp3", whole[15 * 44_100 : 25 * 44_100])
    encode(music / "other.mp3", melody(10, seed=5))
    scan([music], catalogue)
    encode(music / "whole.flac", whole)
    scan([music], catalogue)
    tracks = by_name(catalogue)
    assert tracks["part.mp3"].recording_id != tracks["whole.flac"].recording_id
    met = catalogue.recordings().met_by([tracks["whole.flac"].id])
    assert not met.isdisjoint(tracks["part.mp3"].names)
    assert met.isdisjoint(tracks["other.mp3"].names)
    part, whole_, other = tracks["part.mp3"], tracks["whole.flac"], tracks["other.mp3"]
    assert (part.shares, whole_.shares, other.shares) == ((whole_.recording_id,), (part.recording_id,), ())
    heard = Wishes(heard_tracks=frozenset({whole_.id})).over(catalogue.recordings(), catalogue.tracks())
    assert [heard.has_heard(track) for track in (whole_, part, other)] == [True, True, False]
    catalogue.say_same(part.id, whole_.id, same=False, who="p1")
    assert by_name(catalogue)["part.mp3"].shares == ()


@pytest.mark.parametrize(("begin_s", "first"), [(0, "whole"), (37, "medley"), (60, "whole")])
def test_a_passage_anywhere_in_a_medley_is_met_by_a_refusal_of_what_it_is_from(music, catalogue, begin_s, first):
    whole, others = melody(80), [melody(20, seed=seed) for seed in (5, 6)]
    passage = 0.3 * whole[begin_s * 44_100 : (begin_s + 20) * 44_100]
    ways = {0: [passage, *others], 37: [others[0], passage, others[1]], 60: [*others, passage]}
    sounds = {"whole": lambda: encode(music / "whole.flac", whole)}
    sounds["medley"] = lambda: encode(music / "medley.mp3", np.concatenate(ways[begin_s]))
    encode(music / "other.mp3", melody(70, seed=7))
    for name in sorted(sounds, key=first.__ne__):
        sounds[name]()
        scan([music], catalogue)
    tracks = by_name(catalogue)
    ids = {name: tracks[name].id for name in tracks}
    assert [(kin.kinship, {kin.track_id, kin.other_id}) for kin in catalogue.recordings().kin] == [
        (Kinship.PASSAGE, {ids["whole.flac"], ids["medley.mp3"]})
    ]
    for refused, met in (("whole.flac", "medley.mp3"), ("medley.mp3", "whole.flac")):
        asked = Wishes(veto_tracks=frozenset({ids[refused]})).over(catalogue.recordings(), catalogue.tracks())
        assert [bool(asked.forbids(tracks[name])) for name in (refused, met, "other.mp3")] == [True, True, False]
    assert tracks["medley.mp3"].shares == (tracks["whole.flac"].recording_id,)
    catalogue.say_same(ids["whole.flac"], ids["medley.mp3"], same=False, who="p1")
    assert by_name(catalogue)["medley.mp3"].shares == ()


def test_a_passage_is_met_with_what_holds_it_but_not_with_what_else_stands_beside_it():
    beside = [Kin("a", "m", Kinship.PASSAGE, 0.1), Kin("m", "x", Kinship.PASSAGE, 0.1)]
    held = [
        Kin("p", "a", Kinship.EXCERPT, 0.1),
        Kin("q", "m", Kinship.EXCERPT, 0.1),
        Kin("m", "w", Kinship.EXCERPT, 0.1),
    ]
    found = recordings("amxpqw", [*beside, *held], {})
    assert found.met_by("a") >= found.names("amwp")
    assert found.met_by("a").isdisjoint(found.names("xq"))


def test_a_track_is_known_with_its_kin_or_not_at_all(music, catalogue, monkeypatch):
    encode(music / "whole.flac", melody(40))
    scan([music], catalogue)
    encode(music / "part.mp3", melody(40)[15 * 44_100 : 25 * 44_100])

    def killed(_kin):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(catalogue.cache, "put_kin", killed)
        with pytest.raises((KeyboardInterrupt, Stopped)):
            scan([music], catalogue)
    assert set(by_name(catalogue)) == {"whole.flac"}
    scan([music], catalogue)
    assert len(catalogue.recordings().kin) == 1


def test_two_scans_at_once_see_each_others_tracks(music, catalogue, tmp_path):
    other_folder = tmp_path / "other"
    other_folder.mkdir()
    encode(music / "whole.flac", melody(40))
    encode(other_folder / "part.mp3", melody(40)[15 * 44_100 : 25 * 44_100])
    begun = []

    def another_scan(_step):
        if not begun:
            begun.append(True)
            with Catalogue.open(tmp_path / "library.db") as other:
                scan([other_folder], other)

    scan([music], catalogue, report=another_scan)
    assert [kin.kinship for kin in catalogue.recordings().kin] == [Kinship.EXCERPT]


def test_people_part_and_join_and_take_it_back(music, catalogue):
    for name in ("a.wav", "a.mp3"):
        encode(music / name, melody())
    encode(music / "b.wav", melody(seed=1))
    scan([music], catalogue)
    ids = {name: track.id for name, track in by_name(catalogue).items()}

    def recording(name):
        return by_name(catalogue)[name].recording_id

    catalogue.say_same(ids["a.mp3"], ids["a.wav"], same=False, who="p1")
    assert recording("a.mp3") != recording("a.wav")
    assert catalogue.recordings().kin == ()
    catalogue.say_same(ids["a.wav"], ids["a.mp3"], same=None, who="p1")
    assert recording("a.mp3") == recording("a.wav")
    catalogue.say_same(ids["b.wav"], ids["a.mp3"], same=True, who="p1")
    assert len({recording(name) for name in ids}) == 1
    with pytest.raises(Refused, match="one track"):
        catalogue.say_same(ids["a.wav"], ids["a.wav"], same=True, who="p1")


def test_what_is_near_is_asked_of_the_curator_and_met_by_a_refusal_until_then():
    near = [Kin("a", "b", Kinship.NEAR, 0.3)]
    undecided = recordings("abc", near, {})
    assert undecided.of["a"] != undecided.of["b"]
    assert undecided.kin == tuple(near)
    assert undecided.met_by("a") >= undecided.names("b")
    assert undecided.met_by("a").isdisjoint(undecided.names("c"))
    parted = recordings("abc", near, {frozenset("ab"): False})
    assert parted.kin == ()
    assert parted.met_by("a").isdisjoint(parted.names("b"))
    joined = recordings("abc", near, {frozenset("ab"): True})
    assert joined.of["a"] == joined.of["b"] != joined.of["c"]


def test_two_that_were_parted_are_not_joined_by_a_third():
    same = [Kin("a", "b", Kinship.SAME, 0.1), Kin("b", "c", Kinship.SAME, 0.1)]
    of = recordings("abc", same, {frozenset("ac"): False}).of
    assert of["a"] != of["c"]


def test_a_file_with_a_little_damage_says_so(music, catalogue):
    path = write(music / "a.m4a", 20)
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 400] = np.random.default_rng(3).bytes(400)
    path.write_bytes(content)
    write(music / "b.wav")
    result = scan([music], catalogue)
    assert not result.failed
    damaged = {name: track.damaged for name, track in by_name(catalogue).items()}
    assert damaged["b.wav"] is None
    assert "cannot be decoded" in damaged["a.m4a"]


def test_a_curation_of_an_older_program_is_refused_with_one_sentence(tmp_path):
    with sqlite3.connect(tmp_path / "curation.db") as db:
        db.execute("PRAGMA user_version = 1")
    db.close()
    with pytest.raises(Refused, match="older program"):
        Catalogue.open(tmp_path / "library.db")


def test_a_second_copy_stands_in_for_a_file_that_is_not_there(music, catalogue):
    write(music / "a.wav")
    (music / "b.wav").write_bytes((music / "a.wav").read_bytes())
    scan([music], catalogue)
    assert [track.path for track in catalogue.tracks()] == [str(music / "a.wav")]
    (music / "a.wav").unlink()
    assert [track.path for track in catalogue.tracks()] == [str(music / "b.wav")]
    (music / "b.wav").unlink()
    assert [track.path for track in catalogue.tracks()] == [str(music / "a.wav")]


def test_a_folder_that_is_gone_is_forgotten_and_what_was_said_comes_back_with_it(music, catalogue, tmp_path):
    more = tmp_path / "music and more"
    more.mkdir()
    encode(music / "a.wav", melody())
    encode(more / "b.wav", melody(seed=1))
    scan([music, more], catalogue)
    (other,) = (track for track in catalogue.tracks() if track.title == "b")
    catalogue.set_fields(other.id, {"energy": "9"}, who="p1")
    assert catalogue.forget(music) == 1
    assert [track.title for track in catalogue.tracks()] == ["b"]
    assert catalogue.forget(more) == 1
    assert catalogue.tracks() == ()
    with pytest.raises(NotFound, match="knows no file"):
        catalogue.forget(more)
    scan([more], catalogue)
    (more / "b.wav").rename(music / "b.wav")
    more.rmdir()
    with pytest.raises(NotFound, match="library forget"):
        scan([more], catalogue)
    assert [track.energy for track in catalogue.tracks()] == [9.0]


def test_lossless_copies_of_an_even_sound_are_one_recording(music, catalogue):
    for name in ("a.wav", "b.flac", "c.aiff"):
        encode(music / name, tone())
    encode(music / "d.wav", tone(13))
    scan([music], catalogue)
    of = {name: track.recording_id for name, track in by_name(catalogue).items()}
    assert of["a.wav"] is not None
    assert of["a.wav"] == of["b.flac"] == of["c.aiff"]
    assert of["d.wav"] is None


def test_a_wav_whose_header_declares_another_rate_is_the_recording_it_was(music, catalogue, tmp_path):
    path = write_wav(music / "a.wav", rate=22_050)
    scan([music], catalogue)
    (before,) = catalogue.tracks()
    catalogue.set_fields(before.id, {"energy": "9"}, who="p1")
    content = bytearray(path.read_bytes())
    content[24:32] = (44_100).to_bytes(4, "little") + (88_200).to_bytes(4, "little")
    path.write_bytes(content)
    scan([music], catalogue)
    (after,) = catalogue.tracks()
    assert after.id != before.id
    assert after.id in catalogue.recordings().met_by([before.id])
    assert after.energy == 9.0
    catalogue.close()
    (tmp_path / "library.db").unlink()
    with Catalogue.open(tmp_path / "library.db") as again:
        scan([music], again)
        assert after.id in again.recordings().met_by([before.id])


def credited(path, artist):
    file = mutagen.File(path)
    file["artist"] = artist
    file.save()
    return path


@pytest.mark.parametrize("loss", ["forgotten", "deleted", "another sound"])
def test_whom_a_file_credited_its_recording_goes_on_to_credit(music, catalogue, tmp_path, loss):
    tagged = tmp_path / "tagged"
    tagged.mkdir()
    first = credited(encode(tagged / "a.flac", melody()), "Mira Dost")
    encode(music / "b.mp3", melody())
    encode(music / "c.wav", melody(seed=1))
    scan([music, tagged], catalogue)
    if loss == "forgotten":
        catalogue.forget(tagged)
    else:
        credited(encode(tagged / "z.flac", melody(seed=2)), "Somebody")
        if loss == "deleted":
            first.unlink()
        else:
            (tagged / "z.flac").replace(first)
        scan([music, tagged], catalogue)
    asked = refusing([("artist", "mira dost")])
    for tracks in (catalogue.tracks(), catalogue.names().tracks):
        assert {track.path.rpartition("/")[2] for track, _refusal in asked.met_in(tracks)} == {"b.mp3"}


def test_what_a_kept_track_was_credited_to_holds_when_its_file_is_tagged_anew_again_and_again(music, catalogue):
    credited(encode(music / "a.flac", melody()), "Mira Dost")
    scan([music], catalogue)
    for name in ("Ana Vale", "Ben Oz"):
        catalogue.keep([track.id for track in catalogue.tracks()])
        credited(music / "a.flac", name)
        scan([music], catalogue)
        (track,) = catalogue.tracks()
        assert track.artist == name
        for tracks in (catalogue.tracks(), catalogue.names().tracks):
            assert list(refusing([("artist", "mira dost")]).met_in(tracks))


def test_a_file_that_is_tagged_anew_or_moved_credits_what_it_says_now(music, catalogue):
    credited(encode(music / "a.flac", melody()), "Mira Dost")
    encode(music / "b.mp3", melody())
    scan([music], catalogue)
    credited(music / "a.flac", "Ana Vale").rename(music / "c.flac")
    scan([music], catalogue)
    assert {track.artists for track in catalogue.tracks()} == {("Ana Vale",), ()}
