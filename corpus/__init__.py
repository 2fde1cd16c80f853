"""corpus: raw interview transcripts in, a versioned, de-identified Parquet corpus out."""

__version__ = "0.1.0"
