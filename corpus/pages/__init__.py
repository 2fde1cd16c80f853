"""What a Parquet file says of itself, read from its bytes before anything is unpacked; pure."""
