#!/bin/bash
# Behaves as the entry point of the official image zookeeper:3.9 does for the variables below, except that all runs as root.
set -euo pipefail

conf=${ZOO_CONF_DIR:-/conf}
data=${ZOO_DATA_DIR:-/data}
log=${ZOO_DATA_LOG_DIR:-/datalog}
mkdir -p "$conf" "$data" "$log"

if [[ ! -f $conf/zoo.cfg ]]; then
  {
    echo "dataDir=$data"
    echo "dataLogDir=$log"
    echo "tickTime=${ZOO_TICK_TIME:-2000}"
    echo "initLimit=${ZOO_INIT_LIMIT:-5}"
    echo "syncLimit=${ZOO_SYNC_LIMIT:-2}"
    echo "maxClientCnxns=${ZOO_MAX_CLIENT_CNXNS:-60}"
    echo "standaloneEnabled=${ZOO_STANDALONE_ENABLED:-true}"
    echo "admin.enableServer=${ZOO_ADMINSERVER_ENABLED:-true}"
    for server in ${ZOO_SERVERS:-server.1=localhost:2888:3888;2181}; do echo "$server"; done
    if [[ -n ${ZOO_4LW_COMMANDS_WHITELIST:-} ]]; then echo "4lw.commands.whitelist=$ZOO_4LW_COMMANDS_WHITELIST"; fi
    for entry in ${ZOO_CFG_EXTRA:-}; do echo "$entry"; done
  } >"$conf/zoo.cfg"
fi
if [[ ! -f $data/myid ]]; then echo "${ZOO_MY_ID:-1}" >"$data/myid"; fi

if [[ $# -gt 0 && $* != 'zkServer.sh start-foreground' ]]; then exec "$@"; fi
# shellcheck disable=SC2086
exec /usr/bin/java ${JVMFLAGS:-} -Dzookeeper.root.logger=INFO,CONSOLE \
  -cp "$conf:/etc/zookeeper/conf:/usr/share/java/zookeeper.jar:/usr/share/java/slf4j-log4j12.jar:/usr/share/java/log4j-1.2.jar" \
  org.apache.zookeeper.server.quorum.QuorumPeerMain "$conf/zoo.cfg"
