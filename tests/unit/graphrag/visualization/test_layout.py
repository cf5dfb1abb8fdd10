import networkx as nx
import numpy as np
import pytest
from scipy.sparse.csgraph import shortest_path
from scipy.spatial.distance import cdist

from graphrag.visualization.layout import _majorize_stress, _scale_classically, place_nodes, separate_boxes


def stress(distances: np.ndarray, places: np.ndarray) -> float:
    """Return how far the distances in the plane are from the wanted ones, relative to these."""
    pairs = np.triu_indices(len(distances), 1)
    return float(np.sum((cdist(places, places)[pairs] / distances[pairs] - 1) ** 2))


def test_distances_of_a_plane_are_found_again() -> None:
    places = np.random.default_rng(0).random((20, 2))
    distances = cdist(places, places)
    assert cdist(*2 * [_scale_classically(distances)]) == pytest.approx(distances)
    moved = places + 0.1 * np.random.default_rng(1).standard_normal(places.shape)
    assert stress(distances, _majorize_stress(distances, moved)) < 0.01 * stress(distances, moved)


@pytest.mark.parametrize(
    "graph", [nx.karate_club_graph(), nx.star_graph(30), nx.grid_2d_graph(5, 6), nx.balanced_tree(3, 3)]
)
def test_the_stress_is_that_of_kamada_and_kawai(graph: "nx.Graph[int]") -> None:
    distances = shortest_path(nx.to_scipy_sparse_array(graph, weight=None), unweighted=True)
    noise = 0.01 * np.random.default_rng(0).standard_normal((len(graph), 2))
    ours = stress(distances, _majorize_stress(distances, _scale_classically(distances) + noise))
    theirs = np.array(list(nx.kamada_kawai_layout(graph, weight=None).values()))
    assert ours < 1.02 * min(stress(distances, scale * theirs) for scale in np.linspace(0.5, 10, 400))


def test_a_path_runs_from_left_to_right_with_room_for_its_labels() -> None:
    sizes = np.full((6, 2), [100.0, 30.0])
    centres = place_nodes(sizes, [(i, i + 1, 1.0) for i in range(5)], [[0, 1, 2]], {(0, 1): 150.0, (1, 2): 20.0})
    assert centres[1, 0] - centres[0, 0] >= 100 + 150
    assert centres[2, 0] - centres[1, 0] >= 100 + 20


def test_boxes_that_may_not_move_stay() -> None:
    moved = separate_boxes(np.zeros((2, 2)), np.full((2, 2), 10.0), np.array([False, True]))
    assert moved[0].tolist() == [0, 0]
    assert np.abs(moved[1]).max() >= 10


def test_a_box_between_boxes_that_stay_finds_a_free_place() -> None:
    wall = [(x, y) for x in range(-100, 101, 20) for y in (-15, 15)]
    centres = np.array([(0.0, 0.0), (0.0, 1.0), *wall])
    sizes = np.array([(40.0, 20.0), (40.0, 20.0), *([(26.0, 26.0)] * len(wall))])
    moved = separate_boxes(centres, sizes, np.arange(len(centres)) == 0)
    gaps = np.abs(moved[0] - moved[1:]) - (sizes[0] + sizes[1:]) / 2
    assert (gaps.max(axis=1) >= 0).all()
    assert moved[1:].tolist() == centres[1:].tolist()
