import { destination, pino } from 'pino';

/** How much is logged, most first. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

type Write = (facts: Record<string, unknown>, message: string) => void;

/** The logger every part is given: a message that never varies, and the facts beside it. Never a token or a secret. */
export type Log = Record<LogLevel, Write>;

/**
 * JSON lines to standard error, written before the call returns: a fault's last line is never lost, and a transport
 * would cost a worker thread (10 MB).
 */
export const createLog = (component: string, level: LogLevel): Log => {
  const logger = pino(
    { level, base: { component }, timestamp: () => `,"time":"${new Date().toISOString()}"` },
    destination({ dest: 2, sync: true }),
  );
  const write =
    (name: LogLevel): Write =>
    (facts, message) =>
      logger[name](facts, message);
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
};
