#!/bin/bash
# Runs a sweep of twelve trials, of which one fails on purpose, on a real single-node Slurm: sweep.sh [BUILD OUTPUT].
# 11 records, exit code not zero; then the same command with the trial healed submits that one alone.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
program=$(realpath "${1:-$here/../../artifacts/bin/Reproduction.Tests/debug}")/Reproduction.Tests.dll
folder=$(mktemp -d)
trap 'bash "$here/stop.sh" "$folder/slurm"; rm -rf "$folder"' EXIT

bash "$here/start.sh" "$folder/slurm"
export SLURM_CONF=$folder/slurm/slurm.conf
mkdir -p "$folder/data/published"
printf 'artefact,method,rank,task,step,metric,value,stderr,reading_error,unit,source,confidence\nfake,good,8,t0,,accuracy,50,,,%%,none,V\n' > "$folder/data/published/fake.csv"
cd "$folder"

# A folder whose name Slurm would replace parts of, and a limit in the environment that nobody asked this program for.
results='all %a results'
export SBATCH_TIMELIMIT=0:01
run() {
  timeout 300 dotnet exec "$program" --profile sweep --launcher slurm --set slurm.partition=main --set slurm.mem=500M \
    --set slurm.time=0:10:00 --results "$results" "$@"
}
records() { grep -c ',accuracy,' "$results/Fake/sweep/results.csv"; }
give_up() {
  echo "$1" >&2
  tail -n 5 slurm/log/* "$results"/Fake/sweep/runs/slurm/*/*.out >&2
  exit 1
}

code=0; run || code=$?
[ "$code" = 1 ] && [ "$(records)" = 11 ] || give_up "expected exit code 1 and 11 records, found $code and $(records)"
run --set heal=true | tee second.log
grep -q '11 completed before, 1 to run' second.log && [ "$(records)" = 12 ] || give_up "expected 1 trial to be submitted again"
echo "Slurm sweep: 11 of 12 recorded, 1 submitted again, 12 of 12 recorded"
