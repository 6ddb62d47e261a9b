#!/bin/bash
# Starts a single-node Slurm, with a munge of its own, in a folder: start.sh FOLDER. Needs root and the Debian packages
# slurm-wlm and munge. Touches nothing outside the folder; stop.sh FOLDER ends it.
set -euo pipefail
folder=$(realpath -m "$1")
here=$(dirname "$(realpath "$0")")
if ! command -v slurmctld slurmd munged > /dev/null; then
  echo "This needs Slurm: apt-get install --no-install-recommends slurm-wlm munge" >&2
  exit 1
fi

give_up() {
  echo "$1 The ends of the logs:" >&2
  tail -n 5 "$folder"/log/* >&2 || true
  bash "$here/stop.sh" "$folder"
  exit 1
}

# A Slurm that runs on this machine already has the usual ports.
free_port() {
  local port=$((20000 + RANDOM % 10000))
  while (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; do port=$((port + 1)); done
  echo "$port"
}

mkdir -p "$folder"/{state,spool,log,munge}
chmod 700 "$folder/munge"
head -c 1024 /dev/urandom > "$folder/munge/key"
chmod 600 "$folder/munge/key"
munged --key-file="$folder/munge/key" --socket="$folder/munge/socket" --pid-file="$folder/munged.pid" \
  --log-file="$folder/log/munged.log" --seed-file="$folder/munge/seed" --force 2> "$folder/log/munged.err" || give_up "munged does not start."

cpus=$(nproc)
memory=$(awk '/MemTotal/ { print int($2 / 1024 * 0.8) }' /proc/meminfo)
control_port=$(free_port)
cat > "$folder/slurm.conf" <<CONF
ClusterName=local
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=$control_port
SlurmdPort=$((control_port + 10000))
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SchedulerType=sched/builtin
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
DefMemPerCPU=1000
ReturnToService=2
MpiDefault=none
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=$cpus RealMemory=$memory State=UNKNOWN
PartitionName=main Nodes=$(hostname -s) Default=YES MaxTime=INFINITE State=UP
CONF

export SLURM_CONF=$folder/slurm.conf
slurmctld -c || give_up "slurmctld does not start."
slurmd -c || give_up "slurmd does not start."
for _ in $(seq 60); do
  [ "$(timeout 10 sinfo --noheader --format %t 2> /dev/null)" = idle ] && exit 0
  sleep 1
done
give_up "The node does not become idle."
