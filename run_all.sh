#!/usr/bin/env bash
# Every experiment, then the report over all of them. Arguments go to each experiment's `run` (for instance --seeds 5
# --jobs 2, or --profile paper). A failing experiment does not stop the rest; the exit code tells.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. eng/setup.sh
set_up

# `report` takes the options that say which results, and of which settings.
results=results
report_options=()
for ((i = 1; i <= $#; i++)); do
  next=$((i + 1))
  case ${!i} in
    --set) [[ ${!next:-} == slurm.* ]] || report_options+=("${!i}" "${!next:-}") ;;
    --profile | --results | --data | --weights | --tokenizer) report_options+=("${!i}" "${!next:-}") ;;
    --set=slurm.*) ;;
    --profile=* | --results=* | --data=* | --weights=* | --tokenizer=* | --set=*) report_options+=("${!i}") ;;
  esac
  case ${!i} in
    --results) results=${!next:-} ;;
    --results=*) results=${!i#*=} ;;
  esac
done

elapsed() { printf '%d:%02d:%02d' $((SECONDS / 3600)) $((SECONDS / 60 % 60)) $((SECONDS % 60)); }
program() { artifacts/bin/"$name"/release/"$name" "$@"; }

# An interrupted experiment says so and exits; the next one must not start then.
trap 'echo "Interrupted. Rerun the same command to resume (with --force it starts over)." >&2; exit 130' INT TERM

log=$(mktemp)
trap 'rm -f "$log"' EXIT
projects=(experiments/*/)
failed=()
for k in "${!projects[@]}"; do
  name=$(basename "${projects[$k]}")
  echo
  echo "== [$((k + 1))/${#projects[@]}] $name ($(elapsed) so far${failed[*]:+, ${#failed[@]} failed})"
  dotnet build "${projects[$k]}" -c Release -v quiet -p:UseSharedCompilation=true > "$log" 2>&1 || { cat "$log"; failed+=("$name (build)"); continue; }
  code=0
  program run "$@" || code=$?
  if [ "$code" != 0 ]; then
    failed+=("$name")
    # What was not run, and why, belongs into the report too.
    program report ${report_options[@]+"${report_options[@]}"} > /dev/null || true
  fi
done

echo
echo "== all in $(elapsed)"
if [ -f "$results/REPORT.md" ]; then
  awk '/^## / { verdicts = $2 == "Verdicts" } verdicts && /^\|/' "$results/REPORT.md"
  echo "report $results/REPORT.md and $results/index.html"
fi
if [ ${#failed[@]} -gt 0 ]; then
  printf 'failed: %s\n' "${failed[@]}" >&2
  exit 1
fi
