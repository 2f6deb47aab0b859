"""What is wrong with the expressions of a file, without running it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from actions_runner.expression_functions import STATUS_FUNCTIONS, check_arguments
from actions_runner.expression_names import Names, WorkflowNames, action_names
from actions_runner.expression_parsing import Call, Context, Index, Literal, Node, nodes, parse
from actions_runner.expression_places import AVAILABLE, ExpressionPlace, places_in_action, places_in_workflow
from actions_runner.expression_values import ExpressionError
from actions_runner.expressions import expressions_in, expressions_of_condition, is_mixed
from actions_runner.repository import Known, Repository, SourceFile

_SPECIAL = (*STATUS_FUNCTIONS, "hashfiles")


def faults_of_expressions(file: SourceFile, repository: Repository, known: Known) -> Iterator[str]:
    """Of a workflow file."""
    names = WorkflowNames(file.content, repository, known)
    for place in places_in_workflow(file.content):
        yield from (f"{place.where}: {fault}" for fault in _faults_at(place, names.at(place)))


def faults_of_action_expressions(file: SourceFile, repository: Repository, known: Known) -> Iterator[str]:
    """Of an action.yml."""
    for place in places_in_action(file.content):
        names = action_names(file.content, place, repository, known)
        yield from (f"{place.where}: {fault}" for fault in _faults_at(place, names))


def _faults_at(place: ExpressionPlace, names: Mapping[str, Names]) -> Iterator[str]:
    if not isinstance(place.text, str):
        return
    if place.key not in AVAILABLE:
        if "${{" in place.text:
            yield "GitHub evaluates no expression here"
        return
    try:
        texts = list(
            expressions_of_condition(place.text) if place.is_condition else expressions_in(place.text)
        )
        if place.is_condition and is_mixed(place.text):
            yield "text around ${{ }} makes this a string, which is always true"
        for text in texts:
            yield from _faults_of_tree(parse(text), place, names)
    except ExpressionError as error:
        yield str(error)


def _faults_of_tree(tree: Node, place: ExpressionPlace, names: Mapping[str, Names]) -> Iterator[str]:
    contexts, functions = AVAILABLE[place.key]
    for node in nodes(tree):
        if isinstance(node, Call):
            check_arguments(node.name, len(node.arguments))
            if node.name in _SPECIAL and node.name not in functions:
                yield f"{node.name}() is not available here"
        elif isinstance(node, Context) and node.name not in contexts.split():
            yield f"the context {node.name!r} is not available here; {contexts.replace(' ', ', ')} are"
    for path in paths_in(tree):
        if path[0] in contexts.split() and (lacking := _lacking(path, names[path[0]])):
            yield f"{'.'.join(path)}: there is no {lacking!r}"


def paths_in(tree: Node) -> Iterator[tuple[str, ...]]:
    """Every `context.name.name` of a tree, as far as its names are written out."""
    inside = {id(node.of) for node in nodes(tree) if isinstance(node, Index)}
    for node in nodes(tree):
        if isinstance(node, Index | Context) and id(node) not in inside:
            yield tuple(_path(node))


def _path(node: Node) -> list[str]:
    if isinstance(node, Context):
        return [node.name]
    if not isinstance(node, Index):
        return [""]
    before = _path(node.of)
    if isinstance(node.at, Literal) and isinstance(node.at.value, str) and before[-1:] != ["*"] and before[0]:
        return [*before, node.at.value]
    return before if before[-1:] == ["*"] else [*before, "*"]


def _lacking(path: tuple[str, ...], names: Names) -> str:
    """The first name of a path that nothing has; empty where there is none."""
    for name in path[1:]:
        if names is None or name == "*":
            return ""
        by_small = {str(each).lower(): each for each in names}
        if name.lower() not in by_small and not hasattr(names, "__missing__"):
            return name
        names = names[by_small.get(name.lower(), name)]
    return ""
