"""Everything that makes something: models, artifacts, exporters and the engine. No Qt in here."""
