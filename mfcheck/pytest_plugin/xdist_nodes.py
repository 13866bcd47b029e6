"""Hooks that xdist owns: registered only where it is."""

from typing import Any

from mfcheck.pytest_plugin.property_files import file_of, states_claims


class XdistNodes:
    """Tells the workers which session they belong to, and the controller that it has begun."""

    def __init__(self, run: Any) -> None:
        self.run = run

    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput["mf_session"] = self.run.session
        node.workerinput["mf_folder"] = str(self.run.folder)
        limit = self.run.config.pluginmanager.get_plugin("mfcheck_limit")
        if limit is not None:
            limit.tell(node)

    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        files = {file_of(nodeid, self.run.config.rootpath) for nodeid in ids}
        if any(states_claims(file) for file in files):
            self.run.join()
