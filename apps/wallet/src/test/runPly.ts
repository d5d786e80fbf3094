import { Readable, Writable } from 'node:stream'
import { run } from '../run.ts'

/** What one command left behind. */
export interface Outcome {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `ply` in this process: no terminal, the given environment, and text on stdin. */
export async function runPly(
  argv: readonly string[],
  { env = {}, stdin = '' }: { readonly env?: Readonly<Record<string, string>>; readonly stdin?: string } = {},
): Promise<Outcome> {
  let [stdout, stderr] = ['', '']
  const exitCode = await run(argv, {
    stdout: { write: (text) => void (stdout += text), isTTY: false },
    stderr: { write: (text) => void (stderr += text), isTTY: false },
    stdin: Readable.from([stdin]),
    promptOutput: new Writable({ write: (_chunk, _encoding, done) => done() }),
    env,
    now: () => 1_700_000_000_000,
    sleep: () => new Promise((resolve) => setImmediate(resolve)),
  })
  return { exitCode, stdout, stderr }
}
