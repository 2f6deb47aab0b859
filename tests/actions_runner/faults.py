"""Everything that is wrong with a repository's workflows and actions, as far as reading them tells."""

from __future__ import annotations

from collections.abc import Iterator

from actions_runner.call_faults import faults_of_actions, faults_of_calls
from actions_runner.expression_faults import faults_of_action_expressions, faults_of_expressions
from actions_runner.repository import Known, Repository, SourceFile
from actions_runner.workflow_faults import faults_of_action, faults_of_workflow


def faults_in(repository: Repository, known: Known | None = None) -> list[str]:
    """One line each: `file: where in it: what`; empty where all is well."""
    known = known or Known()
    faults = list(repository.unreadable)
    for file in repository.workflows:
        faults.extend(f"{file.name}: {fault}" for fault in _of_workflow(file, repository, known))
    for file in repository.actions:
        faults.extend(f"{file.name}: {fault}" for fault in _of_action(file, repository, known))
    return faults


def _of_workflow(file: SourceFile, repository: Repository, known: Known) -> Iterator[str]:
    yield from faults_of_workflow(file)
    yield from faults_of_expressions(file, repository, known)
    yield from faults_of_calls(file, repository, known)


def _of_action(file: SourceFile, repository: Repository, known: Known) -> Iterator[str]:
    yield from faults_of_action(file)
    yield from faults_of_action_expressions(file, repository, known)
    steps = (file.content.get("runs") or {}).get("steps") or []
    yield from faults_of_actions(steps, "runs.steps", repository, known)
