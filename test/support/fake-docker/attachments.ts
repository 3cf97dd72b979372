import type { NetworkSummary } from '../../../src/docker/docker.js';
import { type Attachment, type FakeContainer, isUp, type Standing, unused } from './container.js';
import type { Containers } from './containers.js';
import { addressIn, type Networks } from './networks.js';
import { conflict, failed, refused } from './refusals.js';

/** Which container stands on which network: no two at one address. */
export class Attachments {
  constructor(
    private readonly containers: Containers,
    private readonly networks: Networks,
    private readonly newId: () => string,
    private readonly tell: (network: NetworkSummary, action: string) => void,
  ) {}

  /** Throws, and changes nothing, where one of its networks is gone or its address is taken. */
  use(container: FakeContainer): void {
    const all = [...container.attachments].map(([name, attachment]) => {
      // By id once it was used: another network of the same name does not do.
      const network = this.networks.get(attachment.network || name);
      return { network, attachment, address: this.#addressFor(container, network, attachment.ip) };
    });
    for (const { network, attachment, address } of all) {
      Object.assign(attachment, { network: network.id, endpoint: this.newId(), address });
      this.tell(network, 'connect');
    }
  }

  /** Of a container that ended: they stay to be used again. */
  leave(container: FakeContainer): void {
    for (const attachment of container.attachments.values()) {
      Object.assign(attachment, { endpoint: '', address: '' });
      this.#tellLeft(attachment.network);
    }
  }

  add(container: FakeContainer, network: NetworkSummary, standing: Standing): void {
    if (container.attachments.has('host')) {
      throw refused('container sharing network namespace with another container or host cannot be connected');
    }
    if (container.attachments.has(network.name)) {
      throw refused(`endpoint with name ${container.spec.name} already exists in network ${network.name}`);
    }
    const attachment = unused(standing);
    if (isUp(container)) {
      attachment.address = this.#addressFor(container, network, standing.ip);
      Object.assign(attachment, { network: network.id, endpoint: this.newId() });
      this.tell(network, 'connect');
    }
    container.attachments.set(network.name, attachment);
  }

  remove(container: FakeContainer, network: NetworkSummary): void {
    if (!container.attachments.delete(network.name)) {
      throw failed(`container ${container.id} is not connected to network ${network.name}`);
    }
    this.tell(network, 'disconnect');
  }

  /** See `Docker.connectContainer`. */
  ensure(container: FakeContainer, network: NetworkSummary, at: Required<Standing>): void {
    const attachment = container.attachments.get(network.name);
    if (attachment && standsAt(container, attachment, network, at)) return;
    this.#addressFor(container, network, at.ip);
    if (attachment) this.remove(container, network);
    this.add(container, network, at);
  }

  users(network: NetworkSummary): FakeContainer[] {
    const uses = (one: Attachment): boolean => one.endpoint !== '' && one.network === network.id;
    return this.containers.all().filter(({ attachments }) => [...attachments.values()].some(uses));
  }

  #addressFor(container: FakeContainer, network: NetworkSummary, wanted: string | undefined): string {
    if (network.subnets.length === 0) return '';
    const others = this.users(network).filter((other) => other !== container);
    const taken = new Set(others.map(({ attachments }) => attachments.get(network.name)?.address));
    if (wanted !== undefined) {
      if (taken.has(wanted)) throw conflict('Address already in use');
      return wanted;
    }
    for (let number = 2; ; number++) {
      const address = addressIn(network, number);
      if (!taken.has(address)) return address;
    }
  }

  #tellLeft(id: string): void {
    const network = this.networks.find(id);
    if (network) this.tell(network, 'disconnect');
  }
}

function standsAt(
  container: FakeContainer,
  { network, endpoint, ip, aliases }: Attachment,
  { id }: NetworkSummary,
  at: Required<Standing>,
): boolean {
  const names = (all: string[]): string => [...new Set([...all, container.spec.hostname])].sort().join();
  const uses = endpoint !== '' && network === id;
  const willUse = !isUp(container) && ['', id].includes(network);
  return (uses || willUse) && ip === at.ip && names(aliases) === names(at.aliases);
}
