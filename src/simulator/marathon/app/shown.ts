import type { App } from './definition.js';
import { servicePorts } from './service-ports.js';

/** An app as the API shows it, in the newer and in the older form of what has both. */
export function shownApp(app: App): object {
  return { ...app, ports: servicePorts(app), uris: app.fetch.map(({ uri }) => uri) };
}
