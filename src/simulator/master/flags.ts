import { type FlagSpecs, flagSpecs } from '../flags.js';
import type { Generation } from '../mesos/version.js';

/** The flags of every version that is played; null: not set unless given. */
const COMMON: FlagSpecs = {
  ...flagSpecs('string', {
    advertise_ip: null,
    agent_removal_rate_limit: null,
    authenticators: 'crammd5',
    authorizers: 'local',
    cluster: null,
    credentials: null,
    external_log_file: null,
    framework_sorter: 'drf',
    hooks: null,
    hostname: null,
    http_authenticators: 'basic',
    http_framework_authenticators: null,
    ip: null,
    ip_discovery_command: null,
    log_dir: null,
    logging_level: 'INFO',
    mesos_version: null,
    modules_dir: null,
    recovery_agent_removal_limit: '100%',
    registry: 'replicated_log',
    roles: null,
    webui_dir: '/usr/share/mesos/webui',
    weights: null,
    whitelist: null,
    work_dir: null,
    zk: null,
  }),
  ...flagSpecs('json', { acls: null, firewall_rules: null, modules: null, rate_limits: null }),
  ...flagSpecs('bool', {
    authenticate_http_frameworks: 'false',
    authenticate_http_readonly: 'false',
    authenticate_http_readwrite: 'false',
    help: 'false',
    hostname_lookup: 'true',
    initialize_driver_logging: 'true',
    log_auto_initialize: 'true',
    quiet: 'false',
    registry_strict: 'false',
    root_submissions: 'true',
    version: 'false',
  }),
  authenticate_agents: { type: 'bool', default: 'false', alias: 'authenticate_slaves' },
  authenticate_frameworks: { type: 'bool', default: 'false', alias: 'authenticate' },
  ...flagSpecs('int', {
    advertise_port: null,
    logbufsecs: '0',
    max_completed_frameworks: '50',
    max_completed_tasks_per_framework: '1000',
    port: '5050',
    quorum: null,
  }),
  max_agent_ping_timeouts: { type: 'int', default: '5', alias: 'max_slave_ping_timeouts' },
  agent_ping_timeout: {
    type: 'duration',
    default: '15secs',
    alias: 'slave_ping_timeout',
    between: ['1secs', '15mins'],
  },
  agent_reregister_timeout: { type: 'duration', default: '10mins', alias: 'slave_reregister_timeout' },
  ...flagSpecs('duration', {
    allocation_interval: '1secs',
    offer_timeout: null,
    registry_fetch_timeout: '1mins',
    registry_store_timeout: '20secs',
    zk_patience: '10secs',
    zk_session_timeout: '10secs',
  }),
};

const CLASSIC: FlagSpecs = flagSpecs('string', { allocator: 'HierarchicalDRF', user_sorter: 'drf' });

const MODERN: FlagSpecs = {
  ...flagSpecs('string', {
    allocator: 'hierarchical',
    domain: null,
    fair_sharing_excluded_resource_names: null,
    master_contender: null,
    master_detector: null,
    min_allocatable_resources: 'cpus:0.01|mem:32',
    role_sorter: 'drf',
  }),
  ...flagSpecs('bool', {
    filter_gpu_resources: 'true',
    memory_profiling: 'false',
    publish_per_framework_metrics: 'true',
    require_agent_domain: 'false',
  }),
  ...flagSpecs('int', {
    cleanup_log_files: '0',
    max_operator_event_stream_subscribers: '1000',
    max_unreachable_tasks_per_framework: '1000',
    offer_constraints_re2_max_program_size: '100',
    registry_max_agent_count: '102400',
  }),
  ...flagSpecs('number', { allocator_agent_recovery_factor: '0.8' }),
  ...flagSpecs('bytes', { offer_constraints_re2_max_mem: '4KB' }),
  ...flagSpecs('duration', {
    allocator_recovery_timeout: '10mins',
    authentication_v0_timeout: '15secs',
    registry_gc_interval: '15mins',
    registry_max_agent_age: '2weeks',
  }),
};

/** The flags that a master of this generation knows. */
export function masterFlags(generation: Generation): FlagSpecs {
  return { ...COMMON, ...(generation === 'modern' ? MODERN : CLASSIC) };
}
