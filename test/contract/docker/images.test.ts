import { Readable } from 'node:stream';
import { pack as packTar } from 'tar-stream';
import { expect, onTestFinished, test } from 'vitest';
import { uniqueName } from '../../support/engine.js';
import { describeEngines } from './engines.js';

/** Nothing listens there, so no engine can have it. */
const OUT_OF_REACH = 'localhost:1/minimesos/none:1';

describeEngines('images', ({ docker, real, image: provideImage, removeImage }) => {
  const never = new AbortController().signal;
  const ignore = (): void => {};

  const tarOf = (files: Record<string, string>): Readable => {
    const pack = packTar();
    for (const [name, text] of Object.entries(files)) pack.entry({ name }, text);
    pack.finalize();
    return Readable.from(pack, { objectMode: false });
  };
  const fresh = (): string => {
    const repository = `minimesos/${uniqueName()}`;
    onTestFinished(() => removeImage(repository));
    return repository;
  };

  test('of the images asked for, those that are there are named as they were asked for', async () => {
    const image = await provideImage();
    const long = `docker.io/${image}`;
    expect(await docker.presentImages([image, long, OUT_OF_REACH])).toEqual(new Set([image, long]));
    expect(await docker.presentImages([OUT_OF_REACH])).toEqual(new Set());
    expect(await docker.presentImages([])).toEqual(new Set());
  });

  test('a tar becomes an image; without a tag it is the latest', async () => {
    const repository = fresh();
    await docker.importImage(repository, tarOf({ hello: 'world' }), ['ENTRYPOINT ["/hello"]', 'LABEL a=b'], never);
    const asked = [repository, `${repository}:latest`, `${repository}:1`];
    expect(await docker.presentImages(asked)).toEqual(new Set(asked.slice(0, 2)));
  });

  test('the images of a repository are told with all their tags, and no others', async () => {
    const repository = `minimesos/${uniqueName()}`;
    expect(await docker.imagesOf(repository)).toEqual([]);
    for (const reference of [`${repository}:1`, `${repository}:2`, `${repository}x:1`]) {
      await docker.importImage(reference, tarOf({ reference }), [], never);
      onTestFinished(() => removeImage(reference));
    }
    const images = await docker.imagesOf(repository);
    expect(images.flatMap(({ references }) => references).sort()).toEqual([`${repository}:1`, `${repository}:2`]);
    expect(images[0]).toMatchObject({ id: expect.stringMatching(/^sha256:/), size: expect.any(Number) });
  });

  test('a Dockerfile becomes an image', async () => {
    const repository = fresh();
    const context = tarOf({ Dockerfile: 'FROM scratch\nCOPY hello /hello\nENTRYPOINT ["/hello"]\n', hello: 'world' });
    await docker.buildImage(repository, context, ignore, never);
    expect(await docker.presentImages([repository])).toEqual(new Set([repository]));
  });

  test('what is interrupted says so and leaves no image', async () => {
    const interrupted = { code: 'INTERRUPTED', exit: 130 };
    const signal = AbortSignal.abort();
    const repository = `minimesos/${uniqueName()}`;
    await expect(docker.pullImage(OUT_OF_REACH, ignore, signal)).rejects.toMatchObject(interrupted);
    await expect(docker.importImage(repository, tarOf({ a: 'b' }), [], signal)).rejects.toMatchObject(interrupted);
    expect(await docker.presentImages([repository])).toEqual(new Set());
  });

  // Of a fake engine the rest would test nothing but the fake.
  if (!real) return;

  test('what is wrong with a Dockerfile is told', async () => {
    const context = tarOf({ Dockerfile: 'FROM scratch\nCOPY missing /hello\n' });
    const build = docker.buildImage(`minimesos/${uniqueName()}`, context, ignore, never);
    await expect(build).rejects.toMatchObject({
      code: 'IMAGE_UNAVAILABLE',
      message: expect.stringContaining('missing'),
    });
  });

  test('an image that no registry gives is unavailable, for the reason that the engine says', async () => {
    await expect(docker.pullImage(OUT_OF_REACH, ignore, never)).rejects.toMatchObject({
      code: 'IMAGE_UNAVAILABLE',
      exit: 69,
      message: expect.stringMatching(/^the image localhost:1\/minimesos\/none:1 cannot be pulled: .*refused/),
    });
  });

  test('an import can be interrupted in the middle', async () => {
    const controller = new AbortController();
    const repository = `minimesos/${uniqueName()}`;
    const endless = Readable.from(
      (async function* () {
        yield* tarOf({ a: 'b' }).take(1);
        controller.abort();
        await new Promise(() => {});
      })(),
    );
    const imported = docker.importImage(repository, endless, [], controller.signal);
    await expect(imported).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(await docker.presentImages([repository])).toEqual(new Set());
  });
});
