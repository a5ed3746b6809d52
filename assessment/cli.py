"""`python -m assessment`: score sheets in, final grades out.

Exit status: 0 good; 1 findings that must be settled, and nothing was written; 2 the command was not meant like that.
"""

import argparse
import difflib
import os
import re
import sys
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

from shared import settings
from shared.problems import Problem

from . import explaining, importing, policyfile, reports, statistics, whatif
from .cohort import ClassGrades, grade_class
from .cutoffs import find_robust_cutoffs
from .exporting import csvfile, jsonfile, template, xlsx
from .findings import unsettled
from .importing.headers import Vocabulary
from .policy import Policy
from .reports import say
from .rounding import exact_text

GOOD, UNSETTLED, USAGE = 0, 1, 2
_WIDEST_ID = 32
_GRADE = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,6})?")
_T = TypeVar("_T")


class BadCommand(Problem):
    """Something on the command line that cannot be meant."""


def language_of(arguments: Sequence[str]) -> str:
    """ "zh" or "en": from --lang, else GALLERY_LANG, else the terminal's locale."""
    for at, argument in enumerate(arguments):
        wish = arguments[at + 1] if argument == "--lang" and at + 1 < len(arguments) else argument.removeprefix("--lang=")
        if wish in ("zh", "en") and wish != argument:
            return wish
    chosen = settings.current().language
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return chosen if chosen != "auto" else "zh" if locale.lower().startswith("zh") else "en"


def build_parser(language: str) -> argparse.ArgumentParser:
    """The command line, its help in `language`."""

    def help_(key: str) -> str:
        return say(f"help_{key}", language).replace("%", "%%")

    general = argparse.ArgumentParser(add_help=False)
    general.add_argument("--policy", type=Path, default=policyfile.DEFAULT, metavar="FILE", help=help_("policy"))
    general.add_argument("--lang", choices=("zh", "en"), help=help_("lang"))
    general.add_argument("--json", action="store_true", help=help_("json"))
    reading = argparse.ArgumentParser(add_help=False)
    reading.add_argument("files", nargs="+", type=Path, metavar="FILE", help=help_("files"))
    reading.add_argument("--map", action="append", default=[], metavar="HEADER=KEY", help=help_("map"))
    reading.add_argument("--id-width", type=int, default=0, metavar="N", help=help_("id_width"))
    reading.add_argument("--accept-warnings", action="store_true", help=help_("accept_warnings"))
    reading.add_argument("--accept", action="append", default=[], metavar="ID", help=help_("accept"))
    reading.add_argument("--all", action="store_true", help=help_("all"))
    student = argparse.ArgumentParser(add_help=False)
    student.add_argument("student_id", metavar="ID", help=help_("student"))

    parser = argparse.ArgumentParser(prog="python -m assessment", description=help_("program"))
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, *parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
        return commands.add_parser(name, parents=[*parents, general], help=help_(name), description=help_(name))

    add("template").add_argument("output", nargs="?", type=Path, default=Path("scores.xlsx"), help=help_("template_output"))
    add("check", reading)
    add("grade", reading).add_argument("--output", action="append", type=Path, default=[], help=help_("output"))
    add("explain", student, reading)
    add("stats", reading)
    need = add("whatif", student, reading)
    need.add_argument("--item", help=help_("item"))
    need.add_argument("--target", action="append", default=[], metavar="GRADE", help=help_("target"))
    user = add("user")
    user.add_argument("deed", choices=("add", "passwd", "list", "remove"), help=help_("user_deed"))
    user.add_argument("username", nargs="?", help=help_("user_name"))
    user.add_argument("--owner", action="store_true", help=help_("user_owner"))
    for name in ("backup", "restore"):
        add(name).add_argument("file", type=Path, help=help_("backup_file"))
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit status."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        language = language_of(arguments)
    except settings.BadSetting as problem:
        print(problem, file=sys.stderr)
        return USAGE
    try:
        options = build_parser(language).parse_args(arguments)
    except SystemExit as end:  # argparse has said what is wrong
        return int(end.code or 0)
    try:
        if options.command in ("user", "backup", "restore"):
            from . import admin  # and with it the database, which nobody needs who only reads files

            return admin.run(options, language)
        return _Command(options, language).run()
    except Problem as problem:
        from shared.language import translate

        print(translate(problem.key, language, **problem.values), file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # "| head" has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return GOOD


class _Command:
    """One command with its options."""

    def __init__(self, options: argparse.Namespace, language: str) -> None:
        self.options, self.language = options, language
        self.policy: Policy = policyfile.read(options.policy)

    def run(self) -> int:
        """Do it. Returns the exit status. Raises Problem for what cannot be meant or written."""
        if self.options.command == "template":
            return self.template()
        for output in getattr(self.options, "output", []):
            self.check_output(output)
        if not 0 <= self.options.id_width <= _WIDEST_ID:
            raise BadCommand("assessment_bad_id_width", most=_WIDEST_ID)
        mapping = self.mapping()
        self.load = importing.load(
            self.options.files, self.policy, mapping=mapping, id_width=self.options.id_width, progress=self.progress
        )
        known = {finding.id for finding in self.load.findings}
        if unknown := [one for one in self.options.accept if one not in known]:
            raise BadCommand("assessment_bad_accept", id=unknown[0])
        self.blocking = unsettled(self.load.findings, self.options.accept, self.options.accept_warnings)
        if self.options.command == "check":
            return self.check()
        if self.blocking:
            self.print_json({"policy": self.policy.as_json(), "students": [], **self.findings_json()})
            self.complain()
            return UNSETTLED
        self.report_findings()
        return int(getattr(self, self.options.command)(grade_class(self.policy, self.load.gradebook)))

    def check_output(self, output: Path) -> None:
        """Raises BadCommand for a file that must not or cannot be written, before anything is."""
        if output.suffix.lower() not in (".xlsx", ".csv", ".json"):
            raise BadCommand("assessment_bad_output", file=str(output))
        if output.is_dir() or not output.parent.is_dir():
            raise BadCommand("assessment_no_output", file=str(output))
        if output.exists() and any(file.exists() and output.samefile(file) for file in self.options.files):
            raise BadCommand("assessment_output_is_input", file=str(output))

    def mapping(self) -> dict[str, str]:
        """--map, checked. Raises BadCommand."""
        targets = Vocabulary(self.policy).targets()
        found = {}
        for pair in self.options.map:
            header, _, target = pair.rpartition("=")
            if not header or target.strip() not in targets:
                nearest = difflib.get_close_matches(target.strip(), targets, n=1, cutoff=0)
                raise BadCommand("assessment_bad_map", pair=pair, nearest=nearest[0])
            found[header] = target.strip()
        return found

    def progress(self, things: Iterable[_T]) -> Any:
        """Show a bar on the terminal while long work goes on."""
        from tqdm import tqdm

        return tqdm(things, disable=None, leave=False, delay=1)

    def print_json(self, found: dict[str, Any]) -> None:
        """To standard output, if asked for."""
        if self.options.json:
            sys.stdout.write(jsonfile.dumps(found))

    def findings_json(self) -> dict[str, Any]:
        """The findings, as every report has them."""
        return {"findings": [finding.as_json() for finding in self.load.findings]}

    def complain(self) -> None:
        """Why nothing was written."""
        print(reports.findings(self.load.findings, self.language, infos=False, everything=self.options.all), file=sys.stderr)
        only_warnings = all(finding.severity == "warning" for finding in self.blocking)
        print(say("settle_warnings" if only_warnings else "settle_errors", self.language), file=sys.stderr)

    def report_findings(self) -> None:
        """Accepted warnings are shown once more: accepting is not forgetting."""
        if any(finding.severity == "warning" for finding in self.load.findings):
            print(
                reports.findings(self.load.findings, self.language, infos=False, everything=self.options.all), file=sys.stderr
            )

    def template(self) -> int:
        """Write an empty sheet."""
        if self.options.output.exists():
            raise BadCommand("assessment_template_exists", file=str(self.options.output))
        template.write(self.options.output, self.policy, self.language)
        self.print_json({"written": str(self.options.output)})
        print(say("written", self.language, file=self.options.output), file=sys.stderr)
        return GOOD

    def check(self) -> int:
        """Say everything that is odd in the files."""
        if self.options.json:
            self.print_json(
                {"policy": self.policy.as_json(), "student_count": len(self.load.gradebook), **self.findings_json()}
            )
        else:
            print(reports.findings(self.load.findings, self.language, infos=True, everything=self.options.all))
        return UNSETTLED if self.blocking else GOOD

    def grade(self, grades: ClassGrades) -> int:
        """Grade everybody: to files, as JSON, or as a table."""
        for output in self.options.output:
            kind = output.suffix.lower()
            if kind == ".xlsx":
                xlsx.write(output, grades, self.load.findings, self.language, progress=self.progress)
            elif kind == ".csv":
                csvfile.write(output, grades, self.language)
            else:
                jsonfile.write(output, grades, self.load.findings, progress=self.progress)
            print(say("written", self.language, file=output), file=sys.stderr)
        if self.options.json:
            self.print_json(jsonfile.as_json(grades, self.load.findings, progress=self.progress))
        elif not self.options.output:
            print(reports.grades(grades, self.language))
        return GOOD

    def student(self, grades: ClassGrades) -> int:
        """The student's place. Raises BadCommand for one that no file has."""
        from .importing.ids import BadId, clean

        wanted = self.options.student_id
        try:
            wanted = clean(wanted, self.options.id_width)
            return grades.gradebook.ids.index(wanted)
        except (BadId, ValueError):
            nearest = difflib.get_close_matches(wanted, grades.gradebook.ids, n=1, cutoff=0)
            raise BadCommand("assessment_no_student", id=wanted, nearest=nearest[0] if nearest else "-") from None

    def explain(self, grades: ClassGrades) -> int:
        """One student's grade with all its arithmetic."""
        place = self.student(grades)
        written = {
            language: explaining.explain(grades[place], self.policy, language, grades.graded) for language in ("zh", "en")
        }
        if self.options.json:
            self.print_json(
                {"student": jsonfile.student(grades[place], self.policy), "explanation": written, **self.findings_json()}
            )
        else:
            print(written[self.language])
        return GOOD

    def stats(self, grades: ClassGrades) -> int:
        """How the class did."""
        found = statistics.describe(grades)
        cutoffs = find_robust_cutoffs(grades.finals(), self.policy.letters)
        if self.options.json:
            letters = statistics.letter_counts(self.policy, grades)
            self.print_json(
                {"statistics": [vars(one) for one in found], "letters": [vars(one) for one in letters],
                 "cutoffs": [{"letter": one.letter.zh, "declared": exact_text(one.declared),
                              "suggested": exact_text(one.suggested), "moved": one.moved} for one in cutoffs],
                 **self.findings_json()}
            )  # fmt: skip
        else:
            print(reports.statistics(found, grades, cutoffs, self.language))
        return GOOD

    def whatif(self, grades: ClassGrades) -> int:
        """What a student still needs."""
        place = self.student(grades)
        scores = grades.gradebook.scores(place)
        item = self.item() or whatif.default_item(self.policy, scores)
        found = whatif.needed(self.policy, scores, item, self.targets(), grades.exact.mean)
        if self.options.json:
            rows = [
                {"target": exact_text(need.target), "outcome": need.outcome,
                 "score": None if need.score is None else exact_text(need.score)}
                for need in found
            ]  # fmt: skip
            self.print_json(
                {"student_id": grades.gradebook.ids[place], "item": item.key, "needs": rows, **self.findings_json()}
            )
        else:
            print(reports.needs(found, item, self.policy, self.language))
        return GOOD

    def item(self) -> Any:
        """The item of --item, None if it was not given. Raises BadCommand."""
        if self.options.item is None:
            return None
        items = {item.key: item for item in self.policy.items}
        meant = Vocabulary(self.policy).read(self.options.item).item or self.options.item
        if meant not in items:
            raise BadCommand("assessment_no_item", item=self.options.item, items=", ".join(items))
        return items[meant]

    def targets(self) -> list[Fraction]:
        """--target, else 60, 80 and 90. Raises BadCommand."""
        found = []
        for text in self.options.target or ("60", "80", "90"):
            if not _GRADE.fullmatch(text):
                raise BadCommand("assessment_bad_target", target=text[:40])
            found.append(Fraction(text))
        return found
