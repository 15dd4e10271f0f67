"""The patient's own goal, scored when a form was filled: one question more, which escape leaves as not asked."""

from typing import TYPE_CHECKING

from setsetting.clinical.mindset import GOAL_ASKS
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.tui.task_screen import TaskScreen


async def ask_goal(screen: "TaskScreen", clinic: "Clinic", code: str, taken: str) -> None:
    """Ask how far the goal is lived, of a patient who has one; what is no number from 0 to 10 is asked again."""
    from setsetting.desk import mindset

    goal = mindset.show(clinic, code).goal
    question = _("{code}. {asks} {goal}").format(code=code, asks=GOAL_ASKS, goal=goal.words) if goal else ""
    if question:
        await screen.ask_and_do(question, lambda text: mindset.score_goal(clinic, code, text, taken), hint=_("0 to 10"))
