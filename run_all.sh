#!/usr/bin/env bash
# Every experiment of the mini profile, then the report. Arguments go to each experiment's `run`
# (for instance --seeds 5 --jobs 2). A failing experiment does not stop the rest; the exit code tells.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. eng/setup.sh
set_up

dotnet build SpectralExperiments.sln -c Release -v quiet -p:UseSharedCompilation=true
failed=()
for project in experiments/*/; do
  name=$(basename "$project")
  echo "== $name"
  dotnet run --no-build -c Release --project "$project" -- run "$@" || failed+=("$name")
done
for project in experiments/*/; do
  dotnet run --no-build -c Release --project "$project" -- report || failed+=("$(basename "$project") (report)")
done
if [ ${#failed[@]} -gt 0 ]; then
  printf 'failed: %s\n' "${failed[@]}" >&2
  exit 1
fi
