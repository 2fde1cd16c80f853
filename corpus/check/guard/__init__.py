"""What a check knows of a workspace without its texts: releases, sources and names, by hash."""
