import pytest, time
from executed import Executed
from test_capture_workflows import is_whole
FILE = "scheduled-capture.yml"
@pytest.mark.parametrize(("runs","latency","budget"), [(160,150,"3s"),(60,400,"3s"),(48,500,"4s")])
def test_probe(execute, runs, latency, budget):
    repository = execute(*("--runs", runs, "--latency-ms", latency, "--unfinished", 0), variables={"CAPTURE_TIME_BUDGET": budget, "CAPTURE_DEPTH": "full"})
    repository.declare(FILE)
    t=time.monotonic()
    first = repository.run(FILE)
    later = repository.go_on(FILE)
    print("PROBE", runs, latency, budget, "later", len(later), time.monotonic()-t, first.jobs["capture"].legs[0].steps[-1].outputs)
    is_whole(repository.fetched(), repository.simulator, without=())
