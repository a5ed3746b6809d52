"""Faces on pictures: finding them, and turning each upright to a size of its own. Several rooms need it.

detection   two detectors behind one interface      mtcnn, centerface
alignment   the five points on a template; or the plain crop
"""
