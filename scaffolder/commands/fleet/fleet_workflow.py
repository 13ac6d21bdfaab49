"""Writes the workflow of GitHub Actions that updates a fleet in shards, and opens the pull requests.

Not here: the updates, which are `scaffold fleet FILE update` in each shard (`fleet_updates.py`).
"""

from __future__ import annotations

from pathlib import Path

from scaffolder.catalogue import manifests

EACH = 25
"""Projects in a shard, if the number of shards is not given."""

MOST = 256
"""Jobs that GitHub Actions runs of one matrix."""

TEXT = """\
# Updates the workers that {file} lists to the newest version of their templates, and opens a pull request for each one
# that was built, run and tested with it. Written by `scaffold fleet {file} workflow`.
#
# The secret FLEET_TOKEN has to be a token that may write contents and pull requests of these repositories. The step
# that builds their code does not get it; private repositories cannot be cloned without: then give it GH_TOKEN, too.
name: update-workers

on:
  schedule:
    - cron: "17 4 * * 1"
  workflow_dispatch:

permissions:
  contents: read

concurrency:
  group: update-workers
  cancel-in-progress: false

env:
  SCAFFOLD: {source}
  FLEET: {file}

jobs:
  update:
    runs-on: ubuntu-24.04
    timeout-minutes: 350
    strategy:
      fail-fast: false
      matrix:
        shard: [{shards}]
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with:
          persist-credentials: false

      - uses: actions/setup-node@a0853c24544627f65ddf259abe73b1d18a591444 # v5.0.0
        with:
          node-version: "{node}"

      - name: Install the tools
        run: pipx run --spec "$SCAFFOLD" scaffold setup --yes

      - name: Update and validate this shard
        env:
          SHARD: ${{{{ matrix.shard }}}}
        run: pipx run --spec "$SCAFFOLD" scaffold fleet "$FLEET" update --shard "$SHARD" --json > result.json

      # Also if some projects are in conflict or failed: those are not in this list.
      - name: Open the pull requests
        if: ${{{{ !cancelled() }}}}
        env:
          GH_TOKEN: ${{{{ secrets.FLEET_TOKEN }}}}
        run: |
          gh auth setup-git
          updated='.projects[] | select(.status == "updated" and .branch != "") | [.folder, .branch, .to] | @tsv'
          jq --raw-output "$updated" result.json | while IFS=$'\\t' read -r folder branch version; do
            git -C "$folder" push origin "HEAD:refs/heads/$branch"
            (
              cd "$folder"
              gh pr create --head "$branch" --title "Update from the template to $version" \\
                --body "Made by scaffold fleet: the project was built, run and tested with this change."
            )
          done

      - name: Show what was not updated
        if: ${{{{ !cancelled() }}}}
        run: >-
          jq --raw-output
          '.projects[] | select(.refusal) | "- \\(.project): \\(.status): \\(.refusal.what): \\(.refusal.why)"'
          result.json >> "$GITHUB_STEP_SUMMARY"
"""


def text(file: Path, count: int, shards: int | None) -> str:
    """Return the workflow.

    Args:
        file: The list, seen from the root of the repository.
        count: The number of its projects.
        shards: The number of jobs; None for one for each `EACH` projects.
    """
    number = min(shards or -(-count // EACH), MOST)
    listed = ", ".join(f'"{each}/{number}"' for each in range(1, number + 1))
    return TEXT.format(file=file.as_posix(), source=_source(), shards=listed, node=manifests.pins().node_version)


def _source() -> str:
    """Return what pipx installs the program from."""
    pins = manifests.pins()
    source = pins.catalogue_source
    address = f"https://github.com/{source.removeprefix('gh:')}" if source.startswith("gh:") else source
    return f"git+{address.removeprefix('git+')}@v{pins.catalogue_version}"
