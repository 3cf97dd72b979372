import { describe, expect, it } from 'vitest';
import { taskOfApp, taskWith } from '../../../src/cli/task-choice.js';
import type { Task } from '../../../src/mesos/tasks.js';

const task = (id: string, name: string, { ended = false, appId }: { ended?: boolean; appId?: string } = {}): Task => ({
  framework: 'marathon',
  frameworkId: 'f',
  id,
  name,
  state: ended ? 'TASK_FINISHED' : 'TASK_RUNNING',
  ended,
  ports: [],
  slaveId: 's',
  executorId: id,
  appId,
});

const web = task('web.1', 'web', { appId: '/web' });
const webOld = task('web.0', 'web', { ended: true, appId: '/web' });
const shop = task('shop_db.1', 'db.shop', { appId: '/shop/db' });
const job = task('job.7', 'nightly', { ended: true });
const all = [webOld, web, shop, job];

describe('a task that is meant', () => {
  it('is named by part of its id or its name', () => {
    expect(taskWith('shop_', all)).toBe(shop);
    expect(taskWith('db.sh', all)).toBe(shop);
  });

  it('is one that runs before one that has ended', () => {
    expect(taskWith('web', all)).toBe(web);
    expect(taskWith('web.0', all)).toBe(webOld);
    expect(taskWith('night', all)).toBe(job);
  });

  it('is the one that is called so as a whole, where others are called so in part', () => {
    const longer = task('web-admin.1', 'web-admin');
    expect(taskWith('web', [longer, web])).toBe(web);
  });

  it('that could be several is none, and they are listed', () => {
    const second = task('web.2', 'web');
    expect(() => taskWith('web', [...all, second])).toThrow(
      expect.objectContaining({
        code: 'NO_TASK',
        message: '2 tasks are meant by "web"',
        details: ['web.1  web  TASK_RUNNING', 'web.2  web  TASK_RUNNING'],
      }),
    );
  });

  it('that is none is told from those that there are', () => {
    expect(() => taskWith('x', all)).toThrow(
      expect.objectContaining({
        code: 'NO_TASK',
        message: 'no task has "x" in its id or name',
        details: ['web.1      web      TASK_RUNNING', 'shop_db.1  db.shop  TASK_RUNNING'],
      }),
    );
    expect(() => taskWith('x', [job])).toThrow(expect.objectContaining({ details: ['job.7  nightly  TASK_FINISHED'] }));
    expect(() => taskWith('x', [])).toThrow(expect.objectContaining({ message: 'no task has run', details: [] }));
  });

  it('is listed with so many others that they can be read', () => {
    const many = Array.from({ length: 25 }, (_, index) => task(`web.${index}`, 'web'));
    const thrown = expect.objectContaining({ details: expect.arrayContaining(['and 5 more']) });
    expect(() => taskWith('web', many)).toThrow(thrown);
  });
});

describe('the task of an app', () => {
  it('is the one that runs, else the one that has ended', () => {
    expect(taskOfApp('/web', all)).toBe(web);
    expect(taskOfApp('/web', [webOld])).toBe(webOld);
    expect(taskOfApp('/we', all)).toBeUndefined();
  });

  it('must be one', () => {
    const both = [web, task('web.2', 'web', { appId: '/web' })];
    expect(() => taskOfApp('/web', both)).toThrow(
      expect.objectContaining({ code: 'NO_TASK', message: '2 tasks are meant by app:/web' }),
    );
  });
});
