"""Pure rules of backups: names of segments, the form of sealed files, manifests, retention."""
