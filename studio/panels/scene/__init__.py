"""The Scene panel."""
