"""Source files of every kind in, drafts of transcripts out."""
