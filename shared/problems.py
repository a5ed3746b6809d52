"""What a person can mend. Raised anywhere below a page, shown by the page in the reader's language."""


class Problem(ValueError):
    """Bad input or a missing file, said so that the reader knows what to do next.

    key: the sentence in a `texts.toml`; values: what fills its gaps. `str()` gives it in English, for logs and
    command lines; `shared.language.translate(problem.key, language, **problem.values)` gives it in any language.
    """

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values

    def __str__(self) -> str:
        from shared.language import translate

        return translate(self.key, "en", **self.values)
