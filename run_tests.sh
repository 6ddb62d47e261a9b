#!/usr/bin/env bash
# Every test, from a bare clone: installs what is missing, builds, runs, adds up. Arguments go to `dotnet test`
# (for instance --filter FullyQualifiedName~Deberta). Tests of real files (tokenizers, GLUE) are skipped where
# SPECTRAL_DATA names no folder with them. The tests of category Slow are left out; `./run_tests.sh --slow` runs them alone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
category='Category!=Slow'
filter=
arguments=()
while [ $# -gt 0 ]; do
  case $1 in
    --slow) category='Category=Slow' ;;
    --filter)
      [ $# -gt 1 ] || { echo "run_tests: --filter needs an expression" >&2; exit 2; }
      filter=$2
      shift
      ;;
    *) arguments+=("$1") ;;
  esac
  shift
done
filter="${filter:+($filter)&}$category"

. eng/setup.sh
# tools/Pretrain makes its vocabulary with spm_train.
set_up spm_train sentencepiece

# One native thread: the numbers of a test must not depend on how many cores this machine has. No test depends on the kernels
# that MKL and oneDNN choose for its processor.
export OMP_NUM_THREADS=1

dotnet build SpectralExperiments.sln -v quiet -p:UseSharedCompilation=true || { echo "run_tests: the build failed; no test was run" >&2; exit 1; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
# One test assembly at a time: two native ones would take each other's core.
dotnet test SpectralExperiments.sln --no-build -m:1 -v quiet --logger "console;verbosity=minimal" --filter "$filter" \
  "${arguments[@]}" 2>&1 | tee "$log" || status=$?

awk '
  /Failed: +[0-9]+, Passed: +[0-9]+, Skipped: +[0-9]+/ {
    match($0, /Failed: +[0-9]+/);  failed  += substr($0, RSTART + 7, RLENGTH - 7)
    match($0, /Passed: +[0-9]+/);  passed  += substr($0, RSTART + 7, RLENGTH - 7)
    match($0, /Skipped: +[0-9]+/); skipped += substr($0, RSTART + 8, RLENGTH - 8)
  }
  # Its remaining tests were not run, and are in no count.
  /Test host process crashed/ { failed++; names[++count] = $0 }
  /^ *Failed .* \[[^]]*\]$/ { names[++count] = $0 }
  END {
    for (k = 1; k <= count; k++) { sub(/^ *(Failed )?/, "", names[k]); print "failed: " names[k] }
    printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
    exit passed + failed == 0
  }
' "$log" || { echo "run_tests: no test was run" >&2; exit 1; }
exit "$status"
