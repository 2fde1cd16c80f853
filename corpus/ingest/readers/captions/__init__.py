"""Captions, WebVTT and SRT."""
