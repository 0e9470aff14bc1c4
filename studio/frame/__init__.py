"""What the window's frame is made of: the palette of commands, docks, settings, and messages of the session."""
