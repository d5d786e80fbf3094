import { spawn } from 'node:child_process'
import type { Layer1Node } from '@ply/layer1-node'
import type { Logger } from '@ply/ports'
import { hashToDisplay } from '@ply/primitives'
import type { TransactionNotice } from '@ply/wallet-node'
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

type BlockNode = Layer1Node['chain']['tip']

/** The blocks that a chain which grows block by block has at its tip in turn, after one tip and up to another. */
function tipsBetween(before: BlockNode, after: BlockNode): readonly BlockNode[] {
  const passed: BlockNode[] = []
  for (let node: BlockNode | undefined = after; node && node.chainWork > before.chainWork; node = node.previous) {
    passed.unshift(node)
  }
  // It may also have become shorter.
  return passed.length > 0 ? passed : [after]
}

/** Commands that are told of warnings, blocks, transactions of wallets, start and stop. */
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
      let told = node.chain.tip
      node.chain.subscribe({
        tipChanged: (tip) => {
          const passed = tipsBetween(told, tip)
          told = tip
          if (node.chain.isInitialBlockDownload()) return
          for (const { hash } of passed) {
            void runCommand(block.replaceAll('%s', hashToDisplay(hash)), this.#logger)
          }
        },
      })
    }
    if (startup !== undefined) void runCommand(startup, this.#logger)
  }

  /** The wallet's name is quoted here: it may not be in the command. */
  walletTransaction({ wallet, txid, block }: TransactionNotice): void {
    const command = this.#commands.wallet
    if (command === undefined) return
    const values: Readonly<Record<string, string>> = {
      '%s': hashToDisplay(txid),
      '%b': block ? hashToDisplay(block.hash) : 'unconfirmed',
      '%h': String(block?.height ?? -1),
      '%w': `'${wallet.replaceAll("'", `'"'"'`)}'`,
    }
    void runCommand(
      command.replaceAll(/%[sbhw]/g, (name) => values[name]!),
      this.#logger,
    )
  }

  /** The one command that is waited for. */
  async stopping(): Promise<void> {
    const { shutdown } = this.#commands
    if (shutdown !== undefined) await runCommand(shutdown, this.#logger)
  }
}
