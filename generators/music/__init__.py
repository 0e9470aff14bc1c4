"""The music room: from a feeling, through musical attributes, to a score (after EmoGen)."""
