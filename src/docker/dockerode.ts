/** The Docker port on a real engine, through dockerode. */

import type Dockerode from 'dockerode';
import { MinimesosError } from '../errors.js';
import { stand } from './attachment.js';
import type { Docker, EngineEvent, Progress } from './docker.js';
import { endpointOf } from './endpoint.js';
import { containersBearing, eventsOf, networksAndVolumes, openEvents, type Topic } from './event-stream.js';
import { PATIENCE, type Patience } from './exchange.js';
import { execute } from './exec.js';
import { EngineSaid, failureOf, imageFailureOf, statusOf } from './failure.js';
import { greet } from './greeting.js';
import { logOf, openLog } from './log-stream.js';
import { familiar, parseReference } from './reference.js';
import { jsonLines, layerProgress, logLines, type ProgressMessage } from './streams.js';
import {
  containerBody,
  containerDetail,
  containerSummary,
  engineInfo,
  imageSummary,
  labelFilter,
  mounts,
  networkBody,
  networkSummary,
  volumeSummary,
} from './wire.js';

interface Connection {
  env?: NodeJS.ProcessEnv;
  patience?: Patience;
}

/** Seconds for a process that does not answer. */
const RESTART_TIMEOUT = 2;

/**
 * An engine as the environment names it (DOCKER_HOST and its kin, as for Docker's own client). Nothing is sent before
 * the first call, which agrees on an API version. Throws `DOCKER_UNREACHABLE` where the environment names no engine.
 */
export function connect({ env = process.env, patience = PATIENCE }: Connection = {}): Docker {
  const endpoint = endpointOf(env);
  let greeting: Promise<Dockerode> | undefined;

  /** One greeting serves all calls; one that failed is not kept, so that an engine may come up later. */
  const greeted = (): Promise<Dockerode> => {
    greeting ??= greet(endpoint, patience).catch((thrown: unknown) => {
      greeting = undefined;
      throw thrown;
    });
    return greeting;
  };

  const ask = async <Reply>(call: (engine: Dockerode) => Promise<Reply>): Promise<Reply> => {
    const engine = await greeted();
    try {
      return await call(engine);
    } catch (thrown) {
      throw failureOf(thrown, endpoint.host);
    }
  };

  /** For calls whose effect is there already: 304 and the statuses named. */
  const settle = async (call: (engine: Dockerode) => Promise<unknown>, ...fine: number[]): Promise<void> => {
    await ask((engine) =>
      call(engine).catch((thrown: unknown) => {
        if (![304, ...fine].includes(statusOf(thrown) ?? 0)) throw thrown;
      }),
    );
  };

  /** Runs a call that streams its progress, to its end. */
  const make = async (
    what: string,
    signal: AbortSignal,
    call: (engine: Dockerode) => Promise<NodeJS.ReadableStream>,
    onMessage: (message: ProgressMessage) => void = () => {},
  ): Promise<void> => {
    const engine = await greeted();
    try {
      signal.throwIfAborted();
      await follow(await call(engine), onMessage);
    } catch (thrown) {
      if (signal.aborted) throw new MinimesosError('INTERRUPTED', `${what}: interrupted`, { cause: thrown });
      throw imageFailureOf(thrown, endpoint.host, what);
    }
  };

  const tell = (topic: Topic, signal: AbortSignal): AsyncIterable<EngineEvent> => {
    const since = Date.now();
    const opened = ask((engine) => openEvents(engine, topic, since, signal));
    // Reported by the iteration; nobody may have begun it yet.
    opened.catch(() => {});
    return eventsOf(opened, topic, endpoint.host, signal);
  };

  return {
    info: () =>
      ask(async (engine) => {
        const [version, machine] = await Promise.all([engine.version(), engine.info()]);
        return engineInfo(version, machine, endpoint.host);
      }),

    listContainers: (labels) =>
      ask(async (engine) => {
        const listed = await engine.listContainers({ all: true, filters: { label: labelFilter(labels) } });
        return listed.map(containerSummary);
      }),
    listMounting: (folder) =>
      ask(async (engine) => {
        const listed = await engine.listContainers({ all: true });
        return listed.filter((info) => mounts(info, folder)).map(containerSummary);
      }),
    inspectContainer: (id) => ask(async (engine) => containerDetail(await engine.getContainer(id).inspect())),
    createContainer: (spec) =>
      ask(async (engine) => {
        const { id } = await engine.createContainer(request({ name: spec.name }, containerBody(spec)));
        return id;
      }),
    startContainer: (id) => settle((engine) => engine.getContainer(id).start()),
    unpauseContainer: (id) => settle((engine) => engine.getContainer(id).unpause()),
    stopContainer: (id) => settle((engine) => engine.getContainer(id).stop(), 404),
    restartContainer: (id) => settle((engine) => engine.getContainer(id).restart(request({ t: RESTART_TIMEOUT }, {}))),
    connectContainer: (network, id, at) => ask((engine) => stand(engine, network, id, at)),
    removeContainer: (id) => settle((engine) => engine.getContainer(id).remove({ force: true, v: true }), 404),
    tailLogs: (id, lines) =>
      ask(async (engine) => {
        const log = await engine.getContainer(id).logs({ stdout: true, stderr: true, tail: lines });
        return logLines(log).slice(-lines);
      }),
    logs: (id, options, signal) => {
      const opened = ask((engine) => openLog(engine, id, options, signal));
      // Reported by the iteration; nobody may have begun it yet.
      opened.catch(() => {});
      return logOf(opened, endpoint.host, signal);
    },
    exec: (id, exec, signal) => ask((engine) => execute(engine, id, exec, signal)),

    presentImages: async (references) => {
      if (references.length === 0) return new Set();
      const filters = { reference: [...new Set(references.map(familiar))] };
      const listed = await ask((engine) => engine.listImages({ filters }));
      const present = new Set(
        listed.flatMap(({ RepoTags, RepoDigests }) => [...(RepoTags ?? []), ...(RepoDigests ?? [])]),
      );
      return new Set(references.filter((reference) => present.has(familiar(reference))));
    },
    imagesOf: (repository) =>
      ask(async (engine) => {
        const filters = { reference: [repository] };
        return (await engine.listImages({ filters })).map(imageSummary);
      }),
    pullImage: (reference, onProgress, signal) => {
      const { repository, tag } = parseReference(reference);
      return make(
        `the image ${reference} cannot be pulled`,
        signal,
        (engine) => engine.createImage({ fromImage: repository, tag, abortSignal: signal }),
        reporting(onProgress),
      );
    },
    importImage: (reference, rootfs, changes, signal) => {
      const { repository, tag } = parseReference(reference);
      return make(`the image ${reference} cannot be imported`, signal, (engine) =>
        engine.importImage(rootfs, { repo: repository, tag, changes, abortSignal: signal }),
      );
    },
    buildImage: (reference, context, onProgress, signal) =>
      make(
        `the image ${reference} cannot be built`,
        signal,
        (engine) => engine.buildImage(context, { t: reference, rm: true, forcerm: true, abortSignal: signal }),
        reporting(onProgress),
      ),

    listNetworks: (labels) =>
      ask(async (engine) => {
        const filters = labels === null ? {} : { label: labelFilter(labels) };
        return (await engine.listNetworks({ filters })).map(networkSummary);
      }),
    createNetwork: (name, subnet, labels) =>
      ask(async (engine) => {
        const network = await engine.createNetwork(request({}, networkBody(name, subnet, labels)));
        return networkSummary(await network.inspect());
      }),
    removeNetwork: (id) => settle((engine) => engine.getNetwork(id).remove(), 404),

    listVolumes: (labels) =>
      ask(async (engine) => {
        const { Volumes } = await engine.listVolumes({ filters: { label: labelFilter(labels) } });
        return (Volumes ?? []).map(volumeSummary);
      }),
    createVolume: (name, labels, hostFolder) =>
      ask(async (engine) => {
        const bound = { DriverOpts: { type: 'none', o: 'bind', device: hostFolder ?? '' } };
        const body = { Name: name, Driver: 'local', Labels: labels, ...(hostFolder !== undefined && bound) };
        const volume = await engine.createVolume(request({}, body));
        return volumeSummary(await volume.inspect());
      }),
    removeVolume: (name) => settle((engine) => engine.getVolume(name).remove(), 404),

    events: (labels, signal) => tell(containersBearing(labels), signal),
    namedEvents: (names, signal) => tell(networksAndVolumes(names), signal),
  };
}

/** dockerode would send what it is given as the query and as the body; this tells the two apart. */
function request<Body extends object>(query: object, body: Body): Body {
  return { ...query, ...body, _query: query, _body: body };
}

function reporting(onProgress: (progress: Progress) => void): (message: ProgressMessage) => void {
  const sum = layerProgress();
  return (message) => {
    const progress = sum(message);
    if (progress) onProgress(progress);
  };
}

async function follow(stream: NodeJS.ReadableStream, onMessage: (message: ProgressMessage) => void): Promise<void> {
  for await (const line of jsonLines(stream)) {
    const message = line as ProgressMessage;
    const error = message.errorDetail?.message ?? message.error;
    if (error !== undefined) throw new EngineSaid(error);
    onMessage(message);
  }
}
