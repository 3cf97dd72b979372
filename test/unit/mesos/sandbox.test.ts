import { describe, expect, it } from 'vitest';
import { sandboxOf } from '../../../src/mesos/sandbox.js';

const task = { id: 't', frameworkId: 'f', executorId: 't', containerId: undefined };
const run = (directory: string, more: object = {}) => ({ id: 't', container: directory.slice(1), directory, ...more });
const state = (executors: object[], completed: object[] = []) => ({
  frameworks: [{ id: 'f', executors, completed_executors: completed }],
  completed_frameworks: [],
});

describe('the sandbox of a task', () => {
  it('is that of its executor, be it running, over, or of a framework that is over', () => {
    expect(sandboxOf(state([run('/a')]), task)).toEqual({ directories: ['/a'], ended: false });
    expect(sandboxOf(state([], [run('/a')]), task)).toEqual({ directories: ['/a'], ended: true });
    const gone = {
      frameworks: [],
      completed_frameworks: [{ id: 'f', executors: [], completed_executors: [run('/a')] }],
    };
    expect(sandboxOf(gone, task)).toEqual({ directories: ['/a'], ended: true });
  });

  it('is written to no more when the task has ended, though its executor runs on', () => {
    const tasks = (key: string, taskState: string) => state([run('/a', { [key]: [{ id: 't', state: taskState }] })]);
    expect(sandboxOf(tasks('tasks', 'TASK_RUNNING'), task)?.ended).toBe(false);
    expect(sandboxOf(tasks('queued_tasks', 'TASK_STAGING'), task)?.ended).toBe(false);
    expect(sandboxOf(tasks('tasks', 'TASK_FAILED'), task)?.ended).toBe(true);
    expect(sandboxOf(tasks('completed_tasks', 'TASK_FINISHED'), task)?.ended).toBe(true);
  });

  it('is that of the right run of an executor that ran more than once', () => {
    const twice = state([run('/new')], [run('/old', { completed_tasks: [{ id: 'u', state: 'TASK_FAILED' }] })]);
    expect(sandboxOf(twice, task)?.directories).toEqual(['/new']);
    expect(sandboxOf(twice, { ...task, containerId: 'old' })?.directories).toEqual(['/old']);
    expect(sandboxOf(twice, { ...task, id: 'u' })?.directories).toEqual(['/old']);
  });

  it('of a task in a group is a folder of its own first', () => {
    expect(sandboxOf(state([run('/a', { type: 'DEFAULT' })]), task)?.directories).toEqual(['/a/tasks/t', '/a']);
  });

  it('is unknown where the agent knows no such executor, or only another framework’s', () => {
    expect(sandboxOf(state([]), task)).toBeUndefined();
    expect(sandboxOf(state([run('/a')]), { ...task, frameworkId: 'g' })).toBeUndefined();
    expect(sandboxOf(undefined, task)).toBeUndefined();
  });
});
