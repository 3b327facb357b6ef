import type { RecoveryNote } from '../model/recovery.ts';
import { recoveryRules } from './recovery-rules.ts';
import type { RecoveryTrack } from './recovery.ts';
import { clock } from './finding-times.ts';

const watching = ({ image: { step } }: RecoveryTrack): string => {
  if (step.check === 'files') return 'looks whether this node’s own files change, and sends nothing before that';
  if (step.check === 'node.disk') return 'looks whether the disk has room again, then walks the path and pulls once';
  const what =
    step.check === 'walk' ? 'walks the path' : `asks ${step.check}${step.host === null ? '' : ` at ${step.host}`}`;
  return `${what} every 2 to 30 s until it passes, then pulls once`;
};

/** What a finding says of the recovery of its image; no count or age in it, so that it changes only when something did. */
export const recoveryNote = (track: RecoveryTrack, namedAt: number | null): RecoveryNote => {
  const { rule, phase, pulledAt, busy, image, backOffUntil, failures } = track;
  if (pulledAt !== null) {
    // The kubelet finds what is there at its next look, 10 to 16 s later.
    if (image.failedAt > pulledAt)
      return {
        state: 'refused',
        code: 'pulled-in-vain',
        says: `not pulled again: ${recoveryRules['pulled-in-vain'].says}`,
      };
    return { state: 'pulled', says: `pulled at ${clock(pulledAt)}; the kubelet finds it at its next look` };
  }
  if (rule !== null) {
    const until = rule === 'not-yet' && namedAt !== null ? `, ${clock(namedAt)}` : '';
    const says = `not pulled: ${recoveryRules[rule].says}${until}`;
    return { state: recoveryRules[rule].stands ? 'refused' : 'held', code: rule, says };
  }
  if (image.retry === 'wait' && phase === 'broken' && namedAt !== null)
    return { state: 'held', code: 'not-yet', says: `nothing is sent before ${clock(namedAt)}, as the registry asks` };
  if (failures > 0 && !(phase === 'healed' && busy))
    return {
      state: 'held',
      code: 'backing-off',
      says: `the agent’s pull failed too; not again before ${clock(backOffUntil)}`,
    };
  return phase === 'healed'
    ? { state: 'pulling', says: 'the path answers again: it is walked, then the image is pulled once' }
    : { state: 'watching', says: watching(track) };
};
