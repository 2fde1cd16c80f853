"""One reader per format: a decoded file in, drafts out."""
