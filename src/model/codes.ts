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
  'aggregator-refused': 'the aggregator refuses this caller or this request',
  'aggregator-answer': 'the answer is not one that an aggregator gives',
  'input-invalid': 'a line of standard input is not what the command reads',
  'not-found': 'there is no such thing at the aggregator',
  'path-unknown': 'the API has no such path',
  'method-not-allowed': 'the path is there, but not for this method',
  'request-malformed': 'the request is not HTTP as the server can read it',
  'request-timeout': 'the request took too long to arrive',
  'query-invalid': 'a query parameter is not known or has a value that is not allowed',
  'token-missing': 'the request carries no bearer token, and one is needed',
  'token-refused': 'the bearer token is not one of those allowed',
  'access-denied': 'the caller is known, and may not do this',
  'node-mismatch': 'the report is of another node than the one that its sender’s token is bound to',
  'auth-unavailable': 'who the caller is cannot be checked now: the cluster’s API server does not answer',
  'too-many-requests': 'the client asks too often',
  'media-type-unsupported': 'the body is not application/json',
  'encoding-unsupported': 'the body’s Content-Encoding is neither gzip nor identity',
  'encoding-broken': 'the body is not the gzip that its header says it is',
  'report-too-large': 'the report is larger than 1 MiB when unpacked',
  'report-not-json': 'the report is not JSON in UTF-8, or nests too deep',
  'report-invalid': 'the report is JSON, but not a report as its schema has it',
  'store-unavailable': 'the aggregator cannot write or read its database now',
  'nothing-to-check': 'the node knows no registry, and none was named',
  'internal-error': 'a fault of the program; its log has the rest',
  'listen-failed': 'the address cannot be listened on',
  'tls-files-unusable': 'the aggregator’s certificate and key cannot be read or are no pair',
  'kubernetes-account': 'the account for the cluster’s API server cannot be read',
  'token-file-unreadable': 'the token file cannot be read or holds no token',
  'data-dir-unusable': 'the data directory cannot be made or written',
  'database-corrupt': 'the database file is damaged or is not a database',
  'database-newer': 'the database was written by a newer version of the program',
} as const;

export type ErrorCode = keyof typeof errorCodes;
