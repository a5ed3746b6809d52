"""The rooms of the gallery, in the order of their tabs. A new demo is a new folder and one more line here."""

GALLERY = [
    "mnist",
    "faces",
]
