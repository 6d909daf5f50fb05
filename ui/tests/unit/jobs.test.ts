import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { JobView } from '../../src/backend';
import { Jobs, secondsLeft } from '../../src/features/jobs/jobs.svelte';

const job = (id: number, done: number, state: JobView['state'] = 'running'): JobView => ({
  id,
  kind: 'document_import',
  name: 'film.mp4',
  unit: 'bytes',
  done,
  total: 1000,
  state,
});

describe('time left', () => {
  test('follows the speed of the last moments', () => {
    const points = [
      { at: 0, done: 0 },
      { at: 2000, done: 200 },
    ];
    expect(secondsLeft(points, 1000)).toBeCloseTo(8);
  });

  test('is not told before the speed is known, nor when nothing moves', () => {
    expect(secondsLeft([], 1000)).toBeUndefined();
    expect(secondsLeft([{ at: 0, done: 0 }], 1000)).toBeUndefined();
    const quick = [
      { at: 0, done: 0 },
      { at: 500, done: 100 },
    ];
    expect(secondsLeft(quick, 1000)).toBeUndefined();
    const stuck = [
      { at: 0, done: 100 },
      { at: 5000, done: 100 },
    ];
    expect(secondsLeft(stuck, 1000)).toBeUndefined();
  });
});

describe('the tray', () => {
  test('updates a known job and its time left until it ends', () => {
    const jobs = new Jobs();
    jobs.take(job(1, 0), 0);
    jobs.take(job(1, 500), 5000);
    expect(jobs.list).toHaveLength(1);
    expect(jobs.list[0]?.left).toBeCloseTo(5);
    expect(jobs.part).toBeCloseTo(0.5);
    jobs.take(job(1, 1000, 'done'), 9000);
    expect(jobs.list[0]?.left).toBeUndefined();
    expect(jobs.list[0]?.part).toBe(1);
    expect(jobs.running).toHaveLength(0);
  });

  test('only ended jobs can be dismissed', () => {
    const jobs = new Jobs();
    jobs.take(job(1, 10));
    jobs.take(job(2, 10, 'failed'));
    jobs.take(job(3, 10, 'cancelled'));
    jobs.dismiss(1);
    jobs.dismiss(2);
    expect(jobs.list.map((one) => one.view.id)).toEqual([1, 3]);
    jobs.dismissEnded();
    expect(jobs.list.map((one) => one.view.id)).toEqual([1]);
  });

  test('stays bounded however many jobs end, and never drops a running one', () => {
    const jobs = new Jobs();
    jobs.take(job(0, 1));
    for (let id = 1; id <= 500; id += 1) jobs.take(job(id, 1000, 'done'));
    expect(jobs.list.length).toBeLessThanOrEqual(21);
    expect(jobs.list[0]?.view.id).toBe(0);
    expect(jobs.list.at(-1)?.view.id).toBe(500);
  });

  test('leaves imports of items to their dialog', () => {
    const jobs = new Jobs();
    jobs.take({ ...job(1, 0), kind: 'item_import' });
    expect(jobs.list).toHaveLength(0);
  });
});

describe('work on many items', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const many = (done: number, state: JobView['state'] = 'running'): JobView => ({
    ...job(1, done, state),
    kind: 'item_move',
    name: '',
    unit: 'items',
  });

  test('is listed after the delay, only while it runs', () => {
    const jobs = new Jobs();
    jobs.take(many(0));
    jobs.take(many(300));
    expect(jobs.list).toHaveLength(0);
    vi.advanceTimersByTime(200);
    expect(jobs.list.map((one) => one.view.done)).toEqual([300]);
    jobs.take(many(400));
    expect(jobs.list.map((one) => one.view.done)).toEqual([400]);
    jobs.take(many(1000, 'done'));
    expect(jobs.list).toHaveLength(0);
  });

  test('is never listed when it was over before', () => {
    const jobs = new Jobs();
    jobs.take(many(0));
    jobs.take(many(1000, 'done'));
    vi.advanceTimersByTime(10_000);
    expect(jobs.list).toHaveLength(0);
  });

  test('shows no share while the total is unknown', () => {
    const jobs = new Jobs();
    const unknown = (done: number) => ({ ...many(done), total: 0 });
    jobs.take(unknown(0));
    vi.advanceTimersByTime(200);
    jobs.take(unknown(500), 9000);
    expect(jobs.list[0]?.part).toBeUndefined();
  });

  test('is not listed where only other kinds are', () => {
    const jobs = new Jobs(['profile_move']);
    jobs.take(job(2, 10));
    jobs.take({ ...job(3, 10), kind: 'profile_move' });
    expect(jobs.list.map((one) => one.view.id)).toEqual([3]);
  });
});
