"""The Qt shell of Affect Studio. Nothing in here imports torch, not even indirectly."""
