import t from 'tap';
import { cut, PullNotes, weightier } from '../../src/diagnose/pull-notes.ts';
import { limits } from '../../src/model/limits.ts';

const pod = { namespace: 'shop', pod: 'web' };

t.test('a missing secret is a change once, and is forgotten with its pod', t => {
  const notes = new PullNotes({ secrets: [] });
  t.equal(notes.secretMissing({ ...pod, at: 1, message: 'secret "a" not found' }), 'changed');
  t.equal(notes.secretMissing({ ...pod, at: 2, message: 'secret "b" not found' }), 'none');
  t.equal(notes.missingSecret(pod), 'secret "b" not found');
  t.equal(new PullNotes(notes.state()).missingSecret(pod), 'secret "b" not found', 'after a restart too');
  notes.forgetPod(pod);
  t.equal(notes.missingSecret(pod), null);
  t.equal(notes.secretMissing({ namespace: 'a b', pod: 'web', at: 3, message: '' }), 'none', 'no name');
  t.end();
});

t.test('failed credentials count for any way to write the image, and from when they are asked for', t => {
  const notes = new PullNotes({ secrets: [] });
  t.equal(notes.credentialsFailed({ image: 'nginx', at: 10, message: 'plugin' }), 'changed');
  t.equal(notes.credentialsFailed({ image: 'docker.io/library/nginx:latest', at: 20, message: 'again' }), 'none');
  t.equal(notes.failedCredentials('nginx:latest', 20), 'again');
  t.equal(notes.failedCredentials('nginx:latest', 21), null);
  t.end();
});

t.test('texts are cut between characters, and the weightier change counts', t => {
  t.equal(cut('äöü', 4), 'äö');
  t.equal(cut('äöü', 5), 'äö');
  t.equal(cut('abc', limits.messageBytes), 'abc');
  t.equal(weightier('seen', 'attempt'), 'attempt');
  t.equal(weightier('changed', 'none'), 'changed');
  t.end();
});

t.test('an image that is pulled again and again is told with the next report, and makes none', t => {
  const notes = new PullNotes({ secrets: [] });
  const pull = (at: number): string => notes.imagePulled({ image: 'r.example/job:1', at });
  const [first, again] = [1_000_000, 1_000_000 + 60_000];
  t.equal(pull(first), 'pulled');
  t.equal(pull(again), 'none');
  t.same(notes.pulledImages(again), [{ image: 'r.example/job:1', at: again }], 'its time is told');
  t.equal(pull(again + limits.pulledAgainMs), 'pulled');
  t.end();
});

t.test('images that were pulled are bounded, newest first, those of a day', t => {
  const notes = new PullNotes({ secrets: [] });
  for (let at = 0; at < 2 * limits.pulledImages; at += 1)
    t.equal(notes.imagePulled({ image: `r.example/a:${at}`, at: at * 10_000 }), 'pulled');
  t.equal(notes.imagePulled({ image: 'not an image', at: 5 }), 'none');
  t.equal(notes.imagePulled({ image: `${'a.'.repeat(600)}example/b:1`, at: 5 }), 'none', 'no report takes it');
  const newest = (2 * limits.pulledImages - 1) * 10_000;
  const kept = notes.pulledImages(newest);
  t.equal(kept.length, limits.pulledImages);
  t.same(kept[0], { image: `r.example/a:${2 * limits.pulledImages - 1}`, at: newest });
  t.same(notes.pulledImages(newest + limits.pulledMs), []);
  t.same(new PullNotes(notes.state()).pulledImages(newest), kept, 'after a restart too');
  t.end();
});
