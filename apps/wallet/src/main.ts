import { EXIT } from './exitCode.ts'
import type { Io } from './io.ts'
import { run } from './run.ts'

const io: Io = {
  stdout: { write: (text) => void process.stdout.write(text), isTTY: process.stdout.isTTY },
  stderr: { write: (text) => void process.stderr.write(text), isTTY: process.stderr.isTTY },
  stdin: process.stdin,
  promptOutput: process.stderr,
  env: process.env,
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
}

process.on('SIGINT', () => process.exit(EXIT.interrupted))
// Whoever reads our output may stop early, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.error),
)

process.exitCode = await run(process.argv.slice(2), io)
