"""What `affect-studio` does without a window, one verb or family of verbs a file. No Qt and no torch."""
