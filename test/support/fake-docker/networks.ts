import type { Labels, NetworkSummary } from '../../../src/docker/docker.js';
import { bears } from './containers.js';
import { conflict, refused } from './refusals.js';

const BRIDGE = { id: 'bridge', name: 'bridge', labels: {}, subnets: ['172.17.0.0/16'], gateway: '172.17.0.1' };

/** The networks of a fake engine: names are unique and subnets do not overlap. */
export class Networks {
  #networks: NetworkSummary[] = [BRIDGE];

  list(labels: Labels | null): NetworkSummary[] {
    return structuredClone(this.#networks.filter((network) => bears(network.labels, labels ?? {})));
  }

  find(id: string): NetworkSummary | undefined {
    return this.#networks.find((network) => network.id === id || network.name === id);
  }

  create(network: Omit<NetworkSummary, 'gateway' | 'subnets'>, subnet: string): NetworkSummary {
    if (this.find(network.name)) throw conflict(`network with name ${network.name} already exists`);
    if (this.#networks.some(({ subnets }) => subnets.some((other) => overlap(other, subnet)))) {
      throw refused('Pool overlaps with other one on this address space');
    }
    const created = structuredClone({ ...network, subnets: [subnet], gateway: firstAddress(subnet) });
    this.#networks.push(created);
    return structuredClone(created);
  }

  remove(id: string): void {
    const gone = this.find(id);
    this.#networks = this.#networks.filter((network) => network !== gone);
  }
}

function overlap(one: string, other: string): boolean {
  const [a, b] = [rangeOf(one), rangeOf(other)];
  return a.first <= b.last && b.first <= a.last;
}

/** As Docker gives it to the gateway. */
function firstAddress(subnet: string): string {
  const address = rangeOf(subnet).first + 1;
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

function rangeOf(subnet: string): { first: number; last: number } {
  const [address = '', bits = '32'] = subnet.split('/');
  const size = 2 ** (32 - Number(bits));
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const first = value - (value % size);
  return { first, last: first + size - 1 };
}
