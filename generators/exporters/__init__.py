"""The formats that results can be exported in, one a file. To add one: its file, and a line in EXPORTERS."""

from __future__ import annotations

from generators.errors import BadRequest
from generators.exporter import Exporter
from generators.exporters.contact_sheet import ContactSheetExporter
from generators.exporters.curves_csv import CurvesCsvExporter, MetaHumanCsvExporter
from generators.exporters.curves_json import CurvesJsonExporter
from generators.exporters.direction import DirectionExporter
from generators.exporters.emoface_text import EmoFaceTextExporter
from generators.exporters.film import FilmExporter
from generators.exporters.flac import FlacExporter
from generators.exporters.gltf import GltfExporter
from generators.exporters.livelink import LiveLinkFaceExporter
from generators.exporters.midi import MidiExporter
from generators.exporters.musicxml import MusicXmlExporter
from generators.exporters.picture_films import (
    PictureFramesExporter,
    PictureGifExporter,
    PictureMp4Exporter,
    PictureWebpExporter,
)
from generators.exporters.picture_sheets import MapExporter, PictureSheetExporter, StripExporter
from generators.exporters.pictures import JpegExporter, PngExporter, PngFolderExporter, TiffExporter, WebpExporter
from generators.exporters.script_blender import BlenderScriptExporter
from generators.exporters.script_maya import MayaScriptExporter
from generators.exporters.script_unreal import UnrealScriptExporter
from generators.exporters.stems import FlacStemsExporter, MidiStemsExporter, WavStemsExporter
from generators.exporters.usd import UsdExporter
from generators.exporters.wav import Wav16Exporter, WavExporter

EXPORTERS: tuple[Exporter, ...] = (
    MidiExporter(),
    MusicXmlExporter(),
    WavExporter(),
    Wav16Exporter(),
    FlacExporter(),
    WavStemsExporter(),
    FlacStemsExporter(),
    MidiStemsExporter(),
    FilmExporter(),
    ContactSheetExporter(),
    LiveLinkFaceExporter(),
    UnrealScriptExporter(),
    MayaScriptExporter(),
    MetaHumanCsvExporter(),
    EmoFaceTextExporter(),
    GltfExporter(),
    UsdExporter(),
    BlenderScriptExporter(),
    CurvesCsvExporter(),
    CurvesJsonExporter(),
    PngExporter(),
    JpegExporter(),
    WebpExporter(),
    TiffExporter(),
    PngFolderExporter(),
    PictureSheetExporter(),
    StripExporter(),
    MapExporter(),
    PictureMp4Exporter(),
    PictureWebpExporter(),
    PictureGifExporter(),
    PictureFramesExporter(),
    DirectionExporter(),
)


def exporters_for(kind: str) -> tuple[Exporter, ...]:
    """The exporters that accept artifacts of `kind`."""
    return tuple(exporter for exporter in EXPORTERS if kind in exporter.accepts)


def exporter_named(name: str) -> Exporter:
    """The exporter called `name`.

    Raises:
        BadRequest: there is none; the message lists those there are.
    """
    for exporter in EXPORTERS:
        if exporter.name == name:
            return exporter
    known = ", ".join(exporter.name for exporter in EXPORTERS)
    raise BadRequest(f"“{name}” is not a form that can be exported: choose {known}.")
