/**
 * Every code a user can meet, with what it means; docs/errors.md has a row for each.
 * A code is never renamed; one that is retired stays here as reserved.
 */
export const errorCodes = {
  'option-invalid': 'an option has a value that is not allowed, or is not known',
  'config-unreadable': 'the configuration file cannot be read or is not YAML',
  'command-unknown': 'the command is not one of pullpath’s',
  'address-in-use': 'the address to listen on is taken',
  'aggregator-unreachable': 'the aggregator does not answer',
  'not-found': 'there is no such thing at the aggregator',
} as const;

export type ErrorCode = keyof typeof errorCodes;
