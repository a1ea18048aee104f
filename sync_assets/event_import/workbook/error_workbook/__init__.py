"""The upload itself with the other rows taken out: edits of single parts of its package, all else byte for byte."""
