import { spawn } from 'node:child_process'
import type { Layer1Node } from '@ply/layer1-node'
import type { Logger } from '@ply/ports'
import { hashToDisplay } from '@ply/primitives'
import type { NotifyCommands } from './bitcoind/bitcoindOptions.ts'

/** What may stand in a command that a shell runs. */
const UNSAFE = /[^a-zA-Z0-9 .,;\-_/:?@()]/g

/** Runs the operator's commands. Resolves when the command is over; nothing depends on how it ends. */
function runCommand(command: string, logger: Logger): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(command, { shell: true, stdio: 'ignore' })
    const ended = (result: string | number | null): void => {
      if (result !== 0) logger.log('error', `runCommand error: system(${command}) returned ${result}`)
      resolve()
    }
    child.on('error', (error) => ended(error.message))
    child.on('exit', (code, signal) => ended(code ?? signal))
  })
}

/** Commands that are told of warnings, blocks, start and stop. */
export class Notifier {
  readonly #commands: NotifyCommands
  readonly #logger: Logger

  constructor(commands: NotifyCommands, logger: Logger) {
    this.#commands = commands
    this.#logger = logger
  }

  alert(text: string): void {
    const { alert } = this.#commands
    if (alert === undefined) return
    void runCommand(alert.replaceAll('%s', `'${text.replaceAll(UNSAFE, '')}'`), this.#logger)
  }

  /** The command for blocks is not run while the node catches up. */
  started(node: Layer1Node): void {
    const { block, startup } = this.#commands
    if (block !== undefined) {
      node.chain.subscribe({
        tipChanged: ({ hash }) => {
          if (node.chain.isInitialBlockDownload()) return
          void runCommand(block.replaceAll('%s', hashToDisplay(hash)), this.#logger)
        },
      })
    }
    if (startup !== undefined) void runCommand(startup, this.#logger)
  }

  /** The one command that is waited for. */
  async stopping(): Promise<void> {
    const { shutdown } = this.#commands
    if (shutdown !== undefined) await runCommand(shutdown, this.#logger)
  }
}
