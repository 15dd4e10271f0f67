"""Files of every usual format, decoded in process to float32 blocks at their own rate.

A damaged file is survived as ffmpeg survives it: what can't be decoded is dropped and counted, and
the rest goes on. What can't be opened at all is one sentence. Files only: no address is followed, and
a playlist file with an audio file's name is not opened. Nothing is ever written.
"""

import hashlib
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import av.logging
import numpy as np
import numpy.typing as npt

from setsetting.arrays import Block
from setsetting.audio.mpeg_head import encoder_padding
from setsetting.errors import BrokenFile, NotFound
from setsetting.machine.closable import Closable
from setsetting.units import Frames, Hertz
from setsetting.words.translate import _

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.resampler import AudioResampler
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet

av.logging.set_level(None)  # FFmpeg's own words never reach the terminal

DIGEST_DIGITS = 32
DEMUXERS = "aac,ac3,aiff,ape,asf,au,caf,dsf,flac,matroska,webm,mov,mp4,m4a,mp3,mpc,mpc8,ogg,tak,tta,w64,wav,wv"
"""No playlists, and nothing that reaches a network."""
ONE_INDEX = ("mov", "mp4", "m4a")
"""Containers that can't be read without their index, which a cut-off copy lacks."""

_HOLDS_FLOATS = ("pcm_f", "wavpack")
_FAILURES = (av.FFmpegError, ValueError, EOFError, OSError)
_GIVE_UP_AFTER = 50
"""Demuxer failures in a row; FFmpeg resynchronises far earlier where there is anything left."""

_UNNAMED = {  # channels of a file that does not name them, in the order of WAVEFORMATEXTENSIBLE
    1: ("FC",),
    2: ("FL", "FR"),
    3: ("FL", "FR", "FC"),
    4: ("FL", "FR", "BL", "BR"),
    5: ("FL", "FR", "FC", "BL", "BR"),
    6: ("FL", "FR", "FC", "LFE", "BL", "BR"),
    8: ("FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR"),
}

_SCALES: dict[str, tuple[np.dtype[Any], float]] = {
    "u8": (np.dtype(np.uint8), 1 / 128),
    "s16": (np.dtype(np.int16), 1 / 32768),
    "s32": (np.dtype(np.int32), 1 / 2147483648),
    "flt": (np.dtype(np.float32), 1.0),
    "dbl": (np.dtype(np.float64), 1.0),
}


class AudioDecoder(Closable):
    """One audio file, read once from its beginning; use it in a `with` statement.

    `claimed_frames` is what the file says of itself, which a truncated or untagged file gets wrong;
    only the blocks tell the length. `channel_names` are FFmpeg's short ones (FL, FR, FC, LFE, ...).
    """

    def __init__(self, path: Path, *, hashing: bool = True) -> None:
        """Open `path`; with `hashing=False` there is no `packet_digest()`, and decoding is a little quicker."""
        self.path = path
        self.damaged = 0
        self._hash: hashlib._Hash | None = None
        self._exhausted = False
        self._adapter: tuple[tuple[str, str, int], AudioResampler] | None = None
        self._container = _open(path)
        try:
            self._stream = _audio_stream(path, self._container)
            context = self._stream.codec_context
            context.thread_count = 1  # more threads bring nothing to audio and cost CPU
            self.rate_hz = Hertz(context.sample_rate)
            self.channels: int = context.channels
            self.channel_names = _channel_names(self._stream)
            self.codec: str = context.name
            if hashing:
                self._hash = hashlib.sha256(_how_decoded(path, self._stream))
            self.claimed_frames: Frames | None = self._claim()
        except BaseException:
            self._container.close()
            raise

    def close(self) -> None:
        self._container.close()

    def blocks(self, *, drop: Frames = Frames(0)) -> Generator[Block, None, None]:
        """Decode to (frames, channels) blocks, full scale 1.0, until the end; can be asked for once.

        The first `drop` frames are decoded and not given. Raises BrokenFile at the end when nothing in the file could be decoded.
        """
        anything = False
        for packet in _packets(self._container, self._stream, self):
            if self._hash is not None:
                self._hash.update(_content(packet, self.codec))
            try:
                frames = self._stream.decode(packet)
            except _FAILURES:
                self.damaged += 1
                continue
            for frame in frames:
                if not frame.samples:
                    continue
                anything = True
                if drop >= frame.samples and not self._is_changed(frame):
                    drop = Frames(drop - frame.samples)
                    continue
                for block in self._floats(frame):
                    if drop < len(block):
                        yield block[drop:]
                    drop = Frames(max(0, drop - len(block)))
        self._exhausted = True
        if not anything:
            raise BrokenFile(_("{path} holds no sound that can be decoded.").format(path=self.path))

    def packet_digest(self) -> str:
        """Identify what is decoded whatever the tags and the name; complete once `blocks()` is exhausted."""
        if self._hash is None or not self._exhausted:
            raise ValueError("the digest is complete only after all blocks were read with hashing")
        return self._hash.hexdigest()[:DIGEST_DIGITS]

    def _claim(self) -> Frames | None:
        stream, container = self._stream, self._container
        if stream.duration is not None and stream.time_base is not None:
            return Frames(max(0, round(stream.duration * stream.time_base * self.rate_hz)))
        if container.duration is not None:
            return Frames(max(0, round(container.duration * self.rate_hz / av.time_base)))
        return None

    def _floats(self, frame: "AudioFrame") -> Iterator[Block]:
        """Convert a decoder's frame to interleaved float32.

        A stream that changes its rate or channels on the way is brought back to what it began with.
        What is not a number in a file of floats becomes silence.
        """
        for whole in self._adapt(frame) if self._is_changed(frame) else (frame,):
            block = _interleave(whole)
            if self.codec.startswith(_HOLDS_FLOATS):
                np.nan_to_num(block, copy=False, nan=0.0, posinf=1.0, neginf=-1.0)
            yield block

    def _is_changed(self, frame: "AudioFrame") -> bool:
        return bool(frame.layout.nb_channels != self.channels or frame.sample_rate != self.rate_hz)

    def _adapt(self, frame: "AudioFrame") -> "list[AudioFrame]":
        from av.audio.resampler import AudioResampler

        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if self._adapter is None or self._adapter[0] != shape:
            self._adapter = (
                shape,
                AudioResampler(format="flt", layout="+".join(self.channel_names), rate=self.rate_hz),
            )
        try:
            return [out for out in self._adapter[1].resample(frame) if out.samples]
        except _FAILURES:
            self.damaged += 1
            return []


def packet_digest(path: Path) -> str:
    """Identify what is decoded from a file without decoding it; equal to `AudioDecoder.packet_digest()`."""
    container = _open(path)
    try:
        stream = _audio_stream(path, container)
        codec = stream.codec_context.name
        digest = hashlib.sha256(_how_decoded(path, stream))
        for packet in _packets(container, stream, None):
            digest.update(_content(packet, codec))
        return digest.hexdigest()[:DIGEST_DIGITS]
    finally:
        container.close()


def metadata_of(path: Path) -> tuple[tuple[str, str], ...]:
    """What a container, its audio stream and its chapters say: keys in small letters, texts in the file's order.

    A text in another encoding than UTF-8 is taken for that of Windows.
    """
    container = _open(path)
    try:
        said = [container.metadata, *(stream.metadata for stream in container.streams.audio)]
        chapters = [chapter["metadata"] for chapter in container.chapters()]
        pairs = [pair for one in said for pair in one.items()]
        pairs += [
            ("subtitle" if key.casefold() == "title" else key, text) for one in chapters for key, text in one.items()
        ]
        return tuple((key.casefold(), _in_windows_letters(text)) for key, text in pairs)
    finally:
        container.close()


def _in_windows_letters(text: str) -> str:
    raw = text.encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


# PyAV up to 18 fails on a tag in a bad encoding unless told otherwise; 19 has no such option.
_BAD_TAGS: Any = {"metadata_errors": "surrogateescape"} if int(av.__version__.split(".")[0]) < 19 else {}


def _open(path: Path) -> "InputContainer":
    try:
        if not path.exists():
            raise NotFound(_("{path} does not exist.").format(path=path))
        if not path.is_file():
            raise BrokenFile(_("{path} is not a file.").format(path=path))
        if path.stat().st_size == 0:
            raise BrokenFile(_("{path} is empty.").format(path=path))
        with path.open("rb"):
            pass
        opened: InputContainer = av.open(
            f"file:{path}",
            mode="r",
            container_options={"protocol_whitelist": "file", "format_whitelist": DEMUXERS},
            **_BAD_TAGS,
        )
        return opened
    except av.FFmpegError as error:
        if path.suffix.lower().lstrip(".") in ONE_INDEX:
            trouble = _("{path} has no index that can be read; it was probably cut off. Copy it again.")
        else:
            trouble = _("{path} is not audio that can be read, or its beginning is damaged.")
        raise BrokenFile(trouble.format(path=path)) from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or _("its name or content is not valid")
        raise BrokenFile(_("{path} cannot be read: {why}.").format(path=path, why=why)) from error


def _audio_stream(path: Path, container: "InputContainer") -> "AudioStream":
    if not container.streams.audio:
        raise BrokenFile(_("{path} holds no audio stream.").format(path=path))
    stream = container.streams.audio[0]
    context: Any = stream.codec_context
    if context is None or not context.sample_rate or not context.channels:
        raise BrokenFile(_("{path} is not audio, or encoded in a way that cannot be decoded.").format(path=path))
    return stream


def _packets(
    container: "InputContainer", stream: "AudioStream", counting: AudioDecoder | None
) -> "Iterator[Packet[AudioStream]]":
    """Demux to the end, past what the demuxer stumbles over; the last packet is the empty one that flushes."""
    stumbles = 0
    while stumbles < _GIVE_UP_AFTER:
        try:
            for packet in container.demux(stream):
                stumbles = 0
                yield packet
            return
        except _FAILURES:
            stumbles += 1
            if counting is not None:
                counting.damaged += 1


def _channel_names(stream: "AudioStream") -> tuple[str, ...]:
    named = tuple(channel.name for channel in stream.codec_context.layout.channels)
    return _UNNAMED.get(len(named), named) if "NONE" in named else named


def _how_decoded(path: Path, stream: "AudioStream") -> bytes:
    """What besides its packets decides what is decoded: rate, channels, format of samples, the decoder's set-up.

    An Opus header's gain and pre-skip stand in the set-up. What is trimmed stands with the packets; of an
    MP3 it is taken from its encoder's tag, since FFmpeg leaves the end untrimmed where other tags follow.
    """
    context = stream.codec_context
    words = (context.name, str(context.sample_rate), *_channel_names(stream), context.format.name)
    set_up = (
        encoder_padding(path) if context.name.startswith("mp3") else _set_up(context.extradata or b"", context.name)
    )
    return "\0".join(words).encode() + b"\0\0" + set_up


def _set_up(extradata: bytes, codec: str) -> bytes:
    """A decoder's set-up without what says nothing to it: a stream's length and checksum, and its tags."""
    if codec == "flac":
        return b""  # each frame tells its own, and how the whole stream does is known from the context
    if codec == "vorbis" and extradata[:1] == b"\x02":  # three headers behind their lengths; the second is the tags
        lengths, at = [0, 0], 1
        for number in (0, 1):
            while extradata[at : at + 1] == b"\xff":
                lengths[number], at = lengths[number] + 255, at + 1
            lengths[number], at = lengths[number] + int.from_bytes(extradata[at : at + 1]), at + 1
        return extradata[at : at + lengths[0]] + extradata[at + sum(lengths) :]
    return extradata


def _content(packet: "Packet[AudioStream]", codec: str) -> bytes:
    """The encoded audio in a packet, and what of it is not to be heard: edit lists, pre-skip, padding at the end."""
    content = _payload(packet, codec)
    for beside in packet.iter_sidedata():
        if beside.data_type == "skip_samples" and not codec.startswith("mp3"):
            content += b"skipped" + bytes(beside)
        elif beside.data_type == "new_extradata":
            content += _set_up(bytes(beside), codec)
    return content + b"discarded" if packet.is_discard else content


def _payload(packet: "Packet[AudioStream]", codec: str) -> bytes:
    """Return the encoded audio in a packet, without a tag at the file's end that the demuxer took for audio."""
    content = bytes(packet)
    if codec == "flac" and content[-128:-125] == b"TAG" and len(content) > 128:  # ID3v1 after a FLAC stream
        return content[:-128]
    if codec.startswith("mp3") and not (content[:1] == b"\xff" and content[1:2] >= b"\xe0"):
        return b""  # not the start of a frame: junk or a tag between frames
    return content


def _interleave(frame: "AudioFrame") -> Block:
    """Copy a decoder's samples to (frames, channels) float32; integers are scaled by their full range."""
    channels, samples = frame.layout.nb_channels, frame.samples
    kind = frame.format.name
    dtype, scale = _SCALES[kind.removesuffix("p")]
    out = np.empty((samples, channels), np.float32)
    if kind.endswith("p") and channels > 1:
        for index in range(channels):
            _scale(np.frombuffer(memoryview(frame.planes[index]), dtype, samples), scale, out[:, index])
    else:
        _scale(np.frombuffer(memoryview(frame.planes[0]), dtype, samples * channels), scale, out.reshape(-1))
    return out


def _scale(raw: npt.NDArray[Any], scale: float, out: Block) -> None:
    if raw.dtype == np.uint8:
        np.subtract(raw, np.float32(128), out=out, casting="unsafe")
        out *= np.float32(scale)
    elif scale == 1.0:
        out[:] = raw
    else:
        np.multiply(raw, np.float32(scale), out=out, casting="unsafe")
