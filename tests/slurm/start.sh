#!/bin/bash
# Starts a single-node Slurm in a folder of its own: start.sh FOLDER. Needs root and the Debian packages slurm-wlm and munge.
set -euo pipefail
folder=$(realpath -m "$1")
if ! command -v slurmctld slurmd munged > /dev/null; then
  echo "This needs Slurm: apt-get install --no-install-recommends slurm-wlm munge" >&2
  exit 1
fi

mkdir -p "$folder"/{state,spool,log} /run/munge
chown munge: /run/munge
pgrep -x munged > /dev/null || runuser -u munge -- munged

cpus=$(nproc)
memory=$(awk '/MemTotal/ { print int($2 / 1024 * 0.8) }' /proc/meminfo)
cat > "$folder/slurm.conf" <<CONF
ClusterName=local
SlurmctldHost=$(hostname -s)(127.0.0.1)
AuthType=auth/munge
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
slurmctld -c
slurmd -c
for _ in $(seq 60); do
  [ "$(sinfo --noheader --format %t 2> /dev/null)" = idle ] && exit 0
  sleep 1
done
echo "The node does not become idle; see $folder/log" >&2
exit 1
