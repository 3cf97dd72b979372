import type { Labels, NetworkSummary } from '../../../src/docker/docker.js';
import { bears } from './container.js';
import { conflict, notFound, refused } from './refusals.js';

const BEGINNING = Date.UTC(2020, 0, 1);

const createdAt = new Date(BEGINNING).toISOString();
const BRIDGE = {
  id: 'bridge',
  name: 'bridge',
  labels: {},
  subnets: ['172.17.0.0/16'],
  gateway: '172.17.0.1',
  createdAt,
};
const HOST = { id: 'host', name: 'host', labels: {}, subnets: [], gateway: '', createdAt };

/** The networks of a fake engine: names are unique and subnets do not overlap. */
export class Networks {
  #networks: NetworkSummary[] = [BRIDGE, HOST];
  #made = 0;

  constructor(private readonly tell: (network: NetworkSummary, action: string) => void) {}

  list(labels: Labels | null): NetworkSummary[] {
    return structuredClone(this.#networks.filter((network) => bears(network.labels, labels ?? {})));
  }

  find(id: string): NetworkSummary | undefined {
    return this.#networks.find((network) => network.id === id || network.name === id);
  }

  get(id: string): NetworkSummary {
    const network = this.find(id);
    if (!network) throw notFound(`network ${id} not found`);
    return network;
  }

  create(network: Omit<NetworkSummary, 'gateway' | 'subnets' | 'createdAt'>, subnet: string): NetworkSummary {
    if (this.find(network.name)) throw conflict(`network with name ${network.name} already exists`);
    if (this.#networks.some(({ subnets }) => subnets.some((other) => overlap(other, subnet)))) {
      throw refused('Pool overlaps with other one on this address space');
    }
    this.#made += 1;
    const createdAt = new Date(BEGINNING + this.#made * 1000).toISOString();
    const created = structuredClone({ ...network, subnets: [subnet], gateway: addressOf(subnet, 1), createdAt });
    this.#networks.push(created);
    this.tell(created, 'create');
    return structuredClone(created);
  }

  remove(network: NetworkSummary): void {
    this.#networks = this.#networks.filter((each) => each !== network);
    this.tell(network, 'destroy');
  }
}

/** The address with this number on a network; Docker gives the first to the gateway. */
export function addressIn({ subnets: [subnet = ''] }: NetworkSummary, number: number): string {
  return addressOf(subnet, number);
}

function overlap(one: string, other: string): boolean {
  const [a, b] = [rangeOf(one), rangeOf(other)];
  return a.first <= b.last && b.first <= a.last;
}

function addressOf(subnet: string, number: number): string {
  const address = rangeOf(subnet).first + number;
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

function rangeOf(subnet: string): { first: number; last: number } {
  const [address = '', bits = '32'] = subnet.split('/');
  const size = 2 ** (32 - Number(bits));
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const first = value - (value % size);
  return { first, last: first + size - 1 };
}
