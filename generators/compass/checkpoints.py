"""Checkpoints in the layout that Stable Diffusion was trained in: which kind one is, told by its names. Torch-free.

Such a file holds weights alone. The sizes of its networks and what reads prompts come with the program, in
`assets/compass/checkpoints/`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from generators.errors import BadInput
from generators.runtime.folders import assets_folder
from generators.runtime.weights import Header

NETWORK = "model.diffusion_model."
AUTOENCODER = "first_stage_model."
_FIRST_LAYER = f"{NETWORK}input_blocks.0.0.weight"
_CLIP = "cond_stage_model.transformer."
_OPEN_CLIP = "cond_stage_model.model."
_XL_FIRST = "conditioner.embedders.0.transformer."
_XL_SECOND = "conditioner.embedders.1.model."
_ONLY_FOLDERS = ("joint_blocks.", "double_blocks.", f"{NETWORK}joint_blocks.", f"{NETWORK}double_blocks.")


@dataclass(frozen=True)
class Layout:
    """One kind of checkpoint: `name` is that of its folder of configs, `prefixes` are what names begin with by part."""

    name: str
    prefixes: dict[str, tuple[str, ...]]

    @property
    def configs(self) -> Path:
        """The folder with the configs of its parts."""
        return configs_folder() / self.name


_LAYOUTS = (
    Layout("sd1", {"unet": (NETWORK,), "vae": (AUTOENCODER,), "text_encoder": (_CLIP,)}),
    Layout("sd2", {"unet": (NETWORK,), "vae": (AUTOENCODER,), "text_encoder": (_OPEN_CLIP,)}),
    Layout(
        "sdxl",
        {"unet": (NETWORK,), "vae": (AUTOENCODER,), "text_encoder": (_XL_FIRST,), "text_encoder_2": (_XL_SECOND,)},
    ),
)


def configs_folder() -> Path:
    """What comes with the program for checkpoints."""
    return assets_folder() / "compass" / "checkpoints"


def layout_named(name: str) -> Layout:
    """The layout called `name`."""
    return next(layout for layout in _LAYOUTS if layout.name == name)


def layout_of(header: Header, name: str) -> Layout:
    """The layout of a checkpoint; `name` is the file's.

    Raises:
        BadInput: it is a part of a model, an addition to one, or of a kind that is not known here.
    """
    names = tuple(header.tensors)
    if any(key.startswith(_ONLY_FOLDERS) for key in names):
        raise BadInput(
            f"{name} is a transformer model in one file, which is not read here: open the folder of the same model in "
            "the form of diffusers (with a model_index.json) instead."
        )
    if _FIRST_LAYER not in header.tensors:
        raise BadInput(
            f"{name} is not a whole picture model, perhaps a part or an addition of one: open the model's folder, the "
            "one with a model_index.json in it."
        )
    for layout in _LAYOUTS:
        if all(any(key.startswith(prefixes) for key in names) for prefixes in layout.prefixes.values()):
            break
    else:
        raise BadInput(
            f"{name} lacks the part that decodes pictures or the one that reads texts: choose a file of the model that "
            "holds everything, or its folder."
        )
    shape = header.tensors[_FIRST_LAYER].shape
    if len(shape) != 4 or shape[1] != 4:
        raise BadInput(
            f"{name} is a model for painting into pictures or for depth, which makes no pictures by itself: "
            "choose the plain one of the same kind."
        )
    return layout


def count_of(header: Header, prefixes: tuple[str, ...]) -> int:
    """How many parameters the names with `prefixes` have; what only training needs is left out."""
    return Header({}, {key: info for key, info in header.tensors.items() if key.startswith(prefixes)}).parameters
