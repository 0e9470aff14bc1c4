"""Whose work this program stands on: papers and standards, and data that was measured but never learnt from."""

from __future__ import annotations

PAPERS: tuple[tuple[str, str], ...] = (
    (
        "Russell, “A circumplex model of affect”, 1980; Russell and Mehrabian, 1977",
        "valence, arousal and dominance",
    ),
    ("Warriner, Kuperman, Brysbaert, “Norms of valence, arousal, and dominance”, 2013", "where named emotions lie"),
    (
        "Gebhard, “ALMA: a layered model of affect”, 2005; Becker-Asano and Wachsmuth, WASABI, 2010",
        "moods with inertia",
    ),
    (
        "Kang, Lu, Yu, Tan, Ye, Zhang, Bian, “EmoGen: Eliminating Subjective Bias in Emotional Music Generation”, 2023",
        "music from attributes, and the hundred features that a feeling is told by",
    ),
    ("McKay, Cumming, Fujinaga, “jSymbolic 2.2”, 2018", "what is measured of a score"),
    ("Hung et al., “EMOPIA”, 2021 (CC BY-NC-SA)", "aggregate statistics of feelings in music; never learnt from"),
    (
        "Gabrielsson and Lindström, “The role of structure in the musical expression of emotions”, 2010",
        "how tempo, mode and loudness follow a feeling",
    ),
    ("Krumhansl, “Cognitive Foundations of Musical Pitch”, 1990; Temperley, 2001", "keys and their spelling"),
    (
        "Liu et al., “EmoFace: Audio-driven Emotional 3D Face Animation”, IEEE VR 2024",
        "faces that speak and feel; its network can be used as a second one, under CC BY-NC 4.0",
    ),
    ("Edwards, Landreth, Fiume, Singh, “JALI”, 2016; Cohen and Massaro, 1993", "rules of speaking mouths"),
    ("Ekman, Friesen, Hager, “Facial Action Coding System”, 2002", "the space of facial actions"),
    ("Lee, Badler, Badler, “Eyes alive”, 2002", "blinks and gaze"),
    ("Boersma, “Accurate short-term analysis of the fundamental frequency”, 1993", "the pitch of a voice"),
    ("Baevski et al., “wav2vec 2.0”, 2020; Fan et al., “FaceFormer”, 2022", "what EmoFace hears with"),
    (
        "Kwon, Jeong, Uh, “Diffusion Models already have a Semantic Latent Space”, 2023",
        "directions in the inner features of picture models",
    ),
    (
        "Haufe et al., “On the interpretation of weight vectors of linear models”, 2014",
        "from judgements to a direction",
    ),
    ("Ho, Jain, Abbeel, 2020; Song, Meng, Ermon (DDIM), 2021; Zhao et al. (UniPC), 2023", "how pictures are sampled"),
    ("Rombach et al., “High-Resolution Image Synthesis with Latent Diffusion Models”, 2022", "latent picture models"),
    ("Radford et al., “Learning Transferable Visual Models” (CLIP), 2021", "how prompts are read"),
    ("Jordan et al., “Muon: An optimizer for hidden layers in neural networks”, 2024", "training"),
    (
        "ITU-R BS.1770-5; Giannoulis, Massberg, Reiss, “Digital dynamic range compressor design”, 2012",
        "levels of sound",
    ),
    (
        "MIDI 1.0 (MMA), MusicXML 4.0 (W3C), SoundFont 2.04 (E-mu), glTF 2.0 (Khronos), UsdSkel (OpenUSD)",
        "file formats",
    ),
)
"""Each with what it is the ground of here."""
