"""Training: reproducible, quick, stopped at once, one after another, and never in the way of the pad."""

import time

import pytest
import torch

from demos.mnist import data, live, recipes
from demos.mnist.training import Training, accuracy, one_cycle

SMALL = 3000


def train(recipe: recipes.Recipe, count: int = SMALL) -> torch.nn.Module:
    training = Training(recipe, data.load().train[:count])
    for _ in training:
        pass
    return training.network


def test_the_same_seed_gives_the_same_network_and_another_one_does_not() -> None:
    first, again, other = (train(recipes.live("adamw", 256, "relu", seed, epochs=0.5)) for seed in (1, 1, 2))
    weights = [torch.cat([p.flatten() for p in net.parameters()]) for net in (first, again, other)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


@pytest.mark.parametrize("optimiser", recipes.OPTIMISERS)
@pytest.mark.parametrize("batch_size", [32, 512])
def test_every_optimiser_learns(optimiser: str, batch_size: int) -> None:
    network = train(recipes.live(optimiser, batch_size, "relu", 0, epochs=6 if optimiser != "sgd" else 20))
    assert accuracy(network, data.load().test[:2000]) > (0.3 if optimiser == "sgd" else 0.6), "chance is 0.1"


@pytest.mark.parametrize("activation", recipes.ACTIVATIONS)
def test_every_activation_learns(activation: str) -> None:
    network = train(recipes.live("adamw", 128, activation, 0, epochs=6))
    assert accuracy(network, data.load().test[:2000]) > 0.7


def test_the_fast_recipe_keeps_the_lectures_promise() -> None:
    assert accuracy(train(recipes.RECIPES["fast"], 60_000), data.load().test) >= 0.985


def test_the_slides_recipe_is_the_slides() -> None:
    recipe = recipes.RECIPES["slide"]
    assert (recipe.network, recipe.optimiser, recipe.learning_rate, recipe.batch_size) == ("lecture", "sgd", 0.01, 128)
    assert (recipe.weight_decay, recipe.label_smoothing, recipe.distortion, recipe.average) == (0, 0, None, 0)


def test_a_training_by_the_clock_ends_by_the_clock() -> None:
    training = Training(recipes.live("adamw", 256, "relu", 0, seconds=1), data.load().train)
    steps = list(training)
    assert steps[-1].fraction == 1
    assert 1 <= steps[-1].elapsed_s < 2


def test_one_cycle_rises_then_falls_to_nothing() -> None:
    rates = [one_cycle(done / 100) for done in range(101)]
    assert max(rates) == pytest.approx(1) and rates.index(max(rates)) == 25
    assert rates[0] == pytest.approx(0.1) and rates[-1] == 0


def wait_for(condition, seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_a_watched_training_leaves_curves_matrix_and_mistakes() -> None:
    job = live.Trainer(1).submit(recipes.live("adamw", 256, "relu", 0, epochs=0.5))
    assert job.wait(120) and job.state == "done" and job.outcome is not None
    assert [p.elapsed_s for p in job.points] == sorted(p.elapsed_s for p in job.points)
    assert job.points[0].accuracy < 0.5 < 0.9 < job.points[-1].accuracy, "it starts from nothing"
    outcome = job.outcome
    assert outcome.confusion.sum() == 10_000
    assert outcome.confusion.sum(axis=1).tolist() == torch.bincount(data.load().test.labels).tolist()
    assert outcome.accuracy == pytest.approx(outcome.confusion.trace() / 10_000)
    assert outcome.accuracy == pytest.approx(accuracy(outcome.network, data.load().test), abs=1e-9)
    confidences = [mistake.confidence for mistake in outcome.mistakes]
    assert all(mistake.said != mistake.true for mistake in outcome.mistakes)
    assert confidences == sorted(confidences, reverse=True)


def test_trainings_wait_in_line_and_a_stopped_one_makes_room_at_once() -> None:
    trainer = live.Trainer(1)
    first, second, third = (trainer.submit(recipes.live("adamw", 256, "relu", 0, seconds=60)) for _ in range(3))
    assert wait_for(lambda: first.points)
    assert (trainer.ahead_of(first), trainer.ahead_of(second), trainer.ahead_of(third)) == (0, 1, 2)
    assert (first.state, second.state) == ("running", "waiting")
    second.stop()
    assert trainer.ahead_of(third) == 1
    before = time.monotonic()
    first.stop()
    assert first.wait(20) and time.monotonic() - before < 10
    assert first.state == "stopped" and first.outcome is not None, "what it had learnt is kept"
    assert wait_for(lambda: third.state == "running")
    assert second.state == "stopped" and second.outcome is None
    third.stop()
    assert third.wait(20)


def test_two_at_once_if_the_house_allows_it() -> None:
    trainer = live.Trainer(2)
    jobs = [trainer.submit(recipes.live("adamw", 256, "relu", 0, seconds=60)) for _ in range(3)]
    assert wait_for(lambda: jobs[0].points and jobs[1].points)
    assert trainer.ahead_of(jobs[2]) == 1 and not jobs[2].points
    for job in jobs:
        job.stop()
    assert all(job.wait(20) for job in jobs)


def test_a_training_that_breaks_says_so_and_the_next_one_still_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = live.Trainer(1)
    broken = trainer.submit(recipes.Recipe(network="nonsense"))
    assert broken.wait(60) and broken.state == "failed" and broken.outcome is None
    good = trainer.submit(recipes.live("adamw", 512, "relu", 0, epochs=0.05))
    assert good.wait(60) and good.state == "done"
