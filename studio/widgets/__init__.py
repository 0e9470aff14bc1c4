"""The widgets the panels are made of. They know artifacts and colours, no document and no engine."""
