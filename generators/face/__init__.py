"""The face room: a voice recording becomes facial actions, and actions become the controls of a rig."""
