import { spawn } from 'node:child_process'
import { type Json, parseJson } from '@ply/rpc'
import { miscError } from '../walletError.ts'

/** No answer of a signer is longer. */
const MAX_OUTPUT = 16 << 20

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
  ENOEXEC: 'Exec format error',
}

export interface Command {
  /** The program and its arguments; no shell looks at them. */
  readonly words: readonly string[]
  /** What it reads. */
  readonly input: string
  /** Ends it. */
  readonly signal: AbortSignal
}

interface Ended {
  readonly code: number | null
  readonly output: string
  readonly errors: string
}

function run({ words: [program = '', ...args], input, signal }: Command): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'pipe', signal })
    const collected = { output: '', errors: '' }
    const collect = (name: keyof typeof collected) => (chunk: string) => {
      collected[name] += chunk
      if (collected[name].length > MAX_OUTPUT) child.kill()
    }
    child.stdout.setEncoding('utf8').on('data', collect('output'))
    child.stderr.setEncoding('utf8').on('data', collect('errors'))
    child.on('error', (error: NodeJS.ErrnoException) => {
      const reason = SYSTEM_ERRORS[error.code ?? ''] ?? error.message
      reject(miscError(`execve failed: ${reason}`))
    })
    child.on('close', (code) => resolve({ code, ...collected }))
    // Who reads nothing has no need of it.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}

const firstLine = (text: string): string => text.split('\n', 1)[0]!

/** The first line that a program writes, read as JSON. Errors -1 in Bitcoin Core's words. */
export async function runJsonCommand(command: Command): Promise<Json> {
  const { code, output, errors } = await run(command)
  if (code !== 0) {
    const what = `process(${command.words.join(' ')}) returned ${code ?? -1}: ${firstLine(errors)}`
    throw miscError(`RunCommandParseJSON error: ${what}\n`)
  }
  const line = firstLine(output)
  const json = parseJson(line)
  if (!json.ok) throw miscError(`Unable to parse JSON: ${line}`)
  return json.value
}
