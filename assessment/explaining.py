"""A student's grade, written out as a person would with a pencil."""

from fractions import Fraction

from shared.language import translate

from .grades import Line, StudentGrade, grade_text
from .policy import Policy
from .rounding import exact_text, short_text
from .scores import Mark
from .terminal import table

_HUNDRED = Fraction(100)


def explain(grade: StudentGrade, policy: Policy, language: str, students: int | None = None) -> str:
    """Every score with its weight and what it gives, the sum, the rounding, the letter, and what stands so far.

    language: "zh" or "en". students: how many have a rank.
    """

    def say(key: str, **values: object) -> str:
        return translate(f"assessment_explain_{key}", language, **values)

    lines = [" ".join(filter(None, (grade.student_id, grade.name, grade.group)))]
    rows = []
    for line in grade.lines:
        score, weight, contribution = arithmetic(line)
        rows.append(
            (
                f"  {line.item.name(language)}",
                score,
                weight and f"× {weight}",
                contribution and f"= {contribution}",
                remark(line, policy, language),
            )
        )
    lines.append(table(rows, right=(1, 3)))
    lines += steps(grade, policy, language)
    if stands := so_far(grade, policy, language):
        lines.append(stands)
    if grade.rank is not None and grade.percentile is not None:
        lines.append(say("rank", rank=grade.rank, students=students or "?", percentile=short_text(grade.percentile, 1)))
    return "\n".join(lines)


def steps(grade: StudentGrade, policy: Policy, language: str) -> list[str]:
    """From the contributions to the letter, a sentence each: sum, cap, rounding, curve, letter; or that it is withheld."""

    def say(key: str, **values: object) -> str:
        return translate(f"assessment_explain_{key}", language, **values)

    if grade.exact is None:
        return [say("withheld")]
    whole = sum((line.contribution for line in grade.lines), Fraction(0))
    terms = " + ".join(exact_text(line.contribution) for line in grade.lines if line.weight)
    found = [say("sum", sum=terms or "0", exact=_with_decimals(whole))]
    if whole != grade.exact:
        found.append(say("cap", cap=exact_text(grade.exact)))
    mode = policy.rounding.mode
    if mode != "none":
        found.append(say(mode, digits=policy.rounding.digits, total=grade_text(policy, grade.total)))
    if grade.curved is not None and policy.curve:
        found.append(say("curved", kind=say(f"curve_{policy.curve.kind}"), curved=grade_text(policy, grade.curved)))
    if grade.letter:
        found.append(say("letter", letter=getattr(grade.letter, language), points=exact_text(grade.letter.points)))
    return found


def so_far(grade: StudentGrade, policy: Policy, language: str) -> str | None:
    """What stands so far, in a sentence; None if there is nothing yet."""
    if grade.so_far_exact is None:
        return None
    values = {"so_far": grade_text(policy, grade.so_far), "exact": short_text(grade.so_far_exact)}
    return translate("assessment_explain_so_far", language, **values)


def _with_decimals(value: Fraction) -> str:
    """ "59.5", or "5761/120 ≈ 48.0083" where the decimals do not end."""
    exact, short = exact_text(value), short_text(value)
    return exact if exact == short else f"{exact} {short}"


def arithmetic(line: Line) -> tuple[str, str, str]:
    """A line's score, weight and contribution: ("62", "5%", "3.1"); the score after a late penalty; "" for what has none."""
    part = line.item.component
    if line.earned is None and not line.weight:
        return "", "", ""
    value = exact_text((line.earned or Fraction(0)) * part.maximum)
    score = value if part.maximum == _HUNDRED else f"{value}/{exact_text(part.maximum)}"
    if not line.weight:
        return score, "", ""
    return score, f"{exact_text(line.weight)}%", exact_text(line.contribution)


def remark(line: Line, policy: Policy, language: str) -> str:
    """Why a line is not simply score times weight."""

    def say(key: str, **values: object) -> str:
        return translate(f"assessment_explain_{key}", language, **values)

    remarks = []
    mark = line.score.mark
    if mark in (Mark.MISSING, Mark.PENDING):
        treatment = policy.missing if mark is Mark.MISSING else policy.pending
        remarks.append(say(mark.value) if line.item.component.extra_credit else say(f"{mark.value}_{treatment}"))
    elif mark is not Mark.NONE:
        remarks.append(say(mark.value))
    if line.penalty and line.value is not None:
        lost = exact_text(line.penalty * line.item.component.maximum)
        remarks.append(say("late", days=line.score.days_late, value=exact_text(line.value), lost=lost))
    if line.dropped:
        remarks.append(say("dropped"))
    if line.weight and line.weight != line.item.weight:
        remarks.append(say("weight", weight=exact_text(line.item.weight)))
    return "; ".join(remarks)
