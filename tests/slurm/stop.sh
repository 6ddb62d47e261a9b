#!/bin/bash
# Ends the Slurm that start.sh started in a folder, with all its jobs: stop.sh FOLDER.
set -uo pipefail
folder=$(realpath -m "$1")
SLURM_CONF=$folder/slurm.conf timeout 10 scancel --user="$(id -un)" 2> /dev/null
for daemon in slurmd slurmctld munged; do
  [ -f "$folder/$daemon.pid" ] || continue
  pid=$(cat "$folder/$daemon.pid")
  kill "$pid" 2> /dev/null
  for _ in $(seq 100); do
    kill -0 "$pid" 2> /dev/null || continue 2
    sleep 0.1
  done
  kill -KILL "$pid"
done
exit 0
