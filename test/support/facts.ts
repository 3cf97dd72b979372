import type { Facts } from '../../src/components/lifecycle.js';

/** A component that serves as its file asks. */
export const SERVING: Facts = {
  wanted: true,
  container: 'running',
  hasVolume: true,
  stale: false,
  spoiled: false,
  imagePresent: true,
  blocked: false,
  revivable: false,
  mayReplace: false,
  mayLeave: true,
  mustDrain: false,
  ready: true,
  outOfPlace: false,
  ailing: false,
  hopeless: false,
  overdue: false,
  relapsed: false,
  resting: false,
  changed: true,
};
