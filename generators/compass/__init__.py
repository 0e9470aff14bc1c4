"""The compass room: directions of feeling in the space of a picture model, found by sorting and travelled along."""
