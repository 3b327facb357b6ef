import { codeWords } from '../../lib/system-words.ts';
import type { Check } from '../../model/check.ts';
import type { CriClient } from '../cri/client.ts';
import { beginCheck } from './outcome.ts';

/** gRPC's words without its advice to programmers, and the socket's fault as the system has it. */
const wordsOf = (socket: string, details: string): string => {
  const said = details.replace(/\.? ?Resolution note:.*$/s, '').replace(/^.*Last error: (?:Error: )?/, '');
  const [, code] = /^connect (E[A-Z]+) /.exec(said) ?? [];
  return `${socket}: ${code === undefined ? said : codeWords(code)}`;
};

/** Asks the runtime on its CRI socket for its version. */
export const probeRuntimeCri = async (
  { client, socket }: { client: CriClient; socket: string },
  signal: AbortSignal,
): Promise<Check> => {
  const check = beginCheck('runtime.cri');
  const result = await client.version(signal);
  if (signal.aborted && !result.ok) return check.fail({ code: 'cancelled', detail: 'the walk ended' }, { socket });
  if (!result.ok)
    return check.fail(
      { code: 'cri-unavailable', detail: wordsOf(socket, result.details) },
      { socket, grpc: result.code },
    );
  const { name, version, apiVersion } = result.value;
  return check.pass(`${name} ${version} (CRI ${apiVersion})`, { socket, name, version, apiVersion });
};
