"""Faces: found, aligned, recognised."""
