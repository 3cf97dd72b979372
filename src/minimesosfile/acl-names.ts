/** What access lists of Mesos know: each action with what it is about, which stands beside the principals. */

const byObject = (object: string, actions: string): [string, string][] =>
  actions.split(' ').map((action) => [action, object]);

/** Of every version from 0.25 to 1.11. */
export const ACL_OBJECTS: ReadonlyMap<string, string> = new Map([
  ...byObject('roles', 'register_frameworks reserve_resources create_volumes resize_volumes update_weights view_roles'),
  ...byObject('roles', 'get_quotas set_quotas update_quotas create_block_disks destroy_block_disks'),
  ...byObject('roles', 'create_mount_disks destroy_mount_disks destroy_raw_disks'),
  ...byObject('users', 'run_tasks view_frameworks view_tasks view_executors access_sandboxes view_containers'),
  ...byObject('users', 'launch_nested_containers_as_user launch_nested_containers_under_parent_with_user'),
  ...byObject('users', 'launch_nested_container_sessions_as_user'),
  ...byObject('users', 'launch_nested_container_sessions_under_parent_with_user'),
  ...byObject('users', 'kill_nested_containers wait_nested_containers remove_nested_containers'),
  ...byObject('users', 'attach_containers_input attach_containers_output'),
  ...byObject('users', 'launch_standalone_containers kill_standalone_containers wait_standalone_containers'),
  ...byObject('users', 'remove_standalone_containers view_standalone_containers'),
  ...byObject('agents', 'register_agents mark_agents_gone drain_agents deactivate_agents reactivate_agents'),
  ...byObject('machines', 'update_maintenance_schedules get_maintenance_schedules get_maintenance_statuses'),
  ...byObject('machines', 'start_maintenances stop_maintenances'),
  ...byObject('resource_providers', 'modify_resource_provider_configs mark_resource_providers_gone'),
  ...byObject('resource_providers', 'view_resource_providers'),
  ...byObject('framework_principals', 'teardown_frameworks shutdown_frameworks'),
  ['unreserve_resources', 'reserver_principals'],
  ['destroy_volumes', 'creator_principals'],
  ['remove_quotas', 'quota_principals'],
  ['get_endpoints', 'paths'],
  ['access_mesos_logs', 'logs'],
  ['view_flags', 'flags'],
  ['set_log_level', 'level'],
  ['prune_images', 'images'],
]);
