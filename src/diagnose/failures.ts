import type { Cause } from '../model/cause.ts';
import { limits } from '../model/limits.ts';
import { namedImage, sameImage, sameRepository, type NamedImage } from '../parse/named-image.ts';
import { readPodNames, type PodNames } from '../parse/pod-names.ts';
import { splitStatement } from '../parse/split-statement.ts';
import { explains, isHarmless, pick, readOne, weights, type Reading } from './reading.ts';

/** One failed pull that a text tells of: all that speaks of it, and the reading of it that counts. */
export type Failure = { readings: Reading[]; top: Reading };

/** Readings that are of one failed pull; `first` is the place of the first of them. */
type Group = { first: number; image: NamedImage | null; registry: string | null; readings: Reading[] };

/** The end of an image's name: mirrors serve it below paths of their own. */
const ending = ({ ref }: NamedImage): string | null =>
  ref && `${ref.repository.slice(ref.repository.lastIndexOf('/') + 1)} ${ref.digest ?? ref.tag ?? ''}`;

/** A log line of one host among several: it names no image but in that host's own URL. */
const isOfHost = ({ statement: { fields } }: Reading): boolean => fields.has('host') && !fields.has('image');

const imageOf = ({ error }: Reading): NamedImage | null => (error.image === null ? null : namedImage(error.image));

/** The pod of a statement, as the statement itself tells it. */
export const podIn = ({ statement: { text, fields } }: Reading): PodNames => {
  const names = readPodNames(text);
  const [namespace, pod] = fields.get('pod')?.split('/') ?? [];
  return namespace === undefined || pod === undefined ? names : { ...names, namespace, pod };
};

const samePod = (reading: Reading, group: Group): boolean => {
  const { pod } = podIn(reading);
  const pods = group.readings.flatMap(other => podIn(other).pod ?? []);
  return pod === undefined || pods.length === 0 || pods.includes(pod);
};

/** The group of the same page that speaks last before, else first after. */
const nearest = (groups: Group[], { page }: Reading, index: number): Group | undefined => {
  const here = groups.filter(({ readings }) => readings[0]?.page === page);
  return here.findLast(({ first }) => first < index) ?? here[0];
};

const byImage = (groups: Group[], reading: Reading, image: NamedImage): Group | undefined =>
  groups.find(group => group.image !== null && sameImage(group.image, image)) ??
  (isOfHost(reading) ? groups.find(group => group.image !== null && ending(group.image) === ending(image)) : undefined);

const tells = (group: Group, cause: Cause): boolean => group.readings.some(reading => reading.cause === cause);

/**
 * The group of a reading that names no image: that of its registry, else the one of the page that has its cause, or none yet.
 * No group where it tells a cause that none of them has.
 */
const byPlace = (groups: Group[], reading: Reading, index: number): Group | undefined => {
  const { registry } = reading.error;
  const near = nearest(groups, reading, index);
  if (near === undefined || reading.weight < weights.vague || isOfHost(reading)) return near;
  if (registry !== null) return groups.find(group => group.registry === registry);
  if (tells(near, reading.cause) || near.readings.every(({ weight }) => weight < weights.vague)) return near;
  return groups.find(group => group.readings[0]?.page === reading.page && tells(group, reading.cause));
};

/** The groups whose refusal a missing secret or a failed plugin explains; the nearest where it explains none. */
const byReason = (groups: Group[], reading: Reading, index: number): Group[] => {
  const image = imageOf(reading);
  const refused = groups.filter(
    group =>
      group.readings.some(({ cause, page }) => page === reading.page && explains(reading, cause)) &&
      (image === null || (group.image !== null && sameRepository(image, group.image))) &&
      samePod(reading, group),
  );
  return refused.length > 0 ? refused : [nearest(groups, reading, index) ?? []].flat();
};

/** How surely a reading tells what it is of: by its image, by what is beside it, as the reason of others. */
const orderOf = (reading: Reading): number =>
  isHarmless(reading) ? 3 : reading.error.image === null ? 2 : isOfHost(reading) ? 1 : 0;

const groupsOf = (readings: Reading[]): Group[] => {
  const groups: Group[] = [];
  const failed = [...readings.entries()].filter(([, { weight }]) => weight > weights.none);
  failed.sort(([, a], [, b]) => orderOf(a) - orderOf(b));
  for (const [index, reading] of failed) {
    const image = imageOf(reading);
    const own = isHarmless(reading)
      ? byReason(groups, reading, index)
      : [(image === null ? byPlace(groups, reading, index) : byImage(groups, reading, image)) ?? []].flat();
    for (const group of own) {
      group.readings.push(reading);
      group.first = Math.min(group.first, index);
    }
    if (own.length === 0) groups.push({ first: index, image, registry: reading.error.registry, readings: [reading] });
  }
  return groups.sort((a, b) => a.first - b.first);
};

const namesSeveral = (readings: Reading[]): boolean => {
  let first: string | null = null;
  for (const { weight, error } of readings) {
    if (weight === weights.none || error.image === null) continue;
    first ??= error.image;
    if (error.image !== first) return true;
  }
  return false;
};

/** A statement's parts where they are of several failed pulls; null where it is of one. */
const split = (reading: Reading): Reading[] | null => {
  const { weight, context } = reading;
  if (weight === weights.none && (context.foreign || !context.failure)) return null;
  const parts = splitStatement(reading.statement);
  if (parts.length === 1) return null;
  const readings = parts.map(part => readOne(part, reading.page));
  const wasHidden = weight === weights.none && readings.some(({ weight }) => weight > weights.none);
  return wasHidden || (namesSeveral(readings) && groupsOf(readings).length > 1) ? readings : null;
};

/** A failed pull of its readings. */
const failureOf = (readings: Reading[]): Failure[] => {
  const top = pick(readings);
  return top === null ? [] : [{ readings, top }];
};

/**
 * The failed pulls that a text tells of, what says most first, else in the text's order. What is said of one image is of one
 * pull; a text that names no two images tells of one.
 */
export const failuresOf = (told: Reading[]): Failure[] => {
  const [first] = told;
  if (first === undefined) return [];
  const parts = told.length === 1 ? split(first) : told.flatMap(reading => split(reading) ?? reading);
  // Most texts are one statement of one pull.
  if (parts === null) return [{ readings: told, top: first }];
  const readings = parts.slice(0, limits.explainStatements);
  if (!namesSeveral(readings)) return failureOf(readings);
  const groups = groupsOf(readings);
  if (groups.length === 1) return failureOf(readings);
  const failures = groups.flatMap(group => failureOf(group.readings));
  return failures.sort((a, b) => b.top.weight - a.top.weight);
};
